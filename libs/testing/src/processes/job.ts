import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hold, release } from './guardian.js';
import { StartError } from './managed-process.js';

export interface JobSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
}

/** Runs a program to its end; rejects with the end of its log when that is not exit code 0, or when `stopped` fires first. */
export async function runJob({ name, command, args, logFile }: JobSpec, stopped: AbortSignal): Promise<void> {
  await mkdir(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'w');
  const child = spawn(command, args, { stdio: ['ignore', log, log], signal: stopped, killSignal: 'SIGTERM' });
  closeSync(log);
  const { pid } = child;
  if (pid !== undefined) hold(pid, 'SIGTERM');
  const outcome = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, by) => resolve(code === 0 ? undefined : `ended with ${by ?? `exit code ${code}`}`));
  });
  if (pid !== undefined) release(pid);
  if (outcome !== undefined) throw new StartError(name, outcome, await readFile(logFile, 'utf8'), logFile);
}
