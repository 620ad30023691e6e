/** The first start beside a metrics service that still reads its own history back, the newest first. */
import { ANOMALY_SUBJECTS } from '@observatory/contracts';
import { until } from '@observatory/testing';
import { Suite } from './suite.js';

const DAY_SEC = 86_400;
const DEADLINE = { deadlineMs: 60_000 };

describe('the first start', () => {
  let suite: Suite;
  const learned = async () => {
    const { clusters, stages } = await suite.ask.request(ANOMALY_SUBJECTS.baseline, {});
    return { ...clusters[0]!, stages };
  };

  /** Stages are those of the last window. */
  const next = async () => {
    await suite.windows(1);
    await suite.scored();
  };

  beforeAll(async () => {
    suite = await Suite.start();
    suite.historyShare = 0.1;
    await suite.launch();
    await next();
  }, 120_000);
  afterAll(() => suite?.stop());

  it('learns the newest day as soon as metrics has it, and says that it waits for the rest', async () => {
    expect(await learned()).toMatchObject({ state: 'loading', detail: expect.stringMatching(/100 of 1000/) });
    expect((await learned()).historySec).toBeLessThan(3600);
    suite.historyShare = 0.2;
    await until(async () => (await learned()).historySec > DAY_SEC, { ...DEADLINE, what: 'the newest day' });
    await next();
    const { state, historySec, stages } = await learned();
    expect(state).toBe('loading');
    expect(historySec).toBeLessThan(1.2 * DAY_SEC);
    expect(stages.daily).toBeGreaterThan(0);
    expect(stages.seasonal).toBe(0);
    await until(async () => (await learned()).detail?.includes('200 of 1000') === true, DEADLINE);
    // What is not the whole is not kept: after a restart all of it is wanted.
    expect(await suite.rows('SELECT cluster FROM anomaly.snapshots')).toEqual([]);
  });

  it('learns all of it from the beginning once metrics has it', async () => {
    suite.historyShare = 1;
    await until(async () => (await learned()).state === 'ready', { ...DEADLINE, what: 'all of history' });
    await next();
    const { historySec, stages } = await learned();
    expect(historySec).toBeGreaterThan(2 * DAY_SEC);
    expect(stages.seasonal).toBeGreaterThan(0);
    // Ready to judge a moment before it is kept.
    const isKept = async () => (await suite.rows('SELECT cluster FROM anomaly.snapshots')).length > 0;
    await until(isKept, { ...DEADLINE, what: 'what was learned kept' });
    expect(await suite.rows('SELECT cluster FROM anomaly.snapshots')).toEqual([{ cluster: 'east' }]);
  });
});
