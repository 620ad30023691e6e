/**
 * Runs the long questions in worker threads: bounded in time, memory and number. A worker that takes too long, or too much memory,
 * is ended and replaced; its question gets `request/too-large`. Invariant: a question is answered or refused within QUESTION_WITHIN_MS
 * of its turn, whatever it asks.
 */
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Worker } from 'node:worker_threads';
import { DomainError } from '@observatory/platform';
import type { JobName, Jobs } from './jobs.js';
import type { WorkerAnswer } from './worker.js';

/** The same from sources and from what is built of them: a thread cannot read TypeScript. */
const WORKER = new URL('../../dist/engine/worker.js', import.meta.url);
const WORKERS = 2;
const WAITING_MAX = 32;
const QUESTION_WITHIN_MS = 15_000;
const HEAP_MAX_MB = 512;

interface Waiting {
  readonly job: JobName;
  readonly input: unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: DomainError) => void;
}
interface Seat {
  worker: Worker | undefined;
  busy: Waiting | undefined;
  timer: NodeJS.Timeout | undefined;
}

@Injectable()
export class EngineService implements OnApplicationShutdown {
  private readonly logger = new Logger(EngineService.name);
  private readonly seats: Seat[] = Array.from({ length: WORKERS }, () => ({ worker: undefined, busy: undefined, timer: undefined }));
  private readonly waiting: Waiting[] = [];
  private closed = false;
  private asked = 0;

  ask<Name extends JobName>(job: Name, input: Parameters<Jobs[Name]>[0]): Promise<ReturnType<Jobs[Name]>> {
    if (this.closed) return Promise.reject(new DomainError('service/unavailable', { message: 'The policy service stops' }));
    if (this.waiting.length >= WAITING_MAX)
      return Promise.reject(new DomainError('request/too-many', { message: 'Too many questions to the policy engine wait already' }));
    return new Promise((resolve, reject) => {
      this.waiting.push({ job, input, resolve: resolve as (result: unknown) => void, reject });
      this.next();
    });
  }

  get questions(): number {
    return this.asked;
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    for (const { reject } of this.waiting.splice(0))
      reject(new DomainError('service/unavailable', { message: 'The policy service stops' }));
    await Promise.all(this.seats.map((seat) => this.vacate(seat, 'service/unavailable', 'The policy service stops')));
  }

  private next(): void {
    const seat = this.seats.find(({ busy }) => busy === undefined);
    const question = seat && this.waiting.shift();
    if (!seat || !question) return;
    seat.busy = question;
    seat.worker ??= this.start(seat);
    this.asked += 1;
    seat.timer = setTimeout(
      () => void this.vacate(seat, 'request/too-large', `The question took longer than ${QUESTION_WITHIN_MS / 1000} s: ask about less`),
      QUESTION_WITHIN_MS,
    );
    try {
      seat.worker.postMessage({ id: this.asked, job: question.job, input: question.input });
    } catch (cause) {
      this.settle(seat, () => question.reject(new DomainError('internal/bug', {}, { cause })));
    }
  }

  private start(seat: Seat): Worker {
    const worker = new Worker(WORKER, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MB }, execArgv: ['--enable-source-maps'] });
    worker.on('message', (answer: WorkerAnswer) => {
      const question = seat.busy;
      if (!question || seat.worker !== worker) return;
      if ('error' in answer) {
        this.logger.error(`${question.job}: ${answer.error}`);
        return this.settle(seat, () => question.reject(new DomainError('internal/bug')));
      }
      this.settle(seat, () => question.resolve(answer.result));
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      this.logger.warn(`the policy engine's thread ended: ${error.message}`);
      if (seat.worker !== worker) return;
      const outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      void this.vacate(
        seat,
        outOfMemory ? 'request/too-large' : 'internal/bug',
        outOfMemory ? 'The question needs too much memory: ask about less' : undefined,
      );
    });
    worker.unref();
    return worker;
  }

  private settle(seat: Seat, tell: () => void): void {
    clearTimeout(seat.timer);
    seat.busy = undefined;
    tell();
    this.next();
  }

  /** Ends the worker of a seat and refuses what it was asked. */
  private async vacate(seat: Seat, code: 'request/too-large' | 'internal/bug' | 'service/unavailable', message?: string): Promise<void> {
    const { worker, busy } = seat;
    seat.worker = undefined;
    if (busy) this.settle(seat, () => busy.reject(new DomainError(code, message === undefined ? {} : { message })));
    await worker?.terminate();
  }
}
