/** Runs the long questions in worker threads. Invariant: a question is answered or refused within QUESTION_WITHIN_MS of its turn. */
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ThreadPool } from '@observatory/platform';
import type { Jobs } from './jobs.js';

const WORKERS = 2;
const WAITING_MAX = 32;
const QUESTION_WITHIN_MS = 15_000;
const HEAP_MAX_MB = 512;

@Injectable()
export class EngineService extends ThreadPool<Jobs> implements OnApplicationShutdown {
  constructor() {
    super({
      // The same from sources and from what is built of them.
      script: new URL('../../dist/engine/worker.js', import.meta.url),
      threads: WORKERS,
      waitingMax: WAITING_MAX,
      withinMs: QUESTION_WITHIN_MS,
      heapMaxMb: HEAP_MAX_MB,
      full: 'Too many questions to the policy engine wait already',
    });
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}
