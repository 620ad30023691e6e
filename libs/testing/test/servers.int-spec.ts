import { readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Client } from 'pg';
import {
  createTestDatabase,
  describeWith,
  startKubeApiserver,
  startNats,
  startPostgres,
  startPrometheus,
  startRedis,
  type Server,
} from '../src/index.js';
import { identify } from '../src/processes/process-table.js';

async function sql(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(statement)).rows as unknown[];
  } finally {
    await client.end();
  }
}

function connectNats(url: string): Promise<NatsConnection> {
  const { host, username, password } = new URL(url);
  return connect({ servers: host, user: username, pass: password });
}

/** Stops, kills and restarts a server: the pid is gone after the first two, another one afterwards, and it serves again. */
async function checkLife(server: Server, serves: () => Promise<unknown>): Promise<void> {
  const first = server.pid;
  await serves();
  await server.stop();
  expect(await identify(first)).toBeUndefined();
  await server.restart();
  const second = server.pid;
  expect(second).not.toBe(first);
  await serves();
  await server.kill();
  expect(await identify(second)).toBeUndefined();
  await server.restart();
  await serves();
}

describe('PostgreSQL', () => {
  it('keeps data over a restart and a kill, and is gone when disposed of', async () => {
    let pid: number;
    {
      await using server = await startPostgres();
      await sql(server.url, 'CREATE TABLE kept (n int); INSERT INTO kept VALUES (42)');
      await checkLife(server, async () => expect(await sql(server.url, 'SELECT n FROM kept')).toEqual([{ n: 42 }]));
      pid = server.pid;
    }
    expect(await identify(pid)).toBeUndefined();
  });

  it('gives each test file a database of its own', async () => {
    await using one = await createTestDatabase();
    await using two = await createTestDatabase();
    await sql(one.url, 'CREATE TABLE only_here (n int)');
    await expect(sql(two.url, 'SELECT * FROM only_here')).rejects.toThrow('does not exist');
  });
});

describe('NATS', () => {
  it('has JetStream, and lets each user do what its permissions say and nothing else', async () => {
    const users = [
      { user: 'speaker', publish: ['news.>'], subscribe: ['_INBOX.>'] },
      { user: 'listener', publish: [], subscribe: ['news.*'] },
    ];
    await using server = await startNats({ users });
    const speaker = await connectNats(server.urlOf('speaker'));
    const listener = await connectNats(server.urlOf('listener'));
    const heard = listener.subscribe('news.today', { max: 1 });
    await listener.flush();
    speaker.publish('news.today', 'hello');
    for await (const message of heard) expect(message.string()).toBe('hello');
    const refused = listener.subscribe('secrets.*');
    await expect(refused[Symbol.asyncIterator]().next()).rejects.toThrow(/permission/i);
    await Promise.all([speaker.close(), listener.close()]);
  });

  it('comes back on the same port with the same passwords', async () => {
    await using server = await startNats();
    await checkLife(server, async () => {
      const connection = await connectNats(server.url);
      expect((await connection.request('$JS.API.INFO', '')).json()).toMatchObject({
        type: 'io.nats.jetstream.api.v1.account_info_response',
      });
      await connection.close();
    });
  });
});

describe('Redis', () => {
  const ask = (url: string, command: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = createConnection({ port: Number(new URL(url).port), host: '127.0.0.1' });
      socket.once('error', reject);
      socket.once('data', (chunk) => {
        resolve(chunk.toString());
        socket.destroy();
      });
      socket.write(`${command}\r\n`);
    });

  it('asks for its password, and comes back with it', async () => {
    await using server = await startRedis();
    expect(await ask(server.url, 'PING')).toMatch(/^-NOAUTH/);
    await checkLife(server, async () => expect(await ask(server.url, `AUTH ${new URL(server.url).password}`)).toBe('+OK\r\n'));
  });
});

describe('Prometheus', () => {
  it('answers queries, also after a kill', async () => {
    await using server = await startPrometheus();
    await checkLife(server, async () => {
      const answer = await fetch(`${server.url}/api/v1/query?query=vector(1)`);
      expect(await answer.json()).toMatchObject({ status: 'success', data: { result: [{ value: [expect.any(Number), '1'] }] } });
    });
  });
});

describeWith('kubeApiserver', 'the Kubernetes API server', () => {
  it("keeps objects, knows the mesh's kinds, and forbids the observer what nobody gave him", async () => {
    await using server = await startKubeApiserver();
    const path = '/apis/security.istio.io/v1/namespaces/default/authorizationpolicies';
    const body = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'allow-nothing' }, spec: {} };
    expect(await server.call({ method: 'POST', path, body })).toMatchObject({ status: 201 });
    await checkLife(server, async () =>
      expect(await server.call({ method: 'GET', path: `${path}/allow-nothing` })).toMatchObject({ status: 200 }),
    );
    const observer = JSON.parse(await readFile(server.observerKubeconfig, 'utf8')) as { users: { user: { token: string } }[] };
    expect(observer.users[0]?.user.token).toBe('observatory-token');
  });

  it('answers 410 to a watch from before a compaction', async () => {
    await using server = await startKubeApiserver({ watchCache: false });
    const create = (name: string) =>
      server.call({ method: 'POST', path: '/api/v1/namespaces', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } });
    const { body } = await create('first');
    const { resourceVersion } = (body as { metadata: { resourceVersion: string } }).metadata;
    await create('second');
    await server.compact();
    const watch = await server.call({
      method: 'GET',
      path: `/api/v1/namespaces?watch=true&timeoutSeconds=2&resourceVersion=${resourceVersion}`,
    });
    expect(JSON.stringify(watch.body)).toContain('410');
  });
});
