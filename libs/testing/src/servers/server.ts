import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManagedProcess, type ProcessSpec } from '../processes/managed-process.js';

/** A real server on loopback. `await using` stops it and removes its temporary folder. */
export interface Server extends AsyncDisposable {
  readonly url: string;
  /** Of the running process; throws while it is stopped. */
  readonly pid: number;
  /** Resolves when it has ended; data and port are kept for `restart`. */
  stop(): Promise<void>;
  /** SIGKILL, as a crash does it. */
  kill(): Promise<void>;
  /** Stops it when it runs, and resolves when it serves again on the same port with the same data. */
  restart(): Promise<void>;
}

/** What a server module prepares: the process, and how to reach it. */
export interface ServerPlan {
  readonly url: string;
  readonly process: ProcessSpec;
}

export interface ServerFolder {
  readonly folder: string;
  readonly temporary: boolean;
}

export async function serverFolder(name: string, folder?: string): Promise<ServerFolder> {
  if (folder !== undefined) return { folder, temporary: false };
  return { folder: await mkdtemp(join(tmpdir(), `observatory-${name}-`)), temporary: true };
}

export async function launch(plan: ServerPlan, { folder, temporary }: ServerFolder): Promise<Server> {
  const managed = new ManagedProcess(plan.process);
  const dispose = async () => {
    await managed.stop();
    if (temporary) await rm(folder, { recursive: true, force: true });
  };
  try {
    await managed.start();
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    url: plan.url,
    get pid() {
      if (managed.pid === undefined) throw new Error(`${plan.process.name} is stopped`);
      return managed.pid;
    },
    stop: () => managed.stop(),
    kill: () => managed.kill(),
    restart: async () => {
      await managed.stop();
      await managed.start();
    },
    [Symbol.asyncDispose]: dispose,
  };
}

/** True when an HTTP GET answers with a 2xx status. */
export async function answersOk(url: string, headers: Record<string, string> = {}): Promise<boolean> {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(2_000) });
  await response.body?.cancel();
  return response.ok;
}
