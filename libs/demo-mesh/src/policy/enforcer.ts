/**
 * The demo's proxies reading the cluster's policies: which share of a lane's traffic is refused, by whom, since when.
 * Worked out anew when a policy changes; earlier answers are kept for questions about the past.
 */
import { isMutual, spiffeId } from '../exposition/writer.js';
import { podLabels } from '../kube/objects/labels.js';
import { KINDS } from '../kube/kinds.js';
import type { KubeObject, Store } from '../kube/store.js';
import type { Cluster } from '../model/cluster.js';
import type { Lane, Workload } from '../model/types.js';
import { ALLOWED, type Refusal } from '../traffic/influence.js';
import { check, type AuthorizationPolicy, type PolicyRequest, type PolicyRule } from './check.js';

const ROOT_NAMESPACE = 'istio-system';
const KEPT_VERSIONS = 100;

const kindOf = (kind: string) => KINDS.find((info) => info.group === 'security.istio.io' && info.kind === kind)!;
const AUTHORIZATION = kindOf('AuthorizationPolicy');
const PEER_AUTHENTICATION = kindOf('PeerAuthentication');

interface TargetRef {
  readonly kind: string;
  readonly name: string;
}

interface AuthorizationSpec {
  readonly selector?: { readonly matchLabels?: Record<string, string> };
  readonly targetRef?: TargetRef;
  readonly targetRefs?: readonly TargetRef[];
  readonly action?: string;
  readonly rules?: readonly PolicyRule[] | null;
}

interface Version {
  readonly sinceSec: number;
  readonly refusals: Map<string, Refusal>;
  readonly authorization: readonly KubeObject[];
  readonly authentication: readonly KubeObject[];
}

const specOf = <T>(object: KubeObject): T => (object.spec ?? {}) as T;
const selects = (selector: { matchLabels?: Record<string, string> } | undefined, labels: Record<string, string>): boolean =>
  Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
const targetRefsOf = (spec: AuthorizationSpec): readonly TargetRef[] =>
  spec.targetRefs?.length ? spec.targetRefs : spec.targetRef ? [spec.targetRef] : [];

function policyOf(object: KubeObject): AuthorizationPolicy {
  const spec = specOf<AuthorizationSpec>(object);
  return {
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
    action: spec.action ?? 'ALLOW',
    rules: spec.rules ?? [],
  };
}

/** Dry-run policies only feed shadow metrics. */
const isEnforced = (object: KubeObject): boolean => object.metadata.annotations?.['istio.io/dry-run'] !== 'true';

export class Enforcer {
  private readonly versions: Version[] = [];

  constructor(
    private readonly cluster: Cluster,
    private readonly store: Store,
  ) {
    this.remember();
    store.subscribe((event) => {
      if (event.info === AUTHORIZATION || event.info === PEER_AUTHENTICATION) this.remember();
    });
  }

  refusal(lane: Lane, timeSec: number): Refusal {
    const version = this.versions.findLast(({ sinceSec }) => sinceSec <= timeSec) ?? this.versions[0]!;
    let refusal = version.refusals.get(lane.id);
    if (!refusal) {
      refusal = this.judge(lane, version);
      version.refusals.set(lane.id, refusal);
    }
    return refusal;
  }

  /** Which policy decides on one operation of the lane, for the access log. */
  verdict(lane: Lane, operation: { method: string; path: string }): { allowed: boolean; policy: string | null } {
    const version = this.versions.at(-1)!;
    if (!lane.target) return { allowed: true, policy: null };
    return check(this.policiesFor(lane, version), this.requestOf(lane, lane.source, operation));
  }

  private remember(): void {
    const version: Version = {
      // The second before the change counts as after it: the engine works out seconds that have begun.
      sinceSec: this.versions.length === 0 ? 0 : Math.floor(Date.now() / 1000),
      refusals: new Map(),
      authorization: this.store.list(AUTHORIZATION).filter(isEnforced),
      authentication: this.store.list(PEER_AUTHENTICATION),
    };
    this.versions.push(version);
    if (this.versions.length > KEPT_VERSIONS) this.versions.shift();
  }

