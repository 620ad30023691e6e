/** The Prometheus client against a real Prometheus, and against a server that answers as Prometheus should not. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrometheus, until, type Server } from '@observatory/testing';
import { PrometheusClient } from '../src/index.js';

describe('against a real Prometheus', () => {
  let server: Server;
  let client: PrometheusClient;

  beforeAll(async () => {
    const own = 'scrape_configs: [{job_name: self, static_configs: [{targets: ["127.0.0.1:1"]}]}]';
    server = await startPrometheus({ config: `global: {scrape_interval: 1s}\n${own}\n` });
    client = new PrometheusClient({ url: server.url });
    await until(async () => (await client.query('up', new Date())).length > 0, { deadlineMs: 20_000, what: 'a first scrape' });
  });
  afterAll(async () => {
    client?.close();
    await server?.[Symbol.asyncDispose]();
  });

  it('says the same by prometheus-query and streamed', async () => {
    const at = new Date();
    const small = await client.query('up', at);
    const { rows } = await client.vector('up', at);
    const named = small.map(({ metric, value }) => ({ metric: { ...metric, __name__: 'up' }, value }));
    expect([...rows].map(({ metric, value }) => ({ metric: { ...metric }, value }))).toEqual(named);
    expect(small).toEqual([{ metric: { instance: '127.0.0.1:1', job: 'self' }, value: 0 }]);
  });

  it('reads a range, and goes through it as often as wished', async () => {
    const end = new Date(Math.floor(Date.now() / 1000) * 1000);
    const { rows } = await client.range('vector(1)', { start: new Date(end.getTime() - 10_000), end, stepSec: 5 });
    const expected = [
      {
        metric: {},
        values: [
          [end.getTime() - 10_000, 1],
          [end.getTime() - 5000, 1],
          [end.getTime(), 1],
        ],
      },
    ];
    expect([...rows]).toEqual(expected);
    expect([...rows]).toEqual(expected);
  });

  it('leaves out what is no number, and counts it', async () => {
    const answer = await client.vector(
      'label_replace(vector(1),"a","1","","") or label_replace(vector(1)/0,"a","2","","") or label_replace(vector(0)/0,"a","3","","")',
      new Date(),
    );
    expect([...answer.rows]).toEqual([{ metric: { a: '1' }, value: 1 }]);
    expect(answer.notFinite).toBe(2);
    expect(await client.query('vector(0)/0', new Date())).toEqual([]);
  });

  it('names a query that Prometheus does not understand', async () => {
    await expect(client.vector('sum(', new Date())).rejects.toMatchObject({
      code: 'prometheus/bad-answer',
      message: expect.stringContaining('parse error') as unknown,
    });
    await expect(client.query('sum(', new Date())).rejects.toMatchObject({ code: 'prometheus/bad-answer' });
  });
});

describe('against a server that misbehaves', () => {
  let server: HttpServer;
  let answer: (response: ServerResponse) => void;
  let seen: IncomingHttpHeaders;
  let client: PrometheusClient;
  let tokenFile: string;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'observatory-token-'));
    tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'first\n');
    server = createServer((request, response) => {
      seen = request.headers;
      request.resume().on('end', () => answer(response));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/prefix/`;
    client = new PrometheusClient(
      { url, bearerTokenFile: tokenFile, headers: { 'X-Scope-OrgID': 'a' } },
      { timeoutMs: 500, answerMaxBytes: 10_000 },
    );
  });
  afterAll(async () => {
    client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  const ask = () => Promise.allSettled([client.vector('up', new Date()), client.query('up', new Date())]);
  async function check(respond: (response: ServerResponse) => void, expected: string): Promise<void> {
    answer = respond;
    for (const result of await ask()) expect(result).toMatchObject({ status: 'rejected', reason: { code: expected } });
  }

  it('names what is no answer', async () => {
    await check((response) => response.end('<html>'), 'prometheus/bad-answer');
    await check((response) => response.writeHead(502).end('bad gateway'), 'prometheus/unavailable');
    await check((response) => response.writeHead(503).end('{"status":"error","error":"query timed out"}'), 'prometheus/unavailable');
    await check((response) => response.writeHead(422).end('{"status":"error","error":"too many samples"}'), 'prometheus/bad-answer');
    await check((response) => response.destroy(), 'prometheus/unavailable');
  });

  it('waits no longer than it may, also for an answer that began', async () => {
    await check(() => undefined, 'prometheus/unavailable');
    await check((response) => response.write('{"status":"success","data":{"resultType":"vector","result":['), 'prometheus/unavailable');
  });

  it('takes no answer without bound, and none that was cut off', async () => {
    const row = '{"metric":{"a":"1"},"value":[1,"2"]}';
    answer = (response) =>
      response.end(`{"status":"success","data":{"resultType":"vector","result":[${Array.from({ length: 1000 }, () => row).join(',')}]}}`);
    await expect(client.vector('up', new Date())).rejects.toMatchObject({
      code: 'prometheus/bad-answer',
      message: expect.stringContaining('larger') as unknown,
    });
    answer = (response) => response.end(`{"status":"success","data":{"resultType":"vector","result":[${row},{"metric":{"a"`);
    await expect(client.vector('up', new Date())).rejects.toMatchObject({ code: 'prometheus/bad-answer' });
  });

  it('passes on what a partial answer warns of', async () => {
    answer = (response) => response.end('{"status":"success","warnings":["a store is away"],"data":{"resultType":"vector","result":[]}}');
    expect((await client.vector('up', new Date())).warnings).toEqual(['a store is away']);
  });

  it('sends its headers, and the token as it is now', async () => {
    answer = (response) => response.end('{"status":"success","data":{"resultType":"vector","result":[]}}');
    for (const send of [() => client.vector('up', new Date()), () => client.query('up', new Date())]) {
      await writeFile(tokenFile, 'first\n');
      await send();
      expect(seen).toMatchObject({ authorization: 'Bearer first', 'x-scope-orgid': 'a' });
      await writeFile(tokenFile, 'second\n');
      await send();
      expect(seen['authorization']).toBe('Bearer second');
    }
  });
});
