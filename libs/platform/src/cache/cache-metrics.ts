/** Hit ratios of every cache, for Prometheus: `observatory_cache_requests_total{cache,result}`. */
import { Counter, register } from 'prom-client';

export type CacheResult = 'hit' | 'miss' | 'stale';

const NAME = 'observatory_cache_requests_total';

export function countCacheRequest(cache: string, result: CacheResult): void {
  const known = register.getSingleMetric(NAME) as Counter<'cache' | 'result'> | undefined;
  const counter = known ?? new Counter({ name: NAME, help: 'Reads of a cache, by what came of them', labelNames: ['cache', 'result'] });
  counter.inc({ cache, result });
}