  private judge(lane: Lane, version: Version): Refusal {
    const { target } = lane;
    if (!target || (target.mesh !== 'istio' && target.mesh !== 'ambient')) return ALLOWED;
    if (!isMutual(lane) && this.isStrict(target, version)) return { ...ALLOWED, layer: 'connection', plaintextRefused: true };
    if (target.mesh === 'ambient') {
      // ztunnel sees the waypoint as the client where there is one.
      const policies = this.selectedBy(target, version);
      const verdict = check(policies, this.requestOf(lane, lane.waypoint ?? lane.source), { httpDenyOnConnections: false });
      if (!verdict.allowed) return { ...ALLOWED, deniedShare: 1, layer: 'connection' };
      if (!lane.waypoint) return ALLOWED;
    }
    return this.judgeRequests(lane, this.policiesFor(lane, version));
  }

  private judgeRequests(lane: Lane, policies: readonly AuthorizationPolicy[]): Refusal {
    if (policies.length === 0) return ALLOWED;
    if (lane.call.protocol === 'tcp')
      return check(policies, this.requestOf(lane, lane.source)).allowed ? ALLOWED : { ...ALLOWED, deniedShare: 1 };
    const total = lane.call.operations.reduce((sum, { weight }) => sum + weight, 0);
    const refused = lane.call.operations.filter((operation) => !check(policies, this.requestOf(lane, lane.source, operation)).allowed);
    return { ...ALLOWED, refused, deniedShare: refused.reduce((sum, { weight }) => sum + weight, 0) / Math.max(total, Number.EPSILON) };
  }

  private requestOf(lane: Lane, client: Workload, http?: { method: string; path: string }): PolicyRequest {
    const identity = isMutual(lane) ? { principal: spiffeId(client).replace('spiffe://', ''), namespace: client.namespace } : {};
    return { ...identity, port: lane.port, host: `${lane.service.host}:${lane.port}`, http };
  }

  /** Policies of the proxy that reads the lane's requests: the waypoint's, or those that select the server. */
  private policiesFor(lane: Lane, version: Version): AuthorizationPolicy[] {
    const { target, waypoint } = lane;
    if (!target) return [];
    if (!waypoint) return this.selectedBy(target, version);
    const attached = (object: KubeObject): boolean => {
      const namespace = object.metadata.namespace;
      return targetRefsOf(specOf<AuthorizationSpec>(object)).some(
        ({ kind, name }) =>
          (kind === 'Service' && name === lane.service.name && namespace === lane.service.namespace) ||
          (kind === 'Gateway' && name === waypoint.name && namespace === waypoint.namespace) ||
          (kind === 'GatewayClass' && name === 'istio-waypoint' && namespace === ROOT_NAMESPACE),
      );
    };
    return version.authorization.filter(attached).map(policyOf);
  }

  private selectedBy(target: Workload, version: Version): AuthorizationPolicy[] {
    const labels = this.labelsOf(target);
    return version.authorization
      .filter((object) => object.metadata.namespace === target.namespace || object.metadata.namespace === ROOT_NAMESPACE)
      .filter((object) => {
        const spec = specOf<AuthorizationSpec>(object);
        return targetRefsOf(spec).length === 0 && selects(spec.selector, labels);
      })
      .map(policyOf);
  }

  private labelsOf(workload: Workload): Record<string, string> {
    const [pod] = this.cluster.podsOf(workload);
    return pod ? podLabels(pod) : {};
  }

  /** The narrowest PeerAuthentication decides: the workload's, then the namespace's, then the mesh's. */
  private isStrict(target: Workload, version: Version): boolean {
    const labels = this.labelsOf(target);
    const spec = (object: KubeObject) => specOf<AuthorizationSpec & { mtls?: { mode?: string } }>(object);
    const own = version.authentication.filter((object) => object.metadata.namespace === target.namespace);
    const candidates = [
      own.find((object) => spec(object).selector && selects(spec(object).selector, labels)),
      own.find((object) => !spec(object).selector),
      version.authentication.find((object) => object.metadata.namespace === ROOT_NAMESPACE && !spec(object).selector),
    ];
    const mode = candidates.map((object) => object && spec(object).mtls?.mode).find((found) => found && found !== 'UNSET');
    return mode === 'STRICT';
  }
}
