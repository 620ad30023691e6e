export * from './types.js';
export { histogramOfBuckets, mergeAllHistograms, mergeHistograms, quantile } from './histogram.js';
export { MAX_MISSED_WINDOWS, MIN_SCRAPES, lastWindowEnd, missedWindows, msToNextWindow, rateWindowSec } from './rates.js';
export type { MeshApi } from './api.js';
