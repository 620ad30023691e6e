/** Clients that mean harm, or are broken (DESIGN §10): a problem document in bounded time and memory, and everybody else is served. */
import { connect } from 'node:net';
import { until, type NatsServer } from '@observatory/testing';
import { startBus, startFakeSuite, type FakeSuite } from './support/fake-services.js';
import { ADMIN_TOKEN, problem, testGateway, type TestGateway } from './support/gateway.js';

const MEGABYTE = 1024 * 1024;
const JSON_TYPE = { 'content-type': 'application/json' };

interface Spoken {
  text: string;
  closedAfterMs: number;
}

/** Says `head`, then `more` every 200 ms; resolves with all that came when the other end closes. */
function speak(url: string, head: string, more = ''): Promise<Spoken> {
  const from = performance.now();
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' }, () => socket.write(head));
    const timer = setInterval(() => more !== '' && socket.writable && socket.write(more), 200);
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      resolve({ text, closedAfterMs: performance.now() - from });
    });
  });
}

describe('floods', () => {
  let nats: NatsServer;
  let suite: FakeSuite;
  let gateway: TestGateway;

  beforeAll(async () => {
    nats = await startBus();
    suite = await startFakeSuite(nats);
    gateway = await testGateway({ NATS_URL: nats.urlOf('gateway') });
    await until(async () => (await gateway.get('/api/v1/topology')).ok, { deadlineMs: 5000 });
  });
  afterAll(async () => {
    for (const one of [gateway, suite, nats]) await one?.[Symbol.asyncDispose]();
  });

  it('a body of 5 MB', async () => {
    const body = JSON.stringify({ kind: 'errors', target: 'x'.repeat(5 * MEGABYTE) });
    const response = await gateway.get('/api/v1/demo/faults', { method: 'POST', headers: JSON_TYPE, body });
    expect([response.status, (await problem(response)).code]).toEqual([413, 'request/too-large']);
  });

  it('a body of 5 MB that does not say so, from a stranger: refused before it is read', async () => {
    const head = 'POST /api/v1/demo/faults HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    const chunk = `${MEGABYTE.toString(16)}\r\n${'x'.repeat(MEGABYTE)}\r\n`;
    const { text } = await Promise.race([
      speak(gateway.url, head, chunk),
      speak(gateway.url, head.replace('Host: x', `Host: x\r\nAuthorization: Bearer ${ADMIN_TOKEN}`), chunk),
    ]);
    expect(text).toMatch(/^HTTP\/1\.1 (401|413) /);
    expect(text).toContain('application/problem+json');
  });

  it('deeply nested JSON', async () => {
    const body = `{"kind":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    const response = await gateway.get('/api/v1/demo/faults', { method: 'POST', headers: JSON_TYPE, body });
    expect([response.status, (await problem(response)).code]).toEqual([400, 'request/invalid']);
  });

  it('a head without end, a byte at a time', async () => {
    const { text, closedAfterMs } = await speak(gateway.url, 'GET /api/v1/status HTTP/1.1\r\nHost: x\r\n', 'X');
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(text).toContain('"code":"request/timeout"');
    expect(closedAfterMs).toBeLessThan(10_000);
  });

  it('a body without end, a byte at a time', async () => {
    const head = `POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`;
    const { text, closedAfterMs } = await speak(gateway.url, head, '{');
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(closedAfterMs).toBeLessThan(15_000);
  });

  it('a head that is too large, and what is no HTTP', async () => {
    expect((await speak(gateway.url, `GET / HTTP/1.1\r\nHost: x\r\nCookie: ${'x'.repeat(100_000)}\r\n\r\n`)).text).toContain(
      '"code":"request/too-large"',
    );
    expect((await speak(gateway.url, 'SSH-2.0-OpenSSH\r\n\r\n')).text).toContain('"code":"request/invalid"');
  });

  it('200 clients that hold their requests open: others are served at once', async () => {
    const slow = Array.from({ length: 200 }, () => speak(gateway.url, 'GET / HTTP/1.1\r\nHost: x\r\n', 'X'));
    const from = performance.now();
    expect((await gateway.get('/api/v1/topology')).status).toBe(200);
    expect(performance.now() - from).toBeLessThan(1000);
    for (const { text } of await Promise.all(slow)) expect(text).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('bad tokens: 401, then 429, while good ones go on', async () => {
    const statuses = new Map<number, number>();
    for (let round = 0; round < 10; round += 1) {
      const responses = await Promise.all(
        Array.from({ length: 50 }, () => fetch(`${gateway.url}/api/v1/status`, { headers: { authorization: 'Bearer guess' } })),
      );
      for (const response of responses) {
        await response.arrayBuffer();
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      }
    }
    expect([...statuses.keys()].every((status) => status === 401 || status === 429)).toBe(true);
    expect(statuses.get(429)).toBeGreaterThan(0);
    expect((await gateway.get('/api/v1/status')).status).toBe(200);
  });

  it('more requests than the limit of one client', async () => {
    await using limited = await testGateway({ NATS_URL: nats.urlOf('gateway'), OBSERVATORY_RATE_LIMIT_PER_MIN: '20' });
    let refused: Response | undefined;
    for (let index = 0; index < 45 && !refused; index += 1) {
      const response = await limited.get('/api/v1/status');
      if (response.status === 429) refused = response;
    }
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await problem(refused as Response)).code).toBe('request/too-many');
  });

  it('thousands of different questions: memory stays bounded', async () => {
    const { Answers } = await import('../src/answers/answers.js');
    const { entries } = gateway.app.get(Answers) as unknown as { entries: { size: number; bytes: number } };
    for (let index = 0; index < 800; index += 1) await (await gateway.get(`/api/v1/topology?namespaces=n${index}`)).arrayBuffer();
    expect(entries.size).toBeLessThanOrEqual(500);
    expect(entries.bytes).toBeLessThanOrEqual(64 * MEGABYTE);
  });
});
