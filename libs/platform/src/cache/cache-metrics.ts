/** Hit ratios of every cache, for Prometheus: `observatory_cache_requests_total{cache,result}`. */
import { counter } from '../health/own-metrics.js';

export type CacheResult = 'hit' | 'miss' | 'stale';

const requests = counter({
  name: 'observatory_cache_requests_total',
  help: 'Reads of a cache, by what came of them',
  labelNames: ['cache', 'result'],
});

export function countCacheRequest(cache: string, result: CacheResult): void {
  requests.inc({ cache, result });
}
