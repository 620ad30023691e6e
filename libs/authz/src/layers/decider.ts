/**
 * Is a request let through, all proxies and layers on its way together? Compiles the policies of a workload once for many requests.
 * Invariant: any layer that denies decides; what is not known makes the answer INDETERMINATE only where no layer denies anyway.
 */
import type { DecidedBy, LayerDecision } from '@observatory/contracts';
import { CompiledWorkload } from '../decide/decide.js';
import { GATEWAY_LABEL, selectPolicies } from '../decide/select.js';
import { decideWithUnknowns } from '../decide/unknowns.js';
import { unknownFacts } from '../decide/unknown-facts.js';
import type { AuthorizationPolicy, MeshSettings, Workload } from '../model/policy.js';
import type { Request } from '../model/request.js';
import { authorizationOf, type PolicyEntry, type PolicySet } from '../set/policy-set.js';
import { decideOne } from '../simulate.js';
import { mtlsOf, peerPoliciesOf } from './peer-authentication.js';
import type { Point } from './point.js';
import { requestAuthentication, requestAuthenticationsOf, spaceDelimitedClaims } from './request-authentication.js';

export interface Decided {
  readonly decision: 'ALLOW' | 'DENY' | 'INDETERMINATE';
  readonly decidedBy?: DecidedBy;
  readonly reason: string;
  readonly missing?: string[];
}

interface CompiledPoint {
  readonly authorization: CompiledWorkload;
  readonly peer: readonly PolicyEntry[];
  readonly tokens: readonly PolicyEntry[];
  /** Everything that applies, dry-run included: equal lists mean equal decisions. */
  readonly applied: readonly unknown[];
}

const NOT_ENFORCED: Decided = { decision: 'ALLOW', reason: 'the workload is out of the mesh: nothing enforces policies of the mesh there' };

export class Decider {
  private readonly authorization = new Map<string, AuthorizationPolicy[]>();
  private readonly around: PolicySet;
  /** By the workload's object: whoever asks often keeps it. */
  private readonly compiled = { ztunnel: new WeakMap<object, CompiledPoint>(), envoy: new WeakMap<object, CompiledPoint>() };

  constructor(
    readonly set: PolicySet,
    readonly mesh: MeshSettings,
  ) {
    for (const policy of authorizationOf(set)) {
      const own = this.authorization.get(policy.namespace);
      if (own) own.push(policy);
      else this.authorization.set(policy.namespace, [policy]);
    }
    this.around = set.filter(({ authorization }) => !authorization);
  }

  decide(points: readonly Point[], request: Request): Decided {
    if (points.length === 0) return NOT_ENFORCED;
    return together(points.flatMap((point) => this.layers(point, request)));
  }

  /** As `decide`, without words: a replay explains only what changes. */
  decision(points: readonly Point[], request: Request): Decided['decision'] {
    let decision: Decided['decision'] = 'ALLOW';
    for (const point of points) {
      const one = this.decisionAt(point, request);
      if (one === 'DENY') return 'DENY';
      if (one === 'INDETERMINATE') decision = one;
    }
    return decision;
  }

  private decisionAt(point: Point, request: Request): Decided['decision'] {
    if (point.enforcer === 'linkerd') return 'INDETERMINATE';
    const compiled = this.compiledFor(point);
    const seen = asSeen(point, request);
    const verdict = decideWithUnknowns(compiled.authorization, seen);
    const decision = verdict.outcome?.decision ?? 'INDETERMINATE';
    // Nothing stands around: plain text and requests without token are let in.
    if (decision === 'DENY' || compiled.peer.length + compiled.tokens.length === 0) return decision;
    const others = this.layersAround(point, compiled, seen).map((layer) => layer.decision);
    if (others.includes('DENY')) return 'DENY';
    return others.includes('INDETERMINATE') ? 'INDETERMINATE' : decision;
  }

  layers(point: Point, request: Request): LayerDecision[] {
    if (point.enforcer === 'linkerd') return [linkerdUnknown()];
    const compiled = this.compiledFor(point);
    const seen = asSeen(point, request);
    const { id: _, ...authorization } = decideOne(compiled.authorization, seen);
    return [...this.layersAround(point, compiled, seen), { layer: 'authorizationPolicy', ...(authorization as Decided) }];
  }

  /** All but the AuthorizationPolicies. */
  private layersAround({ enforcer }: Point, { peer, tokens }: CompiledPoint, seen: Request): LayerDecision[] {
    const layers: LayerDecision[] = [];
    // Gateways and waypoints take what comes from outside the mesh by their listeners, not by PeerAuthentication.
    if (enforcer === 'sidecar' || enforcer === 'ztunnel') layers.push(this.peer(peer, seen));
    const token = enforcer === 'ztunnel' ? undefined : requestAuthentication(tokens, seen);
    if (token) layers.push(token);
    return layers;
  }

  /** Whether the same policies apply at the points under another set. */
  sameAs(other: Decider, points: readonly Point[]): boolean {
    return points.every((point) => {
      if (point.enforcer === 'linkerd') return sameLists(linkerdOf(this.set), linkerdOf(other.set));
      return sameLists(this.compiledFor(point).applied, other.compiledFor(point).applied);
    });
  }

