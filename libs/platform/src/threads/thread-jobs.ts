/**
 * The inside of a worker thread: answers one question at a time by the job that it names. Imported alone, as `@observatory/platform/thread`,
 * since a thread has no use for the rest of the platform and would have to load it.
 */
import { parentPort } from 'node:worker_threads';

/** Functions of values that can be cloned. */
export type ThreadJobs = Readonly<Record<string, (input: never) => unknown>>;
export interface ThreadQuestion {
  readonly id: number;
  readonly job: string;
  readonly input: unknown;
}
export type ThreadAnswer = { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: string };

export function serveJobs(jobs: ThreadJobs): void {
  parentPort?.on('message', ({ id, job, input }: ThreadQuestion) => {
    try {
      const run = jobs[job] as (given: unknown) => unknown;
      parentPort?.postMessage({ id, result: run(input) } satisfies ThreadAnswer);
    } catch (thrown) {
      const error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
      parentPort?.postMessage({ id, error } satisfies ThreadAnswer);
    }
  });
}
