export * from './types.js';
export { histogramOfBuckets, mergeAllHistograms, mergeHistograms, quantile } from './histogram.js';
export { MAX_MISSED_WINDOWS, MIN_SCRAPES, lastWindowEnd, missedWindows, msToNextWindow, rateWindowSec } from './rates.js';
export { windowQueries, workloadQuantileQueries } from './queries/window-queries.js';
export {
  clusterName, clusterNameQuery, detectedMeshes, detectionQuery, scrapeIntervalQuery, scrapeIntervalSec, type DetectedMeshes,
} from './queries/detection.js';
export { RECORDED, recordingRules, type RecordingRuleOptions } from './queries/recording-rules.js';
export { adaptWindow, vectorsByTime } from './adapters/adapt-window.js';
export type { MeshApi } from './api.js';
