import { CLUSTER, edgeBetween, idOf, windowAt, type Fault } from '../../test/mesh.js';
import { backtestJobs } from './backtest-jobs.js';
import { DEFAULT_CONFIG } from './config.js';
import { factorKey, NOTHING_DECIDED, type DecisionsInForce } from './decisions-in-force.js';

const STEP_SEC = 300;
const FROM_MS = Date.UTC(2026, 5, 3);
const DAYS = 2.2;
const SLOW: Fault = { at: 'shop/payments', latencyFactor: 8, propagates: 0 };

/** Titles of what is raised in an hour that is slow at payments, after days that were not. */
function titles(decisions: DecisionsInForce): string[] {
  const jobs = backtestJobs();
  const config = { ...DEFAULT_CONFIG, persistence: { needed: 1, of: 1 } };
  jobs.begin({ cluster: CLUSTER, stepSec: STEP_SEC, fromMs: FROM_MS, configs: [config], decisions });
  for (let step = -DAYS * 288; step <= 12; step += 1) {
    const atMs = FROM_MS + step * STEP_SEC * 1000;
    jobs.add([{ atMs, edges: windowAt(atMs, step > 0 ? SLOW : undefined) }]);
  }
  return jobs.end().runs[0]!.incidents.map(({ title }) => title);
}

describe('a backtest', () => {
  it('judges by what people decided', () => {
    expect(titles(NOTHING_DECIDED)).toEqual(['Slower answers: shop/payments']);
    const useless = [idOf('shop/payments'), edgeBetween('shop/cart', 'shop/payments')].map((id): [string, number] => [
      factorKey(id, 'latency'),
      0.1,
    ]);
    expect(titles({ ...NOTHING_DECIDED, factors: new Map(useless) })).toEqual([]);
  });
});
