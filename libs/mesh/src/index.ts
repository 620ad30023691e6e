export * from './types.js';
export { histogramOfBuckets, mergeAllHistograms, mergeHistograms, quantile } from './histogram.js';
export { MAX_MISSED_WINDOWS, MIN_SCRAPES, lastWindowEnd, missedWindows, msToNextWindow, rateWindowSec } from './rates.js';
export { oneOf } from './queries/promql.js';
export { windowQueries, workloadQuantileQueries } from './queries/window-queries.js';
export {
  clusterName,
  clusterNameQuery,
  detectedMeshes,
  detectionQuery,
  MESHES,
  scrapeIntervalQuery,
  scrapeIntervalSec,
  type DetectedMeshes,
} from './queries/detection.js';
export { RECORDED, recordingRules, type RecordingRuleOptions } from './queries/recording-rules.js';
export { adaptWindow, vectorsByTime } from './adapters/adapt-window.js';
export { meanOfSamples } from './windows/mean.js';
export { mergeClusters } from './windows/merge-clusters.js';
export { workloadSamples } from './windows/workload-samples.js';
export { WindowInbox, type ClosedWindow } from './windows/window-inbox.js';
export { WindowRing, type RingMean, type RingWindow } from './windows/window-ring.js';
export {
  BUDGET_SHARE,
  MAX_QUANTILE_AGE_SEC,
  destinationCount,
  planQuantiles,
  rotationSlice,
  sourceOnlyWorkloads,
  type BudgetFacts,
  type QuantilePlan,
} from './budget.js';
export { buildGraph, type BuildGraphOptions } from './graph/build-graph.js';
export { filterGraph, type GraphFilter } from './graph/filter.js';
export { roundGraph } from './graph/round.js';
export { deltaOfGraphs, diffGraphs } from './graph/diff.js';
export { exportGraph } from './graph/export.js';
export { HEALTH_THRESHOLDS, judge, wilsonLowerBound, type JudgedTraffic, type Verdict } from './graph/health.js';
export { explanationOf } from './explanations.js';
