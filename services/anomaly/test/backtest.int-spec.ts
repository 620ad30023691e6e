/** A backtest beside the live windows: what it would have raised, what it cannot know, and that nobody waits for it. */
import { ANOMALY_SUBJECTS, BACKTEST_SPAN_MAX_SEC, backtestReply, type BacktestRun } from '@observatory/contracts';
import { until } from '@observatory/testing';
import { idOf } from './mesh.js';
import { Suite } from './suite.js';

const HOUR_MS = 3_600_000;
const DEADLINE = { deadlineMs: 60_000 };

describe('a backtest', () => {
  let suite: Suite;
  const at = (ms: number) => new Date(ms).toISOString();
  const lastDay = () => ({ from: at(suite.beganMs - 24 * HOUR_MS), to: at(suite.beganMs) });
  const run = (more: Partial<BacktestRun> = {}) =>
    suite.ask.request(ANOMALY_SUBJECTS.backtest, { ...lastDay(), ...more }, { timeoutMs: DEADLINE.deadlineMs });

  beforeAll(async () => {
    suite = await Suite.start();
    await suite.launch();
    await suite.ready();
    // After the service has learned from a quiet past.
    const toMs = suite.beganMs - 3 * HOUR_MS;
    suite.past = { fromMs: toMs - HOUR_MS, toMs, fault: { at: 'shop/payments', latencyFactor: 8, propagates: 0.6 } };
  }, 120_000);
  afterAll(() => suite?.stop());

  it('finds what stored history has, by the current and by a changed configuration, and says what it cannot know', async () => {
    const before = suite.historyQuestions;
    const reply = await run({ changed: { types: ['errors'] } });
    expect(backtestReply.safeParse(reply).error).toBeUndefined();
    expect(reply.current.incidents).toMatchObject([{ title: 'Slower answers: shop/payments', types: ['latency'] }]);
    const [incident] = reply.current.incidents;
    expect(incident!.subjects.map(({ id }) => id)).toContain(idOf('shop/payments'));
    expect(Date.parse(incident!.startedAt)).toBeGreaterThan(suite.past!.fromMs);
    expect(Date.parse(incident!.startedAt)).toBeLessThan(suite.past!.toMs);
    expect(reply.changed).toMatchObject({ incidents: [], config: { types: ['errors'] } });
    // Five minutes a step: 288 a day, of which all are stored; of three days before 1.2 are.
    expect(reply).toMatchObject({ stepSec: 300, windowsExpected: 288, windowsPresent: 288, subjects: 9 });
    expect(reply.warmUpSec / 86_400).toBeCloseTo(1.2, 1);
    expect(reply.unknown).toContainEqual(expect.stringMatching(/means of 5 min/));
    expect(reply.unknown).toContainEqual(expect.stringMatching(/1.2 days at first/));
    // Read once for both: every step of four days, and how many edges there are.
    expect(suite.historyQuestions - before).toBeLessThanOrEqual(4 * 288 + 2);
  });

  it('lets live windows be scored meanwhile, and reads no further than it has worked', async () => {
    let goOn: () => void = () => undefined;
    const before = suite.historyQuestions;
    let isOver = false;
    const first = run().finally(() => (isOver = true));
    await until(() => suite.historyQuestions > before + 20, DEADLINE);
    suite.historyWaits = new Promise((resolve) => (goOn = resolve));
    await suite.windows(2);
    await suite.scored();
    expect(isOver).toBe(false);
    const asked = suite.historyQuestions;
    await expect(run()).rejects.toMatchObject({ code: 'request/too-many', message: expect.stringMatching(/Another backtest/) });
    expect(suite.historyQuestions - asked).toBeLessThan(10);
    goOn();
    suite.historyWaits = undefined;
    expect((await first).current.incidents).toHaveLength(1);
    expect((await run({ namespaces: ['bank'] })).unknown).toContainEqual(expect.stringMatching(/end in bank/));
  });

  it('ends when its asker does not wait any more, and the next one runs', async () => {
    const before = suite.historyQuestions;
    const left = run({ runId: 'left' });
    await until(() => suite.historyQuestions > before + 20, DEADLINE);
    const end = (runId: string) => suite.ask.request(ANOMALY_SUBJECTS.backtestEnd, { runId });
    expect([await end('another'), await end('left')]).toEqual([{ ended: false }, { ended: true }]);
    await expect(left).rejects.toMatchObject({ code: 'service/unavailable', message: expect.stringMatching(/ended by its asker/) });
    expect(await end('left')).toEqual({ ended: false });
    expect((await run()).current.incidents).toHaveLength(1);
  });

  it('refuses what is too long or of no cluster', async () => {
    const tooLong = { from: at(suite.beganMs - (BACKTEST_SPAN_MAX_SEC + 1) * 1000) };
    await expect(run(tooLong)).rejects.toMatchObject({ code: 'request/invalid' });
    await expect(run({ cluster: 'west' })).rejects.toMatchObject({ code: 'resource/not-found' });
  });
});
