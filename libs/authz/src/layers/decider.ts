/**
 * Is a request let through, all proxies and layers on its way together? Compiles the policies of a workload once for many requests.
 * Invariant: any layer that denies decides; what is not known makes the answer INDETERMINATE only where no layer denies anyway.
 */
import type { LayerDecision } from '@observatory/contracts';
import { CompiledWorkload } from '../decide/decide.js';
import { GATEWAY_LABEL, selectPolicies } from '../decide/select.js';
import { decideWithUnknowns } from '../decide/unknowns.js';
import type { AuthorizationPolicy, MeshSettings, Workload } from '../model/policy.js';
import type { Request } from '../model/request.js';
import { authorizationOf, type PolicyEntry, type PolicySet } from '../set/policy-set.js';
import { decideOne } from '../simulate.js';
import { decideLinkerd, LinkerdPolicies, type CompiledLinkerd } from './linkerd.js';
import { NetworkLayer } from './network-layer.js';
import type { NetworkPolicy } from './network-policy.js';
import { peerAuthentication, peerPoliciesOf } from './peer-authentication.js';
import type { Point } from './point.js';
import { requestAuthentication, requestAuthenticationsOf, spaceDelimitedClaims } from './request-authentication.js';
import { NOT_ENFORCED, together, type Decided } from './together.js';

interface CompiledPoint {
  readonly authorization: CompiledWorkload;
  readonly peer: readonly PolicyEntry[];
  readonly tokens: readonly PolicyEntry[];
  readonly network: readonly NetworkPolicy[];
  readonly linkerd?: CompiledLinkerd;
  /** Everything that applies, dry-run included: equal lists mean equal decisions. */
  readonly applied: readonly unknown[];
}

