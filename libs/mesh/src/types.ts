/**
 * The vocabulary between Prometheus, the adapters and the graph: what each pure function takes and gives.
 * Invariant: bad telemetry is a value (a `TelemetryProblem`), never an exception.
 */
import type { EdgeSample, MeshKind, NodeRole, TopologyEdge, TopologyNode } from '@observatory/contracts';

/** One row of an instant vector: labels and a rate per second. */
export interface PromSample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One row of a range answer; `values` are [milliseconds since 1970, rate per second]. */
export interface PromSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: Iterable<readonly [number, number]>;
}

export const QUERY_NAMES = [
  'istioRequests',
  'istioDuration',
  'istioBytes',
  'istioTcp',
  'istioBuckets',
  'linkerdResponses',
  'linkerdLatency',
  'linkerdTcp',
  'linkerdBuckets',
] as const;
export type QueryName = (typeof QUERY_NAMES)[number];

export interface WindowQuery {
  readonly name: QueryName;
  readonly promql: string;
}

/** The answers of one window by query; absent where the query was not asked or failed. */
export type WindowVectors = Partial<Record<QueryName, Iterable<PromSample>>>;

export type QueriedMesh = Exclude<MeshKind, 'none'>;

/** Whose buckets a window reads: every edge's, those of some destination workloads (a slice of a rotation, or one), or none. */
export type QuantileScope = 'all' | 'none' | { readonly workloads: readonly string[]; readonly rateWindowSec?: number };

/**
 * Duration, bytes and buckets are reported by both ends. `both` reads all; otherwise only the receiving side is read,
 * and the source's for these destination workloads, which report nothing themselves (see `sourceOnlyWorkloads`).
 */
export type ReportingSides = 'both' | { readonly sourceOnly: readonly string[] };

export interface WindowQueryOptions {
  readonly rateWindowSec: number;
  /** PromQL label matchers without braces, put into every selector: `cluster="east"`. */
  readonly selector?: string;
  readonly meshes: readonly QueriedMesh[];
  readonly quantiles: QuantileScope;
  readonly sides?: ReportingSides;
  /** Read the results of our recording rules instead of computing rates. Linkerd has no rules and is read raw. */
  readonly from?: 'raw' | 'recordingRules';
}

export type ProblemCode =
  | 'bad-value'
  | 'missing-labels'
  | 'incomplete-source'
  | 'missing-response-code'
  | 'too-many-hosts'
  | 'broken-histogram';

/** Telemetry that could not be taken as it is: how often, and one example to look for. */
export interface TelemetryProblem {
  readonly code: ProblemCode;
  readonly count: number;
  readonly example: string;
}

export interface AdaptOptions {
  /** The configured name, standing in where cluster labels are `unknown` or absent. */
  readonly cluster: string;
  /** End of the window, RFC 3339: when histograms were read. */
  readonly at: string;
  readonly rateWindowSec: number;
  /** Waypoints known from Kubernetes, as `namespace/name`; others are recognised by their traffic. */
  readonly waypoints?: ReadonlySet<string>;
}

export interface AdaptedWindow {
  readonly edges: EdgeSample[];
  readonly problems: TelemetryProblem[];
}

/** Facts from Kubernetes about a workload, joined by (cluster, namespace, name). */
export interface WorkloadFacts {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly app?: string;
  readonly version?: string;
  /** Names of the services of the same namespace that select it. */
  readonly services?: readonly string[];
  readonly mesh?: MeshKind;
  readonly role?: NodeRole;
  readonly replicas?: { readonly desired: number; readonly ready: number };
  readonly serviceAccount?: string;
}

/** Facts about a Kubernetes service, or a host of a ServiceEntry (then `name` is the host). */
export interface ServiceFacts {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly kind: 'service' | 'serviceEntry';
  readonly app?: string;
}

export interface GraphObjects {
  readonly workloads: readonly WorkloadFacts[];
  readonly services: readonly ServiceFacts[];
}

export interface MeshGraph {
  readonly nodes: TopologyNode[];
  readonly edges: TopologyEdge[];
}
