/** The worker thread: one question at a time, so that the event loop of the service stays free for everybody else. */
import { parentPort } from 'node:worker_threads';
import { JOBS, type JobName } from './jobs.js';

export interface Question {
  readonly id: number;
  readonly job: JobName;
  readonly input: unknown;
}
export type WorkerAnswer = { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: string };

parentPort?.on('message', ({ id, job, input }: Question) => {
  try {
    const run = JOBS[job] as (given: unknown) => unknown;
    parentPort?.postMessage({ id, result: run(input) } satisfies WorkerAnswer);
  } catch (thrown) {
    parentPort?.postMessage({
      id,
      error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
    } satisfies WorkerAnswer);
  }
});