export class Decider {
  private readonly authorization = new Map<string, AuthorizationPolicy[]>();
  private readonly around: PolicySet;
  private readonly network: NetworkLayer;
  private readonly linkerd: LinkerdPolicies;
  /** By the workload's object: whoever asks often keeps it. */
  private readonly compiled = {
    envoy: new WeakMap<object, CompiledPoint>(),
    ztunnel: new WeakMap<object, CompiledPoint>(),
    linkerd: new WeakMap<object, CompiledPoint>(),
    none: new WeakMap<object, CompiledPoint>(),
  };
  private readonly comparedEgress = new WeakMap<Decider, boolean>();

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
    this.network = new NetworkLayer(this.around);
    this.linkerd = new LinkerdPolicies(this.around);
  }

  get hasNetworkPolicies(): boolean {
    return !this.network.isEmpty;
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
    const compiled = this.compiledFor(point);
    const seen = asSeen(point, request);
    const network = this.network.decide(compiled.network, point, seen)?.decision ?? 'ALLOW';
    if (network === 'DENY') return network;
    const decision = this.decisionOfMesh(point, compiled, seen);
    return decision === 'DENY' || network === 'ALLOW' ? decision : network;
  }

  private decisionOfMesh(point: Point, compiled: CompiledPoint, seen: Request): Decided['decision'] {
    if (compiled.linkerd) return decideLinkerd(compiled.linkerd, seen).decision;
    if (point.enforcer === 'none') return 'ALLOW';
    const verdict = decideWithUnknowns(compiled.authorization, seen);
    const decision = verdict.outcome?.decision ?? 'INDETERMINATE';
    // Nothing stands around: plain text and requests without token are let in.
    if (decision === 'DENY' || compiled.peer.length + compiled.tokens.length === 0) return decision;
    const others = this.layersAround(point, compiled, seen).map((layer) => layer.decision);
    if (others.includes('DENY')) return 'DENY';
    return others.includes('INDETERMINATE') ? 'INDETERMINATE' : decision;
  }

  layers(point: Point, request: Request): LayerDecision[] {
    const compiled = this.compiledFor(point);
    const seen = asSeen(point, request);
    const network = this.network.decide(compiled.network, point, seen);
    return [...(network ? [network] : []), ...this.layersOfMesh(point, compiled, seen)];
  }

  private layersOfMesh(point: Point, compiled: CompiledPoint, seen: Request): LayerDecision[] {
    if (compiled.linkerd) return [decideLinkerd(compiled.linkerd, seen)];
    if (point.enforcer === 'none') return [];
    const { id: _, ...authorization } = decideOne(compiled.authorization, seen);
    return [...this.layersAround(point, compiled, seen), { layer: 'authorizationPolicy', ...(authorization as Decided) }];
  }

  /** All but the AuthorizationPolicies. */
  private layersAround({ enforcer }: Point, { peer, tokens }: CompiledPoint, seen: Request): LayerDecision[] {
    const layers: LayerDecision[] = [];
    // Gateways and waypoints take what comes from outside the mesh by their listeners, not by PeerAuthentication.
    if (enforcer === 'sidecar' || enforcer === 'ztunnel') layers.push(peerAuthentication(peer, seen));
    const token = enforcer === 'ztunnel' ? undefined : requestAuthentication(tokens, seen);
    if (token) layers.push(token);
    return layers;
  }

  /** Whether the same policies apply at the points under another set. */
  sameAs(other: Decider, points: readonly Point[]): boolean {
    // The caller's own limits may be those of any namespace.
    if (!this.sameEgress(other)) return false;
    return points.every((point) => sameLists(this.compiledFor(point).applied, other.compiledFor(point).applied));
  }

  private sameEgress(other: Decider): boolean {
    let same = this.comparedEgress.get(other);
    if (same === undefined) {
      const entries = ({ network }: Decider) => network.allEgress.map(({ entry }) => entry);
      same = sameLists(entries(this), entries(other));
      this.comparedEgress.set(other, same);
    }
    return same;
  }

  /** The AuthorizationPolicies that apply at a point, dry-run ones included. */
  selected(point: Point): AuthorizationPolicy[] {
    return point.enforcer === 'linkerd' || point.enforcer === 'none' ? [] : this.selectedFor(point.workload);
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

  private compiledFor(point: Point): CompiledPoint {
    const { workload, enforcer } = point;
    const known = this.compiled[enforcer === 'sidecar' || enforcer === 'gateway' || enforcer === 'waypoint' ? 'envoy' : enforcer];
    let compiled = known.get(workload);
    if (!compiled) {
      compiled =
        enforcer === 'linkerd' || enforcer === 'none'
          ? this.withoutIstio(workload, enforcer === 'linkerd')
          : this.withIstio(workload, enforcer === 'ztunnel');
      known.set(workload, compiled);
    }
    return compiled;
  }

  private withIstio(workload: Workload, ztunnel: boolean): CompiledPoint {
    const selected = this.selectedFor(workload);
    const peer = peerPoliciesOf(this.around, workload, this.mesh.rootNamespace);
    const tokens = ztunnel ? [] : requestAuthenticationsOf(this.around, workload, this.mesh);
    const options = { spaceDelimitedClaims: spaceDelimitedClaims(tokens) };
    const authorization = new CompiledWorkload(selected, { ...workload, ztunnel }, this.mesh, options);
    const network = this.network.selecting(workload);
    const applied = [...selected, ...peer, ...tokens, ...network.map(({ entry }) => entry)];
    return { authorization, peer, tokens, network, applied };
  }

  private withoutIstio(workload: Workload, ofLinkerd: boolean): CompiledPoint {
    const network = this.network.selecting(workload);
    const linkerd = ofLinkerd ? this.linkerd.compile(workload) : undefined;
    const applied = [...network.map(({ entry }) => entry), ...(linkerd?.applied ?? [])];
    const authorization = new CompiledWorkload([], workload, this.mesh);
    return { authorization, peer: [], tokens: [], network, ...(linkerd ? { linkerd } : {}), applied };
  }
}

/** The proxy of a workload of which nothing is known but what it says itself. */
export function pointOf(workload: Workload): Point {
  if (workload.ztunnel) return { enforcer: 'ztunnel', workload };
  if (workload.labels[GATEWAY_LABEL] === undefined) return { enforcer: 'sidecar', workload };
  return { enforcer: workload.waypoint ? 'waypoint' : 'gateway', workload };
}

/** What the proxy sees of the request: ztunnel sees connections, and the waypoint as the client where there is one. */
function asSeen({ enforcer, client, clientLabels: labels }: Point, request: Request): Request {
  if (enforcer !== 'ztunnel' || client === undefined) return request;
  const unknown = (request.unknown ?? []).filter((fact) => fact !== 'source.principal' && fact !== 'source.namespace');
  return { ...request, source: { principal: client, ...(labels ? { labels } : {}) }, unknown };
}

function sameLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
