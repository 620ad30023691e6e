/**
 * The least that observed traffic needs, as policies. Against the faults of wizards (research/peers.md §1.6): callers once each, every
 * workload that has traffic, existing policies respected, and nobody without identity silently cut off.
 * Invariant: a suggested policy allows every recorded request of the workload that it selects.
 */
import { stringify } from 'yaml';
import type { Decider } from '../layers/decider.js';
import { isSelected } from '../set/selects.js';
import type { Workload } from '../model/policy.js';
import type { Flow } from './replay.js';

export interface SuggestTarget {
  readonly namespace: string;
  readonly name: string;
  readonly workload: Workload;
  /** Policies of the mesh are enforced there, and it is no gateway. */
  readonly canBeClosed: boolean;
}
export interface SuggestFlow<Target extends SuggestTarget> extends Flow {
  readonly target: Target;
  /** Who called, for people. */
  readonly caller: string;
  /** Method, path and host of the requests were seen. */
  readonly isOperationKnown: boolean;
  /** The service that was called, where it is known. */
  readonly service?: { readonly name: string } | undefined;
}
export interface SuggestOptions {
  /** `callers`: who may call; `operations`: also ports, methods and paths where they are known for every request. */
  readonly detail: 'callers' | 'operations';
  /** Also a default deny for each namespace where nobody would be cut off. */
  readonly defaultDeny: boolean;
}
export interface Suggestion<Target extends SuggestTarget> {
  /** Absent for a namespace's default deny. */
  readonly target?: Target;
  readonly namespace: string;
  readonly name: string;
  /** Not made, and why: callers without identity, existing policies that cover it already. */
  readonly state: 'suggested' | 'withheld' | 'covered';
  readonly yaml: string;
  readonly reasons: string[];
  readonly cautions: string[];
}

/** A rule with more operations than this says less than a rule without. */
const OPERATIONS_MAX = 20;
const NAME_MAX = 63;
const CALLERS_NAMED_MAX = 10;

interface Context<Target extends SuggestTarget> {
  /** All workloads: a selector must pick no other. */
  readonly targets: readonly Target[];
  readonly decider: Decider;
  readonly options: SuggestOptions;
}

export function suggest<Target extends SuggestTarget>(
  flows: readonly SuggestFlow<Target>[],
  context: Context<Target>,
): Suggestion<Target>[] {
  const byTarget = new Map<Target, SuggestFlow<Target>[]>();
  for (const flow of flows) {
    const own = byTarget.get(flow.target);
    if (own) own.push(flow);
    else byTarget.set(flow.target, [flow]);
  }
  const own = [...byTarget].flatMap(([target, group]) => (target.canBeClosed ? [suggestion(target, group, context)] : []));
  return context.options.defaultDeny ? [...own, ...defaultDenies(own, context)] : own;
}

function suggestion<Target extends SuggestTarget>(
  target: Target,
  flows: readonly SuggestFlow<Target>[],
  context: Context<Target>,
): Suggestion<Target> {
  const name = `allow-${target.name}`.slice(0, NAME_MAX);
  const about = { target, namespace: target.namespace, name };
  const existing = new Set(flows.flatMap(({ points }) => points.flatMap((point) => context.decider.selected(point))));
  const allowing = [...existing].filter(({ action, dryRun }) => action === 'ALLOW' && !dryRun);
  if (allowing.length > 0) {
    const names = allowing.map((policy) => `${policy.namespace}/${policy.name}`).join(', ');
    return { ...about, state: 'covered', yaml: '', reasons: [`${names} says already who may call it`], cautions: [] };
  }
  const strangers = flows.filter(({ request }) => request.source?.principal === undefined);
  if (strangers.length > 0) {
    const callers = [...new Set(strangers.map(({ caller }) => caller))];
    return {
      ...about,
      state: 'withheld',
      yaml: '',
      reasons: [`callers without a known identity would be cut off: ${callers.slice(0, CALLERS_NAMED_MAX).join(', ')}`],
      cautions: ['bring these callers into the mesh, or allow them by address, before this workload is closed'],
    };
  }
  return { ...about, state: 'suggested', ...policyFor(flows, { ...context, target, name }) };
}

function policyFor<Target extends SuggestTarget>(
  flows: readonly SuggestFlow<Target>[],
  { target, targets, options, name }: Context<Target> & { target: Target; name: string },
): Pick<Suggestion<Target>, 'yaml' | 'reasons' | 'cautions'> {
  const isConnections = flows.some(({ points }) => points.some(({ enforcer }) => enforcer === 'ztunnel'));
  const waypoint = flows.find(({ points }) => points.some(({ enforcer }) => enforcer === 'waypoint'));
  // ztunnel sees the waypoint, not the callers, and no operations: the policy belongs to the service at the waypoint.
  const attached = waypoint?.service && flows.every(({ service }) => service === waypoint.service) ? waypoint.service : undefined;
  const withOperations = options.detail === 'operations' && (!isConnections || attached !== undefined);
  const rules = rulesOf(flows, withOperations);
  const where = attached
    ? { targetRefs: [{ kind: 'Service', group: '', name: attached.name }] }
    : { selector: { matchLabels: selectorFor(target, targets) } };
  const object = {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name, namespace: target.namespace },
    spec: { ...where, action: 'ALLOW', rules: rules.list },
  };
  const callers = new Set(flows.map(({ request }) => request.source?.principal)).size;
  return {
    yaml: stringify(object, { lineWidth: 0 }),
    reasons: [`${callers} ${callers === 1 ? 'identity' : 'identities'} called it over the recording`, ...rules.reasons],
    cautions: [
      'whoever calls it more rarely than the recording is long is not in it',
      // Access logs and traces are samples of the newest minutes: the replay cannot show what they lack.
      ...(withOperations && flows.some(({ isOperationKnown }) => isOperationKnown)
        ? ['methods and paths are those that were seen, often samples: an operation that is not among them would be refused']
        : []),
    ],
  };
}

