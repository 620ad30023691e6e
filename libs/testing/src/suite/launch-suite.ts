/** The whole suite as a person starts it, for tests from end to end: `npm start` in a folder and on a port of its own. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../poll.js';
import { freePort } from '../processes/free-port.js';
import { readRunState, type RunState } from './run-file.js';

const LAUNCHER = join(import.meta.dirname, '../../../../dev/start.mjs');
const STARTED_WITHIN_MS = 300_000;
const STOPPED_WITHIN_MS = 40_000;
const ANSWERED_WITHIN_MS = 30_000;

export interface LaunchOptions {
  /** Added to the environment, e.g. `OBSERVATORY_WINDOW_SEC`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  /** Kept afterwards. Default: a temporary folder. */
  readonly dataFolder?: string;
}

export interface LaunchedSuite extends AsyncDisposable {
  readonly url: string;
  /** Works once. */
  readonly signInUrl: string;
  readonly adminToken: string;
  readonly dataFolder: string;
  readonly pid: number;
  /** Asks the REST API as admin, below `/api/v1`; a read comes again when it is told to. Rejects with the answer where it is an error. */
  ask<T>(path: string, init?: { method?: string; body?: object }): Promise<T>;
  /** Everything that it printed. */
  output(): string;
  /** Its ports and processes now. */
  state(): Promise<RunState>;
  /** As Ctrl-C does it; resolves when everything has ended. */
  stop(): Promise<void>;
  /** SIGKILL to the launcher alone. */
  kill(): Promise<void>;
}

/** Resolves when the suite has printed its sign-in link; rejects with what it printed when it ends instead. */
export async function launchSuite({ env = {}, flags = [], dataFolder }: LaunchOptions = {}): Promise<LaunchedSuite> {
  const folder = dataFolder ?? (await mkdtemp(join(tmpdir(), 'observatory-launched-')));
  const adminToken = randomBytes(18).toString('hex');
  const port = await freePort();
  const own = {
    OBSERVATORY_DATA: folder,
    PORT: String(port),
    // Other suites may start at the same moment.
    OBSERVATORY_GRPC_PORT: '0',
    OBSERVATORY_ADMIN_TOKEN: adminToken,
    OBSERVATORY_DEMO_DAYS: '1',
    CI: 'true',
    NODE_OPTIONS: '',
  };
  const child = spawn(process.execPath, [LAUNCHER, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...own, ...env },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'exit');
  const end = async (name: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(name);
    const late = setTimeout(() => child.kill('SIGKILL'), STOPPED_WITHIN_MS);
    await ended;
    clearTimeout(late);
  };
  const dispose = async () => {
    await end('SIGTERM');
    if (dataFolder === undefined) await rm(folder, { recursive: true, force: true });
  };
  const link = () => /^ *Sign in .*(http:\S+)$/m.exec(text)?.[1];
  try {
    await until(() => link() !== undefined || child.exitCode !== null, {
      deadlineMs: STARTED_WITHIN_MS,
      everyMs: 100,
      what: 'the start of the suite',
    });
    if (link() === undefined) throw new Error(`the suite did not start:\n${text}`);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${port}`,
    signInUrl: link() ?? '',
    adminToken,
    dataFolder: folder,
    pid: child.pid ?? 0,
    ask: (path, init) => ask(`http://127.0.0.1:${port}/api/v1${path}`, adminToken, init),
    output: () => text,
    state: () => until(() => readRunState(folder), { deadlineMs: 2_000, what: 'the state file' }),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    [Symbol.asyncDispose]: dispose,
  };
}

async function ask<T>(url: string, token: string, { method, body }: { method?: string; body?: object } = {}): Promise<T> {
  const verb = method ?? (body ? 'POST' : 'GET');
  const endsAt = Date.now() + ANSWERED_WITHIN_MS;
  for (;;) {
    const answer = await fetch(url, {
      method: verb,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(ANSWERED_WITHIN_MS),
    });
    if (answer.ok) return (answer.status === 204 ? undefined : await answer.json()) as T;
    // Beside another suite that starts, a service may be late once: who keeps to the protocol comes again.
    const retryAfterSec = Number(answer.headers.get('retry-after'));
    if (verb !== 'GET' || !(retryAfterSec > 0) || Date.now() > endsAt) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
    await sleep(retryAfterSec * 1000);
  }
}