  /** The AuthorizationPolicies that apply at a point, dry-run ones included. */
  selected(point: Point): AuthorizationPolicy[] {
    return this.selectedFor(point.workload);
  }

  /** Only namespaces whose policies can apply are looked at: a mesh has thousands of others. */
  private selectedFor(workload: Workload): AuthorizationPolicy[] {
    const namespaces = new Set([
      this.mesh.rootNamespace,
      workload.namespace,
      ...(workload.services ?? []).map(({ namespace }) => namespace),
    ]);
    const candidates = [...namespaces].flatMap((namespace) => this.authorization.get(namespace) ?? []);
    return selectPolicies(candidates, workload, this.mesh);
  }

  peerOf(point: Point): readonly PolicyEntry[] {
    return this.compiledFor(point).peer;
  }

  private peer(policies: readonly PolicyEntry[], request: Request): LayerDecision {
    const { mode, by } = mtlsOf(policies, request.port);
    const layer = 'peerAuthentication';
    const decidedBy = by ? { kind: 'PeerAuthentication', namespace: by.namespace, name: by.name } : undefined;
    const source = decidedBy ? { decidedBy } : {};
    const named = by ? `\`${by.name}\`` : 'the default';
    if (mode !== 'STRICT') return { layer, decision: 'ALLOW', ...source, reason: `${named} lets plain text in (${mode})` };
    if (unknownFacts(request.unknown ?? []).some(({ fact }) => fact === 'principal')) {
      const missing = ['source.principal'];
      return {
        layer,
        decision: 'INDETERMINATE',
        ...source,
        reason: `${named} is STRICT, and whether the caller uses mutual TLS is not known`,
        missing,
      };
    }
    if (request.source?.principal === undefined)
      return { layer, decision: 'DENY', ...source, reason: `${named} is STRICT, and the caller sends plain text` };
    return { layer, decision: 'ALLOW', ...source, reason: `${named} is STRICT, and the caller uses mutual TLS` };
  }

  private compiledFor(point: Point): CompiledPoint {
    const { workload, enforcer } = point;
    const known = this.compiled[enforcer === 'ztunnel' ? 'ztunnel' : 'envoy'];
    let compiled = known.get(workload);
    if (!compiled) {
      const selected = this.selectedFor(workload);
      const peer = peerPoliciesOf(this.around, workload, this.mesh.rootNamespace);
      const tokens = enforcer === 'ztunnel' ? [] : requestAuthenticationsOf(this.around, workload, this.mesh);
      const options = { spaceDelimitedClaims: spaceDelimitedClaims(tokens) };
      const authorization = new CompiledWorkload(selected, { ...workload, ztunnel: enforcer === 'ztunnel' }, this.mesh, options);
      compiled = { authorization, peer, tokens, applied: [...selected, ...peer, ...tokens] };
      known.set(workload, compiled);
    }
    return compiled;
  }
}

/** The proxy of a workload of which nothing is known but what it says itself. */
export function pointOf(workload: Workload): Point {
  if (workload.ztunnel) return { enforcer: 'ztunnel', workload };
  if (workload.labels[GATEWAY_LABEL] === undefined) return { enforcer: 'sidecar', workload };
  return { enforcer: workload.waypoint ? 'waypoint' : 'gateway', workload };
}

/** What the proxy sees of the request: ztunnel sees connections, and the waypoint as the client where there is one. */
function asSeen({ enforcer, client }: Point, request: Request): Request {
  if (enforcer !== 'ztunnel' || client === undefined) return request;
  const unknown = (request.unknown ?? []).filter((fact) => fact !== 'source.principal' && fact !== 'source.namespace');
  return { ...request, source: { principal: client }, unknown };
}

export function together(layers: readonly LayerDecision[]): Decided {
  const denied = layers.find(({ decision }) => decision === 'DENY');
  if (denied) return plain(denied);
  const open = layers.filter(({ decision }) => decision === 'INDETERMINATE');
  if (open[0]) {
    const missing = [...new Set(open.flatMap((layer) => layer.missing ?? []))].sort();
    const { decidedBy: _, ...undecided } = plain(open[0]);
    return { ...undecided, missing };
  }
  // The sentence of the layer that looked hardest.
  const authorization = layers.find(({ layer, decidedBy }) => layer === 'authorizationPolicy' && decidedBy);
  const allowed = authorization ?? layers.find(({ layer }) => layer === 'authorizationPolicy') ?? layers.at(-1);
  return allowed ? plain(allowed) : NOT_ENFORCED;
}

function plain({ layer: _, ...decided }: LayerDecision): Decided {
  return decided;
}

const linkerdOf = (set: PolicySet): unknown[] =>
  set.filter(({ object }) => object.apiVersion.startsWith('policy.linkerd.io')).map(({ object }) => object);

function linkerdUnknown(): LayerDecision {
  return { layer: 'linkerd', decision: 'INDETERMINATE', reason: "Linkerd's policies are not evaluated yet", missing: ['linkerd policy'] };
}

function sameLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
