import { ALERT_SCORE } from '@observatory/detect';
import { DEFAULT_CONFIG } from './config.js';
import { noTraffic, type Traffic } from './facts.js';
import { SubjectReplay } from './replay-subject.js';

const STEP_SEC = 300;
const BEGIN = Date.parse('2026-03-02T00:00:00Z');
const STEPS = 288;

/** 20 requests a second, somewhat uneven, of so many milliseconds. */
const traffic = (step: number, ms: number): Traffic => {
  const requests = 20 + Math.sin(step);
  return {
    ...noTraffic(),
    requests,
    latencySumMs: requests * ms,
    latencyCount: requests,
    latencyP50: ms,
    latencyP95: 3 * ms,
    latencyP99: 5 * ms,
  };
};

describe('the signals of a subject, replayed', () => {
  const replay = new SubjectReplay(DEFAULT_CONFIG);
  const at = (step: number) => ({ atMs: BEGIN + step * STEP_SEC * 1000, spanSec: STEP_SEC });
  for (let step = 0; step < STEPS; step += 1) replay.learn(traffic(step, 20 + (step % 3)), at(step));
  [20, 0.8, 200].forEach((ms, index) => replay.show(traffic(STEPS + index, ms), at(STEPS + index)));
  replay.show(undefined, at(STEPS + 3));
  const latency = replay.signals().find(({ signal }) => signal === 'latencyMean')!;

  it('are judged by what was before them', () => {
    expect(latency.expected[0]).toBeCloseTo(21, 0);
    expect(latency.low[0]!).toBeLessThan(20);
    expect(latency.high[0]!).toBeGreaterThan(22);
    expect(latency.score[0]).toBeLessThan(ALERT_SCORE);
  });
  it('are unusual only in the direction that the live pass speaks of', () => {
    expect(latency.observed.slice(1, 3)).toEqual([expect.closeTo(0.8), expect.closeTo(200)]);
    expect(latency.score[1]).toBe(0);
    expect(latency.score[2]).toBeGreaterThan(ALERT_SCORE);
  });
  it('are unknown where nothing is known', () => {
    expect([latency.observed[3], latency.expected[3], latency.score[3]]).toEqual([null, null, null]);
  });
  it('leave out what was never there', () => {
    expect(replay.signals().map(({ signal }) => signal)).not.toContain('connections');
  });
});
