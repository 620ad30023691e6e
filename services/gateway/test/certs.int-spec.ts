/** Certificates over REST: what is asked of the certs service, and who asks for a renewal. */
import { until } from '@observatory/testing';
import { startBus, startFakeSuite, type FakeSuite } from './support/fake-services.js';
import { testGateway, type TestGateway } from './support/gateway.js';

describe('certificates over REST', () => {
  let nats: Awaited<ReturnType<typeof startBus>>;
  let suite: FakeSuite;
  let gateway: TestGateway;

  beforeAll(async () => {
    nats = await startBus();
    suite = await startFakeSuite(nats);
    gateway = await testGateway({ NATS_URL: nats.urlOf('gateway') });
    const answers = async () => (await gateway.get('/api/v1/certificates/summary')).ok;
    await until(answers, { deadlineMs: 10_000, what: 'the gateway answers' });
  });
  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
    await suite?.[Symbol.asyncDispose]();
    await nats?.[Symbol.asyncDispose]();
  });

  it('asks for certificates in the words of the contract, and names who wants a renewal', async () => {
    await gateway.get(
      '/api/v1/certificates?status=expired,critical&kind=workload&namespaces=shop,media&endsWithin=30d&endsAfter=7d&q=cart&limit=50',
    );
    expect(suite.certs.lastAsked('observatory.v1.certs.certificate.list')).toEqual({
      namespaces: ['media', 'shop'],
      kinds: ['workload'],
      statuses: ['critical', 'expired'],
      endsWithinSec: 2_592_000,
      endsAfterSec: 604_800,
      text: 'cart',
      limit: 50,
    });
    const response = await gateway.get('/api/v1/certificates/workload~east~shop~cart-1/renewals', {
      method: 'POST',
      body: JSON.stringify({ reason: 'it leaked' }),
      headers: { 'content-type': 'application/json' },
    });
    expect(response.status).toBe(202);
    expect(suite.certs.lastAsked('observatory.v1.certs.certificate.renew')).toEqual({
      id: 'workload~east~shop~cart-1',
      reason: 'it leaked',
      actor: { name: expect.any(String), kind: 'token' },
    });
    expect((await gateway.get('/api/v1/certificates?status=fine')).status).toBe(400);
  });
});
