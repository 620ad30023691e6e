/**
 * Do Linkerd's policies let a request in? The Server of the port decides, by what is authorized for it, its namespace and the route that the
 * request takes; where no Server selects the port, the pod's default. Source: policy.linkerd.io's CRDs, and the policy controller's index.
 * Invariant: compiled once for a workload; where it is not known which Server or route it is, every one that it could be is asked.
 */
import type { LayerDecision } from '@observatory/contracts';
import { picks, labelSelector } from '../match/label-selector.js';
import { all, any, isOpen, type Three } from '../match/three-valued.js';
import type { Workload } from '../model/policy.js';
import type { Request } from '../model/request.js';
import { refText, type PolicyEntry, type PolicySet } from '../set/policy-set.js';
import { authenticationOf, callerOf, fieldsOf, itemsOf, ofDefault, type Authentication, type Caller } from './linkerd-authentication.js';
import { byRank, routeMatches, type RouteMatch } from './linkerd-route.js';

export const DEFAULT_POLICY_ANNOTATION = 'config.linkerd.io/default-inbound-policy';

type Outcome = Omit<LayerDecision, 'layer'>;
interface Authorization {
  /** Undefined: the Server's own accessPolicy. */
  readonly entry?: PolicyEntry;
  readonly allows: Authentication;
}
interface Server {
  readonly entry: PolicyEntry;
  readonly port: Three | number;
  readonly authorizations: readonly Authorization[];
  readonly routes: readonly (RouteMatch & { readonly authorizations: readonly Authorization[] })[];
}
export interface CompiledLinkerd {
  readonly servers: readonly Server[];
  readonly defaultPolicy: string | undefined;
  /** Everything that has a say: equal lists mean equal decisions. */
  readonly applied: readonly PolicyEntry[];
}

export class LinkerdPolicies {
  private readonly known: ReadonlyMap<string, PolicyEntry>;

  constructor(set: PolicySet) {
    const own = set.filter(({ object }) => object.apiVersion.startsWith('policy.linkerd.io/'));
    this.known = new Map(own.map((entry) => [refText(entry), entry]));
  }

  compile(workload: Workload): CompiledLinkerd {
    const applied = new Set<PolicyEntry>();
    const servers = this.of('Server', workload.namespace).filter(({ object }) => {
      const { podSelector } = fieldsOf(object.spec);
      return typeof podSelector === 'object' && podSelector !== null && picks(labelSelector(podSelector), workload.labels) === true;
    });
    return {
      servers: servers.map((entry) => this.server(entry, workload, applied)),
      defaultPolicy: workload.linkerdDefaultPolicy,
      applied: [...applied],
    };
  }

  private of(kind: PolicyEntry['kind'], namespace: string): PolicyEntry[] {
    return [...this.known.values()].filter((entry) => entry.kind === kind && entry.namespace === namespace);
  }

  private server(entry: PolicyEntry, { ports }: Workload, applied: Set<PolicyEntry>): Server {
    applied.add(entry);
    const { port, accessPolicy, proxyProtocol } = fieldsOf(entry.object.spec);
    const { namespace, name } = entry;
    const access = typeof accessPolicy === 'string' && accessPolicy !== 'deny' ? ofDefault(accessPolicy) : undefined;
    const authorizations = [
      ...this.authorizations(namespace, applied, ({ kind, name: of }) => (kind === 'Server' ? of === name : kind === 'Namespace')),
      ...(access ? [{ allows: access }] : []),
    ];
    const isHttp = proxyProtocol === undefined || ['unknown', 'HTTP/1', 'HTTP/2'].includes(String(proxyProtocol));
    const routes = isHttp ? this.of('HTTPRoute', namespace).filter(({ object }) => isOfServer(object.spec, name)) : [];
    return {
      entry,
      port: typeof port === 'number' ? port : ports ? (ports.find((each) => each.name === port)?.port ?? false) : ['workload.ports'],
      authorizations,
      routes: routes.flatMap((route) => this.routes(route, authorizations, applied)).sort(byRank),
    };
  }

  private routes(route: PolicyEntry, ofServer: readonly Authorization[], applied: Set<PolicyEntry>): Server['routes'] {
    applied.add(route);
    const own = this.authorizations(
      route.namespace,
      applied,
      ({ group, kind, name }) => kind === 'HTTPRoute' && name === route.name && group === 'policy.linkerd.io',
    );
    return routeMatches(route).map((match) => ({ ...match, authorizations: [...own, ...ofServer] }));
  }

  /** A policy that refers to what is not there is passed over, as Linkerd does. */
  private authorizations(
    namespace: string,
    applied: Set<PolicyEntry>,
    isTarget: (ref: { group?: string; kind?: string; name?: string }) => boolean,
  ): Authorization[] {
    return this.of('LinkerdAuthorizationPolicy', namespace).flatMap((entry): Authorization[] => {
      const { targetRef, requiredAuthenticationRefs } = fieldsOf(entry.object.spec);
      if (!isTarget(fieldsOf(targetRef))) return [];
      applied.add(entry);
      const required = itemsOf(requiredAuthenticationRefs).map((ref) =>
        authenticationOf(ref, namespace, (kind, place, name) => {
          const found = this.known.get(refText({ kind, namespace: place, name }));
          if (found) applied.add(found);
          return found;
        }),
      );
      if (required.includes(undefined)) return [];
      return [{ entry, allows: (caller) => all(required.map((matches) => matches?.(caller) ?? false)) }];
    });
  }
}

