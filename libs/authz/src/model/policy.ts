/**
 * An AuthorizationPolicy as the engine sees it: every source field, operation field and `when` key is one kind of condition.
 * Source of the structure: Istio's security/v1 API. Invariant: holds what the policy says, nothing about any workload or mesh.
 */

export type Action = 'ALLOW' | 'DENY' | 'AUDIT' | 'CUSTOM';

/** What a condition looks at. `L4` ones exist on TCP as well. */
export const L4_ATTRIBUTES = [
  'principal',
  'namespace',
  'serviceAccount',
  'trustDomain',
  'sourceIp',
  'remoteIp',
  'port',
  'destinationIp',
  'sni',
  'filterMetadata',
] as const;
export const HTTP_ATTRIBUTES = ['host', 'method', 'path', 'requestPrincipal', 'header', 'audiences', 'presenter', 'claim'] as const;
export type Attribute = (typeof L4_ATTRIBUTES)[number] | (typeof HTTP_ATTRIBUTES)[number];

const httpOnly: ReadonlySet<Attribute> = new Set(HTTP_ATTRIBUTES);
export const isHttpOnly = (attribute: Attribute): boolean => httpOnly.has(attribute);

/** `values` and `notValues` are independent: at least one of the first (if any), none of the second. */
export interface Condition {
  readonly attribute: Attribute;
  /** Header name, claim path or [filter, key]; empty for the rest. */
  readonly key: readonly string[];
  /** The key looks like one with brackets and is none, such as `request.headersX[a]`: no value of it can be compiled. */
  readonly isBroken?: true | undefined;
  readonly values: readonly string[];
  readonly notValues: readonly string[];
  /** Where it stands, e.g. `spec.rules[0].from[1].source.principals`, for sentences about the decision. */
  readonly path: string;
}

/** All conditions of one source or one operation must hold. */
export type Alternative = readonly Condition[];

/** null where `from` or `to` is absent or empty: anything. */
export interface Rule {
  readonly from: readonly Alternative[] | null;
  readonly to: readonly Alternative[] | null;
  readonly when: readonly Condition[];
  /** A rule that vanishes, whatever the action: it is null, or has a `when` key that Istio does not know. */
  readonly isVoid: boolean;
}

export interface TargetRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string | undefined;
}

export interface AuthorizationPolicy {
  readonly kind: 'AuthorizationPolicy';
  readonly namespace: string;
  readonly name: string;
  readonly action: Action;
  readonly provider?: string | undefined;
  /** null: no selector. An empty map selects everything, as none does. */
  readonly selector: Readonly<Record<string, string>> | null;
  readonly targetRefs: readonly TargetRef[];
  /** The annotation istio.io/dry-run, read as a Go bool. */
  readonly dryRun: boolean;
  readonly rules: readonly Rule[];
}

export interface MeshSettings {
  readonly rootNamespace: string;
  readonly trustDomain: string;
  readonly trustDomainAliases: readonly string[];
  readonly pathNormalization: 'NONE' | 'BASE' | 'MERGE_SLASHES' | 'DECODE_AND_MERGE_SLASHES';
  readonly extensionProviders: readonly { readonly name: string; readonly type: 'http' | 'grpc' }[];
}

export const DEFAULT_MESH: MeshSettings = {
  rootNamespace: 'istio-system',
  trustDomain: 'cluster.local',
  trustDomainAliases: [],
  pathNormalization: 'BASE',
  extensionProviders: [],
};

export interface Workload {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccount?: string | undefined;
  /** Counts for gateways only, which the label gateway.networking.k8s.io/gateway-name makes. */
  readonly waypoint?: boolean | undefined;
  /** Enforced by ztunnel alone, which sees connections and knows fewer fields. */
  readonly ztunnel?: boolean | undefined;
  /** What its containers listen on: NetworkPolicies and Linkerd's Servers may name a port. Left out: not known. */
  readonly ports?: readonly { readonly name?: string | undefined; readonly port: number }[] | undefined;
  /** Of the annotation config.linkerd.io/default-inbound-policy. Left out: not known. */
  readonly linkerdDefaultPolicy?: string | undefined;
  readonly services?:
    | readonly { readonly name: string; readonly namespace: string; readonly registry: 'Kubernetes' | 'External' }[]
    | undefined;
}