type AnyFlow = SuggestFlow<SuggestTarget>;

interface Grant {
  readonly principals: Set<string>;
  readonly operation: Record<string, string[]>;
}

function rulesOf(flows: readonly AnyFlow[], withOperations: boolean): { list: unknown[]; reasons: string[] } {
  const byCaller = new Map<string, AnyFlow[]>();
  for (const flow of flows) {
    const principal = flow.request.source?.principal ?? '';
    const own = byCaller.get(principal);
    if (own) own.push(flow);
    else byCaller.set(principal, [flow]);
  }
  const grants = new Map<string, Grant>();
  const reasons: string[] = [];
  for (const [principal, own] of [...byCaller].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const operation = operationOf(own, withOperations);
    if (withOperations && !operation['paths'] && own.some(({ request }) => request.protocol === 'http'))
      reasons.push(`methods and paths of ${principal} are not known for every request: any is allowed`);
    const key = JSON.stringify(operation);
    const grant = grants.get(key) ?? { principals: new Set(), operation };
    grant.principals.add(principal);
    grants.set(key, grant);
  }
  const list = [...grants.values()].map(({ principals, operation }) => ({
    from: [{ source: { principals: [...principals].toSorted() } }],
    ...(Object.keys(operation).length > 0 ? { to: [{ operation }] } : {}),
  }));
  return { list, reasons };
}

function operationOf(flows: readonly AnyFlow[], withOperations: boolean): Record<string, string[]> {
  const listed = (values: (string | undefined)[]): string[] | undefined => {
    const known = new Set(values);
    return known.has(undefined) || known.size > OPERATIONS_MAX ? undefined : ([...known] as string[]).toSorted();
  };
  const ports = listed(flows.map(({ request }) => request.port?.toString()));
  const known = withOperations && flows.every(({ request, isOperationKnown }) => request.protocol === 'http' && isOperationKnown);
  const methods = known ? listed(flows.map(({ request }) => request.method)) : undefined;
  const paths = known ? listed(flows.map(({ request }) => request.path?.split('?')[0])) : undefined;
  return { ...(ports ? { ports } : {}), ...(methods ? { methods } : {}), ...(paths ? { paths } : {}) };
}

/** The fewest of its labels that select no other workload, those that people know first. */
function selectorFor(target: SuggestTarget, targets: readonly SuggestTarget[]): Record<string, string> {
  const { labels } = target.workload;
  const rest = Object.keys(labels).filter(
    (key) => !key.endsWith('-hash') && !key.startsWith('statefulset.') && !key.startsWith('controller-'),
  );
  const usual = ['app', 'app.kubernetes.io/name', 'version', 'app.kubernetes.io/version'].filter((key) => labels[key] !== undefined);
  const order = [...usual, ...rest.filter((key) => !usual.includes(key)).toSorted()];
  const chosen: Record<string, string> = {};
  for (const key of order) {
    chosen[key] = labels[key] ?? '';
    const isAlone = !targets.some(
      (other) => other !== target && other.namespace === target.namespace && isSelected(chosen, other.workload.labels),
    );
    if (isAlone) break;
  }
  return chosen;
}

function defaultDenies<Target extends SuggestTarget>(
  own: readonly Suggestion<Target>[],
  { targets, decider }: Context<Target>,
): Suggestion<Target>[] {
  const namespaces = [...new Set(own.map(({ namespace }) => namespace))].toSorted();
  const isClosed = (namespace: string) =>
    decider.set.some(
      (entry) => entry.namespace === namespace && entry.authorization?.selector === null && entry.authorization.rules.length === 0,
    );
  return namespaces.flatMap((namespace): Suggestion<Target>[] => {
    const name = 'default-deny';
    if (isClosed(namespace)) return [];
    const withheld = own.filter((each) => each.namespace === namespace && each.state === 'withheld');
    if (withheld.length > 0) {
      const names = withheld.map(({ target }) => target?.name ?? '').join(', ');
      return [{ namespace, name, state: 'withheld', yaml: '', reasons: [`callers of ${names} would be cut off`], cautions: [] }];
    }
    const quiet = targets.filter((each) => each.namespace === namespace && each.canBeClosed && !own.some(({ target }) => target === each));
    const yaml = stringify({ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name, namespace }, spec: {} });
    const cautions =
      quiet.length > 0 ? [`nobody was seen to call ${quiet.map((each) => each.name).join(', ')}: closed to everybody with this`] : [];
    return [{ namespace, name, state: 'suggested', yaml, reasons: ['what no other policy allows is refused'], cautions }];
  });
}