function isOfServer(spec: unknown, server: string): boolean {
  return itemsOf(fieldsOf(spec)['parentRefs']).some(({ kind, name }) => kind === 'Server' && name === server);
}

export function decideLinkerd({ servers, defaultPolicy }: CompiledLinkerd, request: Request): LayerDecision {
  const caller = callerOf(request);
  const port = caller.isUnknown('port') ? undefined : request.port;
  const candidates = servers.map((server) => ({
    matches: typeof server.port === 'number' ? (port === undefined ? ['port'] : server.port === port) : server.port,
    outcome: () => atServer(server, request, caller),
  }));
  return { layer: 'linkerd', ...firstOf(candidates, () => byDefault(defaultPolicy, caller)) };
}

interface Candidate {
  readonly matches: Three;
  readonly outcome: () => Outcome;
}

/** What the first that matches says; where that is not known, what all that it could be agree on. */
function firstOf(candidates: readonly Candidate[], otherwise: () => Outcome): Outcome {
  const [open, outcomes]: [string[], Outcome[]] = [[], []];
  for (const { matches, outcome } of candidates) {
    if (matches === false) continue;
    outcomes.push(outcome());
    if (matches === true) return joined(outcomes, open);
    open.push(...matches);
  }
  return joined([...outcomes, otherwise()], open);
}

function joined(outcomes: readonly Outcome[], open: readonly string[]): Outcome {
  const [first] = outcomes;
  if (first && (outcomes.length === 1 || outcomes.every(({ decision }) => decision === first.decision && decision !== 'INDETERMINATE')))
    return first;
  const missing = [...new Set([...open, ...outcomes.flatMap((outcome) => outcome.missing ?? [])])].sort();
  return { decision: 'INDETERMINATE', reason: `it hangs on what is not known: ${missing.join(', ')}`, missing };
}

const nameOf = ({ namespace, name }: PolicyEntry): string => `\`${namespace}/${name}\``;
const by = ({ kind, namespace, name }: PolicyEntry): Pick<Outcome, 'decidedBy'> => ({ decidedBy: { kind, namespace, name } });

function atServer({ entry, authorizations, routes }: Server, request: Request, caller: Caller): Outcome {
  const of = `Server ${nameOf(entry)}`;
  if (routes.length === 0 || request.protocol === 'tcp') return authorized(authorizations, caller, { of, entry });
  const candidates = routes.map((route) => ({
    matches: route.matches(request, caller),
    outcome: () => authorized(route.authorizations, caller, { of: `HTTPRoute ${nameOf(route.entry)} of ${of}`, entry: route.entry }),
  }));
  return firstOf(candidates, () => ({ decision: 'DENY', ...by(entry), reason: `no HTTPRoute of ${of} takes the request (404)` }));
}

function authorized(list: readonly Authorization[], caller: Caller, { of, entry }: { of: string; entry: PolicyEntry }): Outcome {
  const values = list.map(({ allows }) => allows(caller));
  const one = list[values.indexOf(true)];
  if (one?.entry)
    return {
      decision: 'ALLOW',
      ...by(one.entry),
      reason: `AuthorizationPolicy ${nameOf(one.entry)} of Linkerd lets the caller in, at ${of}`,
    };
  if (one) return { decision: 'ALLOW', ...by(entry), reason: `the accessPolicy of ${of} lets the caller in` };
  const open = any(values);
  if (isOpen(open))
    return {
      decision: 'INDETERMINATE',
      reason: `whether ${of} lets the caller in hangs on what is not known: ${open.join(', ')}`,
      missing: [...open],
    };
  const who = caller.identity === undefined ? 'a caller without an identity of Linkerd' : caller.identity;
  return { decision: 'DENY', ...by(entry), reason: `no AuthorizationPolicy of Linkerd lets ${who} in, at ${of}` };
}

function byDefault(name: string | undefined, caller: Caller): Outcome {
  const value = name === undefined ? undefined : ofDefault(name)?.(caller);
  if (value === undefined) {
    const reason = `no Server selects the port, and the pod's default policy (${DEFAULT_POLICY_ANNOTATION}) is not known`;
    return { decision: 'INDETERMINATE', reason, missing: ['linkerd default policy'] };
  }
  const reason = `no Server selects the port, and the pod's default policy is ${name}`;
  if (isOpen(value)) return { decision: 'INDETERMINATE', reason: `${reason}, which hangs on ${value.join(', ')}`, missing: [...value] };
  return { decision: value ? 'ALLOW' : 'DENY', reason };
}
