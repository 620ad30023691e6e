/** The demo mesh's own faults, injected into a running suite as a person would: each is one incident with the right type and the right cause first. */
import type { DemoFault, DemoFaultKind, IncidentGetReply, IncidentListReply, ScoresReply } from '@observatory/contracts';
import { launchSuite, until, type LaunchedSuite } from '@observatory/testing';

const WINDOW_SEC = 5;
/** Failures and denials are judged as counts, which need no days of history: what a new installation finds at once. */
const LEARNED_WINDOWS = 8;

describe('what is unusual in the demo mesh', () => {
  let suite: LaunchedSuite;

  beforeAll(async () => {
    suite = await launchSuite({ env: { OBSERVATORY_WINDOW_SEC: String(WINDOW_SEC) } });
    const ends = new Set<string>();
    const isLearned = async () => {
      const { at, edges } = await get<ScoresReply>('/anomalies/scores').catch(() => ({ at: null, edges: [] }));
      if (at !== null && edges.length > 20) ends.add(at);
      return ends.size >= LEARNED_WINDOWS;
    };
    await until(isLearned, { deadlineMs: 240_000, everyMs: 1000, what: 'windows to be scored' });
  }, 600_000);
  afterAll(() => suite?.[Symbol.asyncDispose](), 60_000);

  async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
    const answer = await fetch(`${suite.url}/api/v1${path}`, {
      ...init,
      headers: { authorization: `Bearer ${suite.adminToken}`, ...(init.body ? { 'content-type': 'application/json' } : {}) },
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }
  const get = <T>(path: string) => request<T>(path);
  const incidents = async () => (await get<IncidentListReply>('/incidents?limit=50')).incidents;

  it.each<[kind: DemoFaultKind, type: string, cause: string]>([
    ['errors', 'errors', 'shop/catalog'],
    ['policy-deny', 'denied-requests', 'shop/payments'],
  ])(
    '%s is %s at %s',
    async (kind, type, cause) => {
      const before = new Map((await incidents()).map(({ id, types }) => [id, types as string[]]));
      const fault = await request<DemoFault>('/demo/faults', { method: 'POST', body: JSON.stringify({ kind, durationSec: 300 }) });
      let found: string | undefined;
      const isFound = async () => {
        const moved = (await incidents()).filter(({ id, types }) => (types as string[]).includes(type) && !before.get(id)?.includes(type));
        found = moved[0]?.id;
        if (found === undefined) return false;
        const { incident } = await get<IncidentGetReply>(`/incidents/${found}`);
        const isTold = kind !== 'policy-deny' || incident.changes.some((change) => change.kind === 'policy');
        return incident.causes[0]?.label === cause && incident.members.some((member) => member.type === type) && isTold;
      };
      await until(isFound, { deadlineMs: 180_000, everyMs: 1000, what: `an incident of ${type} by ${cause}` });
      await request(`/demo/faults/${fault.id}`, { method: 'DELETE' });
      const body = JSON.stringify({ state: 'resolved', note: 'the fault was ended' });
      const { incident } = await request<{ incident: { state: string } }>(`/incidents/${found}`, { method: 'PATCH', body });
      expect(incident.state).toBe('resolved');
    },
    240_000,
  );
});
