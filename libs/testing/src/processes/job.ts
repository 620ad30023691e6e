import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hold, release } from './guardian.js';
import { StartError } from './managed-process.js';
import { signal } from './process-table.js';

export interface JobSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to this process' own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly logFile: string;
}

/**
 * Runs a program to its end, and stops it with all that it started when `stopped` fires.
 * Rejects with the end of its log when that is not exit code 0.
 */
export async function runJob({ name, command, args, env, logFile }: JobSpec, stopped: AbortSignal): Promise<void> {
  stopped.throwIfAborted();
  await mkdir(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'w');
  const child = spawn(command, args, { stdio: ['ignore', log, log], env: { ...process.env, ...env }, detached: true });
  closeSync(log);
  const { pid } = child;
  const stop = () => pid !== undefined && signal(-pid, 'SIGTERM');
  if (pid !== undefined) hold(-pid, 'SIGTERM');
  stopped.addEventListener('abort', stop);
  const outcome = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, by) => resolve(code === 0 ? undefined : `ended with ${by ?? `exit code ${code}`}`));
  });
  stopped.removeEventListener('abort', stop);
  if (pid !== undefined) release(-pid);
  if (outcome !== undefined) throw new StartError(name, outcome, await readFile(logFile, 'utf8'), logFile);
}
