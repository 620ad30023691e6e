import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from '../src/index.js';
import { identify, isRunning } from '../src/processes/process-table.js';
import { readRunState, RunFile } from '../src/suite/run-file.js';
import type { RunningProcess } from '../src/suite/supervisor.js';

const LAUNCHER = join(import.meta.dirname, 'stand-in-launcher.mjs');

interface Launch {
  readonly child: ChildProcess;
  output(): string;
  exit(): Promise<number | null>;
}

describe('a suite of two stand-in processes', () => {
  let folder: string;
  let ports: number[];
  const launches: Launch[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'observatory-suite-'));
    ports = [await freePort(), await freePort(), await freePort()];
  });
  afterEach(async () => {
    for (const { child } of launches.splice(0)) if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await until(async () => (await running()).length === 0, { deadlineMs: 15_000, what: 'everything being stopped' });
    await rm(folder, { recursive: true, force: true });
  });

  function launch(env: Record<string, string> = {}): Launch {
    const child = spawn(process.execPath, [LAUNCHER, folder, ...ports.map(String)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const ended = once(child, 'exit').then(([code]) => code as number | null);
    const started = { child, output: () => text, exit: () => ended };
    launches.push(started);
    return started;
  }

  const seen = new Map<number, RunningProcess>();
  /** Of all processes that state files have named, those that run. */
  async function running(): Promise<RunningProcess[]> {
    for (const process of (await readRunState(folder))?.processes ?? []) seen.set(process.pid, process);
    const alive = await Promise.all([...seen.values()].map(isRunning));
    return [...seen.values()].filter((_, index) => alive[index]);
  }

  async function launchReady(): Promise<{ launched: Launch; processes: RunningProcess[] }> {
    const launched = launch();
    await until(() => launched.output().includes('ready'), { deadlineMs: 20_000, what: 'the start' });
    const processes = await until(async () => ((await readRunState(folder))?.processes.length === 2 ? running() : undefined), {
      deadlineMs: 5_000,
    });
    return { launched, processes };
  }

  const says = (port: number | undefined) => fetch(`http://127.0.0.1:${port}`).then((response) => response.text());

  it('starts in order, and leaves nothing behind on SIGTERM', async () => {
    const { launched, processes } = await launchReady();
    expect(processes.map(({ name }) => name)).toEqual(['server', 'service']);
    expect(await says(ports[1])).toBe('server');
    launched.child.kill('SIGTERM');
    expect(await launched.exit()).toBe(0);
    expect(await running()).toEqual([]);
    expect(await readRunState(folder)).toBeUndefined();
  });

  it('stops within a start', async () => {
    const launched = launch();
    await until(async () => (await running()).length > 0, { deadlineMs: 20_000, everyMs: 5 });
    launched.child.kill('SIGTERM');
    expect(await launched.exit()).toBe(0);
    expect(await running()).toEqual([]);
  });

  it('refuses a second start in the same folder, and names the first', async () => {
    const { processes } = await launchReady();
    const second = launch();
    expect(await second.exit()).toBe(1);
    expect(second.output()).toContain(`http://127.0.0.1:${ports[0]}`);
    expect(await running()).toEqual(processes);
  });

  it('says when its port is in use, and starts nothing', async () => {
    const other = createServer().listen(ports[0], '127.0.0.1');
    await once(other, 'listening');
    const launched = launch();
    expect(await launched.exit()).toBe(1);
    expect(launched.output()).toContain(`Port ${ports[0]} on 127.0.0.1 is in use`);
    expect(await running()).toEqual([]);
    other.close();
  });

  it('says what a process wrote that did not start, and stops the others', async () => {
    const launched = launch({ FAIL: 'service' });
    expect(await launched.exit()).toBe(1);
    expect(launched.output()).toMatch(/service did not start \(exit code 3\):\n {2}cannot find my slippers/);
    expect(await running()).toEqual([]);
  });

  it('starts a crashed process again within 10 s, and says so', async () => {
    const { launched, processes } = await launchReady();
    const service = processes.find(({ name }) => name === 'service');
    process.kill(service?.pid ?? 0, 'SIGKILL');
    await until(async () => (await says(ports[2])) === 'service' && launched.output().includes('service runs again'), {
      deadlineMs: 10_000,
    });
    expect(launched.output()).toContain('service ended (SIGKILL): starting it again');
    const now = await until(async () => (await readRunState(folder))?.processes.find(({ name }) => name === 'service'), {
      deadlineMs: 5_000,
    });
    expect(now.pid).not.toBe(service?.pid);
  });

  it('leaves nothing behind when its launcher is killed', async () => {
    const { launched } = await launchReady();
    launched.child.kill('SIGKILL');
    await until(async () => (await running()).length === 0, { deadlineMs: 10_000, what: 'the end of the processes' });
    await launchReady();
  });
});

describe('the note of a running suite', () => {
  it('lets the next start stop what was left behind, and nobody else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'observatory-note-'));
    const spawnIdle = () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const [left, stranger] = [spawnIdle(), spawnIdle()];
    const leftIdentity = await identify(left.pid ?? 0);
    const processes = [
      { name: 'metrics', ...leftIdentity },
      { name: 'certs', pid: stranger.pid, startedAt: 'long ago' },
    ];
    const owner = { pid: 2 ** 22 - 1, startedAt: 'long ago', url: 'http://127.0.0.1:1', ports: {} };
    await writeFile(join(folder, 'state.json'), JSON.stringify({ ...owner, processes }));
    const { file, leftovers } = await RunFile.claim(folder, 'http://127.0.0.1:2');
    expect(leftovers).toBe(1);
    expect(await identify(left.pid ?? 0)).toBeUndefined();
    expect(await identify(stranger.pid ?? 0)).toBeDefined();
    await file.release();
    stranger.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });
});
