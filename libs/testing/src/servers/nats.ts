import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../processes/free-port.js';
import { launch, serverFolder, type Server, type ServerPlan } from './server.js';

/** One account on the bus, and the subjects that it may use. */
export interface NatsUser {
  readonly user: string;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

export interface NatsOptions {
  readonly folder: string;
  readonly port: number;
  readonly logFile: string;
  readonly users: readonly NatsUser[];
}

export interface NatsPlan extends ServerPlan {
  /** The URL of one of the users, its password included. */
  urlOf(user: string): string;
}

/** Everything allowed: for tests that look at something else than permissions. */
const OPEN_USER: NatsUser = { user: 'test', publish: ['>'], subscribe: ['>'] };

/** A reply larger than a message goes in parts: at most this many. */
const REPLY_PARTS = 300;

/** The server's configuration file. JSON strings are valid in it, which spares the quoting. */
export function natsConfig({ folder, port, users }: Omit<NatsOptions, 'logFile'>, passwords: ReadonlyMap<string, string>): string {
  const accounts = users.map(({ user, publish, subscribe }) => {
    const permissions = `{publish: {allow: ${JSON.stringify(publish)}}, subscribe: {allow: ${JSON.stringify(subscribe)}}, allow_responses: {max: ${REPLY_PARTS}, expires: "1m"}}`;
    return `    {user: ${JSON.stringify(user)}, password: ${JSON.stringify(passwords.get(user))}, permissions: ${permissions}}`;
  });
  return [
    'host: "127.0.0.1"',
    `port: ${port}`,
    'max_payload: 1048576',
    `jetstream {store_dir: ${JSON.stringify(join(folder, 'jetstream'))}, max_memory_store: 67108864, max_file_store: 2147483648}`,
    'authorization {',
    '  users: [',
    accounts.join(',\n'),
    '  ]',
    '}',
    '',
  ].join('\n');
}

/** The server greets each connection with an INFO line that says whether JetStream is up. */
function greeting(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.setTimeout(2_000, () => socket.destroy(new Error('nats-server did not answer')));
    socket.once('error', reject);
    socket.once('data', (chunk) => {
      socket.destroy();
      resolve(chunk.toString());
    });
  });
}

export function planNats(options: NatsOptions): NatsPlan {
  const { folder, port, logFile, users } = options;
  const passwords = new Map(users.map(({ user }) => [user, randomBytes(18).toString('hex')]));
  const configFile = join(folder, 'nats.conf');
  const urlOf = (user: string) => {
    const password = passwords.get(user);
    if (password === undefined) throw new Error(`NATS has no user ${user}`);
    return `nats://${user}:${password}@127.0.0.1:${port}`;
  };
  return {
    url: urlOf(users[0]?.user ?? ''),
    urlOf,
    process: {
      name: 'nats',
      command: 'nats-server',
      args: ['-c', configFile],
      logFile,
      prepare: async () => {
        await mkdir(folder, { recursive: true });
        await writeFile(configFile, natsConfig(options, passwords), { mode: 0o600 });
      },
      isReady: async () => /^INFO .*"jetstream":true/.test(await greeting(port)),
      readyWithinMs: 15_000,
    },
  };
}

export interface NatsServer extends Server {
  urlOf(user: string): string;
}

/** Without `users` one user that may do everything. */
export async function startNats({ users = [OPEN_USER] }: { users?: readonly NatsUser[] } = {}): Promise<NatsServer> {
  const place = await serverFolder('nats');
  const plan = planNats({ folder: place.folder, port: await freePort(), logFile: join(place.folder, 'nats.log'), users });
  const server = await launch(plan, place);
  return Object.defineProperty(server, 'urlOf', { value: plan.urlOf }) as NatsServer;
}
