/**
 * The demo mesh's own faults, injected into a running suite as a person would: a rotation that gets stuck is reported within two sweeps and
 * withdrawn within two after it was released; each other fault, meanwhile, is one incident with the right type and the right cause first.
 */
import type {
  CertificateAlertList,
  CertificateList,
  DemoFault,
  DemoFaultKind,
  IncidentGetReply,
  IncidentListReply,
  ScoresReply,
} from '@observatory/contracts';
import { launchSuite, until, type LaunchedSuite } from '@observatory/testing';

const WINDOW_SEC = 5;
/** Failures and denials are judged as counts, which need no days of history: what a new installation finds at once. */
const LEARNED_WINDOWS = 8;
const SWEEP_MS = 60_000;
const STUCK = 'rotation-stuck';

describe('what goes wrong in the demo mesh', () => {
  let suite: LaunchedSuite;

  beforeAll(async () => {
    suite = await launchSuite({ env: { OBSERVATORY_WINDOW_SEC: String(WINDOW_SEC) } });
  }, 420_000);
  afterAll(() => suite?.[Symbol.asyncDispose](), 60_000);

  const inject = (fault: { kind: DemoFaultKind; target?: string; durationSec: number }) =>
    suite.ask<DemoFault>('/demo/faults', { body: fault });
  const release = ({ id }: DemoFault) => suite.ask(`/demo/faults/${id}`, { method: 'DELETE' });

  const carts = async () => {
    const { certificates } = await suite.ask<CertificateList>('/certificates?kind=workload&namespace=shop&q=cart-');
    return certificates.filter(({ workload }) => workload === 'cart');
  };
  const alerts = async (state: 'open' | 'withdrawn') => {
    const { alerts: all } = await suite.ask<CertificateAlertList>(`/certificates/alerts?state=${state}&namespace=shop`);
    return all.filter(({ rule, name }) => rule === STUCK && name.startsWith('cart-'));
  };
  // And what a busy machine adds.
  const TWO_SWEEPS_MS = 2 * SWEEP_MS + 30_000;
  let raised: string[];
  let releasedMs: number;

  it('a rotation that gets stuck is reported', async () => {
    const seen = async () => {
      const rows = await carts();
      return rows.length === 2 && rows.every(({ sources, status }) => sources.includes('wire') && status === 'valid');
    };
    await until(seen, { deadlineMs: 120_000, everyMs: 500, what: 'the certificates of cart' });
    const fault = await inject({ kind: 'stuck-rotation', target: 'shop/cart', durationSec: 900 });
    await until(async () => (await alerts('open')).length === 2, { deadlineMs: TWO_SWEEPS_MS, everyMs: 1000, what: 'the alerts' });
    raised = (await alerts('open')).map(({ id }) => id).sort();
    expect((await carts()).map(({ status }) => status)).toEqual(['rotationStuck', 'rotationStuck']);
    await release(fault);
    releasedMs = Date.now();
  }, 300_000);

  describe('what is unusual', () => {
    const incidents = async () => (await suite.ask<IncidentListReply>('/incidents?limit=50')).incidents;

    beforeAll(async () => {
      const scored = new Set<string>();
      const isLearned = async () => {
        const { at, edges } = await suite.ask<ScoresReply>('/anomalies/scores').catch(() => ({ at: null, edges: [] }));
        if (at !== null && edges.length > 20) scored.add(at);
        return scored.size >= LEARNED_WINDOWS;
      };
      await until(isLearned, { deadlineMs: 240_000, everyMs: 1000, what: 'windows to be scored' });
    }, 250_000);

    it.each<[kind: DemoFaultKind, type: string, cause: string]>([
      ['errors', 'errors', 'shop/catalog'],
      ['policy-deny', 'denied-requests', 'shop/payments'],
    ])(
      '%s is %s at %s',
      async (kind, type, cause) => {
        const before = new Map((await incidents()).map(({ id, types }) => [id, types as string[]]));
        const fault = await inject({ kind, durationSec: 300 });
        let found: string | undefined;
        const isFound = async () => {
          const moved = (await incidents()).filter(
            ({ id, types }) => (types as string[]).includes(type) && !before.get(id)?.includes(type),
          );
          found = moved[0]?.id;
          if (found === undefined) return false;
          const { incident } = await suite.ask<IncidentGetReply>(`/incidents/${found}`);
          const isTold = kind !== 'policy-deny' || incident.changes.some((change) => change.kind === 'policy');
          return incident.causes[0]?.label === cause && incident.members.some((member) => member.type === type) && isTold;
        };
        await until(isFound, { deadlineMs: 180_000, everyMs: 1000, what: `an incident of ${type} by ${cause}` });
        await release(fault);
        const body = { state: 'resolved', note: 'the fault was ended' };
        const { incident } = await suite.ask<{ incident: { state: string } }>(`/incidents/${found}`, { method: 'PATCH', body });
        expect(incident.state).toBe('resolved');
      },
      240_000,
    );
  });

  it('a rotation that was released is withdrawn', async () => {
    await until(async () => (await alerts('open')).length === 0, { deadlineMs: TWO_SWEEPS_MS, everyMs: 1000, what: 'the withdrawal' });
    const withdrawn = await alerts('withdrawn');
    expect(withdrawn.map(({ id }) => id).sort()).toEqual(raised);
    for (const { withdrawnAt, withdrawnBecause } of withdrawn) {
      expect(withdrawnBecause).toMatch(/^it was renewed, until /);
      expect(Date.parse(withdrawnAt ?? '') - releasedMs).toBeLessThan(TWO_SWEEPS_MS);
    }
    expect((await carts()).map(({ status, renewals }) => [status, renewals])).toEqual([
      ['valid', 2],
      ['valid', 2],
    ]);
  }, 200_000);
});
