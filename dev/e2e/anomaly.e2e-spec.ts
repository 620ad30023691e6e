/** The demo mesh's own faults and attacks, injected into a running suite: each is found with the right type and the right cause first. */
import type { BaselineReply, DemoFault, DemoFaultKind, IncidentGetReply, IncidentListReply } from '@observatory/contracts';
import { launchSuite, until, type LaunchedSuite } from '@observatory/testing';

const WINDOW_SEC = 5;
/** More than a day: what is younger does not alert. */
const DEMO_DAYS = '2';

describe('what is unusual in the demo mesh', () => {
  let suite: LaunchedSuite;

  beforeAll(async () => {
    suite = await launchSuite({ env: { OBSERVATORY_WINDOW_SEC: String(WINDOW_SEC), OBSERVATORY_DEMO_DAYS: DEMO_DAYS } });
    const isLearned = async () => {
      const { clusters } = await get<BaselineReply>('/anomalies/baselines');
      return clusters.length > 0 && clusters.every(({ state, historySec }) => state === 'ready' && historySec > 1.5 * 86_400);
    };
    await until(isLearned, { deadlineMs: 240_000, everyMs: 1000, what: 'two days to be learned' });
  }, 540_000);
  afterAll(() => suite?.[Symbol.asyncDispose](), 60_000);

  async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
    const answer = await fetch(`${suite.url}/api/v1${path}`, {
      ...init,
      headers: { authorization: `Bearer ${suite.adminToken}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }
  const get = <T>(path: string) => request<T>(path);
  const incidents = async () => (await get<IncidentListReply>('/incidents?limit=50')).incidents;

  it.each<[kind: DemoFaultKind, type: string, cause: string]>([
    ['latency', 'latency', 'shop/payments'],
    ['exfiltration', 'exfiltration', 'shop/accounts'],
    ['lateral', 'lateral-movement', 'shop/recommendations'],
  ])(
    '%s is %s of %s',
    async (kind, type, cause) => {
      const known = new Set((await incidents()).map(({ id, version }) => `${id} ${version}`));
      const fault = await request<DemoFault>('/demo/faults', { method: 'POST', body: JSON.stringify({ kind, durationSec: 120 }) });
      let found: string | undefined;
      const isFound = async () => {
        const moved = (await incidents()).filter(
          ({ id, version, types }) => !known.has(`${id} ${version}`) && types.some((one) => one === type),
        );
        found = moved[0]?.id;
        return found !== undefined;
      };
      await until(isFound, { deadlineMs: 90_000, everyMs: 1000, what: `an incident of ${type}` });
      const { incident } = await get<IncidentGetReply>(`/incidents/${found}`);
      const members = incident.members.filter((member) => member.type === type);
      expect(members.length).toBeGreaterThan(0);
      expect(incident.causes[0]?.label).toBe(cause);
      await request(`/demo/faults/${fault.id}`, { method: 'DELETE' });
      await request(`/incidents/${found}`, { method: 'PATCH', body: JSON.stringify({ state: 'resolved', note: 'the fault was ended' }) });
    },
    120_000,
  );
});
