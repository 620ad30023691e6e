/**
 * The note that a running suite leaves in its data folder: who runs, and what must be stopped should its launcher
 * have been killed. One folder, one suite.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { identify, isRunning, signal, type ProcessIdentity } from '../processes/process-table.js';
import type { RunningProcess } from './supervisor.js';

export interface RunState extends ProcessIdentity {
  readonly url: string;
  readonly demoControlUrl?: string;
  /** Ports by name, e.g. `gateway`, `metrics.grpc`. */
  readonly ports: Readonly<Record<string, number>>;
  readonly processes: readonly RunningProcess[];
}

/** Another suite runs on the same data. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
  constructor(readonly state: Pick<RunState, 'pid' | 'url'>) {
    super(
      `The Observatory runs already: ${state.url} (process ${state.pid}). Stop it with Ctrl-C in its terminal or \`kill ${state.pid}\`, or set OBSERVATORY_DATA and PORT for a second one.`,
    );
  }
}

const STALE_GRACE_MS = 5_000;
const fileIn = (dataFolder: string): string => join(dataFolder, 'state.json');

export async function readRunState(dataFolder: string): Promise<RunState | undefined> {
  const text = await readFile(fileIn(dataFolder), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as RunState;
  } catch {
    return undefined;
  }
}

export class RunFile {
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly dataFolder: string,
    private state: RunState,
  ) {}

  /**
   * Claims the folder for this process. Rejects with AlreadyRunning when its owner lives; otherwise stops what a
   * killed owner left behind, and tells how many that were.
   */
  static async claim(dataFolder: string, url: string): Promise<{ file: RunFile; leftovers: number }> {
    await mkdir(dataFolder, { recursive: true });
    const previous = await readRunState(dataFolder);
    if (previous !== undefined && previous.pid !== process.pid && (await isRunning(previous))) throw new AlreadyRunning(previous);
    const leftovers = await stopLeftovers(previous?.processes ?? []);
    await rm(fileIn(dataFolder), { force: true });
    const own = await identify(process.pid);
    const state: RunState = { pid: process.pid, startedAt: own?.startedAt ?? '', url, ports: {}, processes: [] };
    await writeFile(fileIn(dataFolder), JSON.stringify(state, undefined, 2), { flag: 'wx', mode: 0o600 }).catch(
      async (error: NodeJS.ErrnoException) => {
        // Somebody else was a moment faster.
        if (error.code === 'EEXIST') throw new AlreadyRunning((await readRunState(dataFolder)) ?? { pid: 0, url });
        throw error;
      },
    );
    return { file: new RunFile(dataFolder, state), leftovers };
  }

  /** Replaced as a whole, so that a reader never sees half of it. */
  update(change: Partial<Omit<RunState, 'pid' | 'startedAt'>>): Promise<void> {
    this.state = { ...this.state, ...change };
    const text = JSON.stringify(this.state, undefined, 2);
    this.writing = this.writing.then(async () => {
      const next = `${fileIn(this.dataFolder)}.next`;
      await writeFile(next, text, { mode: 0o600 });
      await rename(next, fileIn(this.dataFolder));
    });
    return this.writing;
  }

  async release(): Promise<void> {
    await this.writing.catch(() => {});
    await rm(fileIn(this.dataFolder), { force: true });
  }
}

/** Processes of a killed launcher, recognised by pid and start time. */
async function stopLeftovers(processes: readonly RunningProcess[]): Promise<number> {
  const found = await Promise.all(processes.map(isRunning));
  const leftovers = processes.filter((_, index) => found[index]);
  for (const { pid, name } of leftovers) signal(pid, name === 'postgres' ? 'SIGINT' : 'SIGTERM');
  const endsAt = performance.now() + STALE_GRACE_MS;
  for (const leftover of leftovers) {
    while (await isRunning(leftover)) {
      if (performance.now() > endsAt) signal(leftover.pid, 'SIGKILL');
      await pause(50);
    }
  }
  return leftovers.length;
}
