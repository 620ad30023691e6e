/** Signatures of the functions that this library publishes, for those who build on it. */
import type { EdgeSample, ExportFormat, GraphKind, Topology, TopologyDelta, TopologyDiff, TopologyExportReply, WorkloadSample } from '@observatory/contracts';
import type { AdaptOptions, AdaptedWindow, GraphObjects, MeshGraph, PromSample, PromSeries, QueriedMesh, QueryName, WindowQuery, WindowQueryOptions, WindowVectors } from './types.js';

export interface BuildGraphOptions {
  readonly samples: readonly EdgeSample[];
  readonly windowSec: number;
  readonly graph: GraphKind;
  readonly objects?: GraphObjects;
  /** Whether objects without traffic are nodes too; default true. */
  readonly idle?: boolean;
}
export interface DetectedMeshes {
  readonly meshes: QueriedMesh[];
  readonly recordingRules: boolean;
}
export interface RingWindow {
  readonly atMs: number;
  readonly edges: readonly EdgeSample[];
}
export interface RingMean {
  readonly edges: EdgeSample[];
  /** Windows found in the span. */
  readonly windowCount: number;
}
export interface QuantilePlan {
  readonly mode: 'all' | 'rotation' | 'recordingRules';
  /** How many slices a rotation has; 1 = everything each window. */
  readonly slices: number;
  /** The share of destination workloads that fits the budget, the busiest first; the rest is read on demand. */
  readonly share: number;
  readonly sides: 'both' | 'receiving';
}

export interface MeshApi {
  windowQueries(options: WindowQueryOptions): WindowQuery[];
  workloadQuantileQueries(options: Omit<WindowQueryOptions, 'quantiles' | 'sides'> & { namespace: string; name: string }): WindowQuery[];
  detectionQuery(selector?: string): string;
  detectedMeshes(vector: Iterable<PromSample>): DetectedMeshes;
  clusterNameQuery(selector?: string): string;
  clusterName(vector: Iterable<PromSample>): string | undefined;
  scrapeIntervalQuery(selector?: string): string;
  scrapeIntervalSec(vector: Iterable<PromSample>): number | undefined;
  recordingRules(options: { rateWindowSec: number; intervalSec: number; bucketIntervalSec: number; selector?: string }): string;
  sourceOnlyWorkloads(edges: readonly EdgeSample[]): string[];
  rotationSlice(edges: readonly EdgeSample[], plan: QuantilePlan, windowIndex: number): string[];
  planQuantiles(facts: unknown): QuantilePlan;
  vectorsByTime(answers: Partial<Record<QueryName, Iterable<PromSeries>>>): Map<number, WindowVectors>;
  adaptWindow(vectors: WindowVectors, options: AdaptOptions): AdaptedWindow;
  /** `windowCount` windows exist in the span; those not passed had no traffic. Default windows.length. */
  meanOfSamples(windows: readonly (readonly EdgeSample[])[], windowCount?: number): EdgeSample[];
  workloadSamples(edges: readonly EdgeSample[]): WorkloadSample[];
  mergeClusters(inputs: readonly (readonly EdgeSample[])[]): EdgeSample[];
  buildGraph(options: BuildGraphOptions): MeshGraph;
  filterGraph(graph: MeshGraph, filter: { namespaces?: readonly string[]; cluster?: string; idle?: boolean }): MeshGraph;
  /** Three significant digits: what is sent and compared. */
  roundGraph(graph: MeshGraph): MeshGraph;
  diffGraphs(before: MeshGraph, after: MeshGraph): Pick<TopologyDiff, 'nodes' | 'edges'>;
  /** Of rounded graphs; undefined previous = everything is new. */
  deltaOfGraphs(previous: MeshGraph | undefined, next: MeshGraph): Pick<TopologyDelta, 'nodes' | 'edges'>;
  exportGraph(topology: Topology, format: ExportFormat): TopologyExportReply;
}

export interface WindowRingApi {
  push(window: RingWindow): void;
  /** Mean over the windows that end in (untilMs - spanSec, untilMs]. */
  mean(untilMs: number, spanSec: number): RingMean;
  /** Ends of the windows held, oldest first. */
  readonly times: number[];
}
