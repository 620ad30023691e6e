/**
 * Runs long questions in worker threads, so that the event loop stays free for everybody else: bounded in time, memory and number.
 * A thread that takes too long, or too much memory, is ended; who used it gets `request/too-large`. Invariant: from its turn on, a use
 * is over within `withinMs`, whatever it asks, and a thread serves one use at a time.
 */
import { Logger } from '@nestjs/common';
import { Worker } from 'node:worker_threads';
import { DomainError } from '../errors/domain-error.js';
import type { ThreadAnswer, ThreadJobs, ThreadQuestion } from './thread-jobs.js';

export interface ThreadPoolOptions {
  /** Built JavaScript that calls `serveJobs`: a thread cannot read TypeScript. */
  readonly script: URL;
  readonly threads: number;
  readonly waitingMax: number;
  readonly withinMs: number;
  readonly heapMaxMb: number;
  /** Ends a thread after each use, where one use leaves behind what the next must not find. */
  readonly fresh?: boolean;
  /** What is said to whom no place is left. */
  readonly full: string;
}
export type Ask<Jobs extends ThreadJobs> = <Name extends keyof Jobs & string>(
  job: Name,
  input: Parameters<Jobs[Name]>[0],
) => Promise<ReturnType<Jobs[Name]>>;

interface Pending {
  readonly id: number;
  readonly job: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}
interface Use {
  readonly timer: NodeJS.Timeout;
  readonly end: (error: Error) => void;
  /** Rejects when the use is cut short. */
  readonly ended: Promise<never>;
}
interface Seat {
  worker: Worker | undefined;
  use: Use | undefined;
  pending: Pending | undefined;
}
interface Taken {
  readonly seat: Seat;
  readonly use: Use;
}

export class ThreadPool<Jobs extends ThreadJobs> {
  private readonly logger = new Logger(ThreadPool.name);
  private readonly seats: Seat[];
  private readonly waiting: { take: (taken: Taken) => void; refuse: (error: DomainError) => void }[] = [];
  private closed = false;
  private asked = 0;

  constructor(private readonly options: ThreadPoolOptions) {
    this.seats = Array.from({ length: options.threads }, () => ({ worker: undefined, use: undefined, pending: undefined }));
  }

  /** How many questions there were. */
  get questions(): number {
    return this.asked;
  }

  /** One question. */
  ask<Name extends keyof Jobs & string>(job: Name, input: Parameters<Jobs[Name]>[0]): Promise<ReturnType<Jobs[Name]>> {
    return this.use((ask) => ask(job, input));
  }

  /**
   * Several questions, one after the other, to the same thread, which may remember what came before. `signal` ends it:
   * who used it gets the signal's reason.
   */
  async use<T>(work: (ask: Ask<Jobs>) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { seat, use } = await this.place();
    const cut = () => void (seat.use === use && this.vacate(seat, signal?.reason as Error));
    signal?.addEventListener('abort', cut);
    const ask: Ask<Jobs> = (job, input) =>
      seat.use === use ? this.put(seat, job, input) : Promise.reject(new Error(`${job} was asked after the end`));
    try {
      signal?.throwIfAborted();
      return await Promise.race([work(ask), use.ended]);
    } finally {
      signal?.removeEventListener('abort', cut);
      if (seat.use === use) this.free(seat);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const { refuse } of this.waiting.splice(0)) refuse(stopping());
    await Promise.all(this.seats.map((seat) => this.vacate(seat, stopping())));
  }

  /** A seat of one's own: taken at once, so that nobody else finds it free. */
  private place(): Promise<Taken> {
    if (this.closed) return Promise.reject(stopping());
    const free = this.seats.find(({ use }) => use === undefined);
    if (free) return Promise.resolve(this.take(free));
    if (this.waiting.length >= this.options.waitingMax)
      return Promise.reject(new DomainError('request/too-many', { message: this.options.full }));
    return new Promise((take, refuse) => this.waiting.push({ take, refuse }));
  }

  private take(seat: Seat): Taken {
    let end: Use['end'] = () => undefined;
    const ended = new Promise<never>((_, reject) => (end = reject));
    ended.catch(() => undefined);
    const timer = setTimeout(() => void this.vacate(seat, this.tooLong()), this.options.withinMs);
    seat.use = { timer, end, ended };
    return { seat, use: seat.use };
  }

  private put<Name extends keyof Jobs & string>(seat: Seat, job: Name, input: unknown): Promise<ReturnType<Jobs[Name]>> {
    if (seat.pending) return Promise.reject(new Error(`${job} was asked before ${seat.pending.job} was answered`));
    seat.worker ??= this.start(seat);
    const worker = seat.worker;
    const id = (this.asked += 1);
    return new Promise((resolve, reject) => {
      seat.pending = { id, job, resolve: resolve as (result: unknown) => void, reject };
      try {
        worker.postMessage({ id, job, input } satisfies ThreadQuestion);
      } catch (cause) {
        seat.pending = undefined;
        reject(new DomainError('internal/bug', {}, { cause }));
      }
    });
  }

  private start(seat: Seat): Worker {
    const { script, heapMaxMb } = this.options;
    const worker = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: heapMaxMb }, execArgv: ['--enable-source-maps'] });
    worker.on('message', (answer: ThreadAnswer) => {
      const pending = seat.pending;
      if (seat.worker !== worker || pending?.id !== answer.id) return;
      seat.pending = undefined;
      if (!('error' in answer)) return pending.resolve(answer.result);
      this.logger.error(`${pending.job}: ${answer.error}`);
      pending.reject(new DomainError('internal/bug'));
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      this.logger.warn(`a thread ended: ${error.message}`);
      if (seat.worker !== worker) return;
      const outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      void this.vacate(
        seat,
        outOfMemory
          ? new DomainError('request/too-large', { message: 'The question needs too much memory: ask about less' })
          : new DomainError('internal/bug', {}, { cause: error }),
      );
    });
    worker.unref();
    return worker;
  }

  /** Ends the thread of a seat and refuses what it was used for. */
  private async vacate(seat: Seat, error: Error): Promise<void> {
    const { worker, pending, use } = seat;
    seat.worker = undefined;
    seat.pending = undefined;
    use?.end(error);
    pending?.reject(error);
    if (use) this.free(seat);
    await worker?.terminate();
  }

  private free(seat: Seat): void {
    clearTimeout(seat.use?.timer);
    seat.use = undefined;
    // A thread that still works on what nobody waits for is not the next one's.
    if (this.options.fresh || seat.pending) void this.vacate(seat, stopping());
    if (!this.closed) this.waiting.shift()?.take(this.take(seat));
  }

  private tooLong(): DomainError {
    const message = `The question took longer than ${this.options.withinMs / 1000} s: ask about less`;
    return new DomainError('request/too-large', { message });
  }
}

const stopping = () => new DomainError('service/unavailable', { message: 'The service stops' });
