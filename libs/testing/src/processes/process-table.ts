/**
 * Tells whether a process that was seen before still runs. A pid alone is not enough, since the system gives it
 * away again: a process is the same one when its start time is the same too.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: equal for the same process, different for another one with the same pid. */
  readonly startedAt: string;
}

/** Fields of /proc/<pid>/stat after the command's name, which may hold spaces and brackets itself. */
async function linuxStat(pid: number): Promise<string[] | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** The identity of a running process; undefined when there is none (a zombie has ended). */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  if (existsSync('/proc/self/stat')) {
    const fields = await linuxStat(pid);
    const [state, startedAt] = [fields?.[0], fields?.[19]];
    return startedAt === undefined || state === 'Z' || state === 'X' ? undefined : { pid, startedAt };
  }
  const listed = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]).catch(() => undefined);
  const line = listed?.stdout.trim() ?? '';
  const [state, ...start] = line.split(/\s+/);
  return line === '' || state?.startsWith('Z') ? undefined : { pid, startedAt: start.join(' ') };
}

export async function isRunning(process: ProcessIdentity): Promise<boolean> {
  return (await identify(process.pid))?.startedAt === process.startedAt;
}

/** Sends a signal; false when there is no such process (any more). */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
