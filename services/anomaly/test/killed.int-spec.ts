/** Killed at any moment of an incident's beginning: one incident, one alert, one event. */
import { until } from '@observatory/testing';
import type { Fault } from './mesh.js';
import { Suite } from './suite.js';

const FAILING: Fault = { at: 'shop/payments', errorShare: 0.4, propagates: 0.6 };
/** After so many milliseconds from the window that opens the incident: before, during and after its transaction. */
const MOMENTS_MS = [5, 60];

describe('killed while an incident begins', () => {
  let suite: Suite;
  beforeAll(async () => {
    suite = await Suite.start();
    await suite.launch();
    await suite.ready();
    await suite.windows(10);
    await suite.scored();
  }, 240_000);
  afterAll(() => suite?.stop());

  it.each(MOMENTS_MS)(
    'after %i ms',
    async (momentMs) => {
      const incidentsBefore = (await suite.incidents()).length;
      await suite.windows(2, FAILING);
      await suite.windows(1, FAILING);
      const killAt = performance.now() + momentMs;
      await until(() => performance.now() >= killAt, { deadlineMs: 1000, everyMs: 1, what: 'the moment' });
      await suite.kill();
      await suite.launch();
      await suite.windows(2, FAILING);
      await suite.scored();
      // Who comes back takes the lease when it has run out.
      const isThere = async () => (await suite.incidents()).some(({ state }) => state === 'open');
      await until(
        async () => {
          if (await isThere()) return true;
          await suite.windows(1, FAILING);
          return false;
        },
        { deadlineMs: 90_000, everyMs: 1000, what: 'the incident' },
      );
      const incidents = await suite.incidents();
      expect(incidents).toHaveLength(incidentsBefore + 1);
      const [incident] = incidents;
      await suite.decide(incident!.id, { state: 'resolved' });
      await until(() => suite.events.some(({ change, incident: of }) => change === 'resolved' && of.id === incident!.id), {
        deadlineMs: 10_000,
        what: 'the events',
      });
      const raised = suite.events.filter(({ change, incident: of }) => change === 'raised' && of.id === incident!.id);
      expect(raised).toHaveLength(1);
      expect(await suite.rows(`SELECT count(*)::int AS n FROM anomaly.alerts WHERE key = '${incident!.id}'`)).toEqual([{ n: 1 }]);
      await suite.windows(20);
      await suite.scored();
    },
    240_000,
  );
});
