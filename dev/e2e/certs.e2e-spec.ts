/** A rotation that gets stuck in the demo mesh is reported within two sweeps, and withdrawn within two after it was released. */
import type { CertificateAlertList, CertificateList, DemoFault } from '@observatory/contracts';
import { launchSuite, until, type LaunchedSuite } from '@observatory/testing';

const SWEEP_MS = 60_000;
const STUCK = 'rotation-stuck';

describe('a rotation that gets stuck', () => {
  let suite: LaunchedSuite;
  beforeAll(async () => {
    suite = await launchSuite();
  }, 420_000);
  afterAll(() => suite?.[Symbol.asyncDispose](), 60_000);

  async function call<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(`${suite.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${suite.adminToken}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? (undefined as T) : ((await answer.json()) as T);
  }
  const carts = async () => {
    const { certificates } = await call<CertificateList>('GET', '/certificates?kind=workload&namespace=shop&q=cart-');
    return certificates.filter(({ workload }) => workload === 'cart');
  };
  const alerts = async (state: 'open' | 'withdrawn') => {
    const { alerts: all } = await call<CertificateAlertList>('GET', `/certificates/alerts?state=${state}&namespace=shop`);
    return all.filter(({ rule, name }) => rule === STUCK && name.startsWith('cart-'));
  };
  // And what a busy machine adds.
  const twoSweeps = (what: string) => ({ deadlineMs: 2 * SWEEP_MS + 30_000, everyMs: 1000, what });

  it('is reported, and withdrawn when it is released', async () => {
    const seen = async () => {
      const rows = await carts();
      return rows.length === 2 && rows.every(({ sources, status }) => sources.includes('wire') && status === 'valid');
    };
    await until(seen, { deadlineMs: 120_000, everyMs: 500, what: 'the certificates of cart' });
    const fault = await call<DemoFault>('POST', '/demo/faults', { kind: 'stuck-rotation', target: 'shop/cart', durationSec: 900 });
    await until(async () => (await alerts('open')).length === 2, twoSweeps('the alerts'));
    const raised = await alerts('open');
    expect((await carts()).map(({ status }) => status)).toEqual(['rotationStuck', 'rotationStuck']);
    await call('DELETE', `/demo/faults/${fault.id}`);
    await until(async () => (await alerts('open')).length === 0, twoSweeps('the withdrawal'));
    const withdrawn = await alerts('withdrawn');
    expect(withdrawn.map(({ id }) => id).sort()).toEqual(raised.map(({ id }) => id).sort());
    expect(withdrawn.every(({ withdrawnBecause }) => withdrawnBecause?.startsWith('it was renewed, until '))).toBe(true);
    expect((await carts()).map(({ status, renewals }) => [status, renewals])).toEqual([
      ['valid', 2],
      ['valid', 2],
    ]);
  }, 480_000);
});
