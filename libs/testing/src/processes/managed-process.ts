import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { copyFile, mkdir, open, rename, stat, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hold, release } from './guardian.js';
import { identify, signal, type ProcessIdentity } from './process-table.js';

/** One process that we run: data, so that a plan of several can be read, tested and changed. */
export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to this process' own environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Whom it runs as, when not as ourselves (PostgreSQL refuses to run as root). */
  readonly owner?: { readonly uid: number; readonly gid: number };
  readonly logFile: string;
  /** Runs before each start: folders, configuration files. */
  readonly prepare?: (stopped: AbortSignal) => Promise<void>;
  /** True when it serves. May throw: that means "not yet". */
  readonly isReady: () => Promise<boolean>;
  /** From the moment that the process exists. */
  readonly readyWithinMs: number;
  readonly stopSignal?: NodeJS.Signals;
  /** From the stop signal to SIGKILL. */
  readonly graceMs?: number;
  /** When the log of a failed start matches, the start is tried again until `readyWithinMs` is over. */
  readonly retryStartWhen?: RegExp;
}

const READY_POLL_MS = 50;
const RETRY_START_MS = 250;
const GRACE_MS = 5_000;
const LOG_KEPT_BYTES = 5_000_000;
const TAIL_BYTES = 32_000;
const SHOWN_LINES = 8;
const PINO_ERROR = 50;

/** A start that failed; `message` ends with the last lines of the process' log. */
export class StartError extends Error {
  override readonly name = 'StartError';
  constructor(
    readonly process: string,
    reason: string,
    readonly log: string,
    readonly logFile: string,
  ) {
    const lines = tellingLines(log).join('\n  ');
    super(`${process} ${reason}${lines === '' ? '' : `:\n  ${lines}`}\n  log: ${logFile}`);
  }
}

/** The lines of a log that say why a process ended: what is no structured entry or an error, else simply the last ones. */
export function tellingLines(log: string): string[] {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.filter((line) => {
    const level = /^\{"level":(\d+)/.exec(line)?.[1];
    return level === undefined || Number(level) >= PINO_ERROR;
  });
  return telling.length === 0 ? lines.slice(-SHOWN_LINES) : telling.slice(-SHOWN_LINES);
}

export type ExitListener = (how: string) => void;

export class ManagedProcess {
  private child: ChildProcess | undefined;
  private ended: Promise<string> = Promise.resolve('not started');
  private starting: Promise<void> = Promise.resolve();
  private logOffset = 0;
  private stopped = new AbortController();
  private readonly exitListeners = new Set<ExitListener>();
  private readonly spawnListeners = new Set<() => void>();
  identity: ProcessIdentity | undefined;

  constructor(readonly spec: ProcessSpec) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  private get stopping(): boolean {
    return this.stopped.signal.aborted;
  }

  get running(): boolean {
    return this.child !== undefined;
  }

  /** Told of exits that nobody asked for, with a few words that say how. */
  onUnexpectedExit(listener: ExitListener): void {
    this.exitListeners.add(listener);
  }

  /** Told of each new process, before it is ready. */
  onSpawn(listener: () => void): void {
    this.spawnListeners.add(listener);
  }

  /** Resolves when the process serves; rejects with a StartError when it ended, was stopped, or the time is over (it is then stopped). */
  start(): Promise<void> {
    this.stopped = new AbortController();
    this.starting = this.startUntilReady();
    return this.starting;
  }

  /** Resolves when it has ended. A start that is under way ends too. */
  stop(): Promise<void> {
    return this.end(this.spec.stopSignal ?? 'SIGTERM', this.spec.graceMs ?? GRACE_MS);
  }

  /** SIGKILL, as a crash does it; resolves when the process is gone. */
  kill(): Promise<void> {
    return this.end('SIGKILL', 0);
  }

  async logTail(): Promise<string> {
    const file = await open(this.spec.logFile, 'r').catch(() => undefined);
    if (file === undefined) return '';
    try {
      const { size } = await file.stat();
      const from = Math.max(Math.min(this.logOffset, size), size - TAIL_BYTES);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
      return buffer.subarray(0, bytesRead).toString('utf8');
    } finally {
      await file.close();
    }
  }

  /** Moves a log that has grown large aside while it is written to: it is open for appending, so it goes on at its new end. */
  async trimLog(): Promise<void> {
    const { logFile } = this.spec;
    if ((await stat(logFile)).size <= LOG_KEPT_BYTES) return;
    await copyFile(logFile, `${logFile}.1`);
    await truncate(logFile);
  }

  private async end(name: NodeJS.Signals, graceMs: number): Promise<void> {
    this.stopped.abort();
    await this.endChild(name, graceMs);
    await this.starting.catch(() => {});
    await this.endChild(name, graceMs);
  }

  private async endChild(name: NodeJS.Signals, graceMs: number): Promise<void> {
    if (this.child === undefined) return;
    this.send(name);
    const late = setTimeout(() => this.send('SIGKILL'), graceMs);
    await this.ended;
    clearTimeout(late);
  }

  private async startUntilReady(): Promise<void> {
    let endsAt = Infinity;
    for (;;) {
      await this.spawn();
      if (endsAt === Infinity) endsAt = performance.now() + this.spec.readyWithinMs;
      const failure = await this.waitUntilReady(endsAt);
      if (failure === undefined) return;
      const retry = this.spec.retryStartWhen?.test(failure.log) === true && performance.now() + RETRY_START_MS < endsAt;
      if (!retry || this.stopping) throw failure;
      await pause(RETRY_START_MS);
    }
  }

  private async waitUntilReady(endsAt: number): Promise<StartError | undefined> {
    let exit: string | undefined;
    void this.ended.then((how) => (exit = how));
    const fail = async (reason: string) => new StartError(this.spec.name, reason, await this.logTail(), this.spec.logFile);
    for (;;) {
      const ready = !this.stopping && (await this.spec.isReady().catch(() => false));
      if (exit !== undefined) return fail(this.stopping ? 'was stopped while it started' : `did not start (${exit})`);
      if (ready) break;
      if (!this.stopping && performance.now() > endsAt) {
        const failure = await fail(`was not ready within ${this.spec.readyWithinMs / 1000} s`);
        await this.endChild(this.spec.stopSignal ?? 'SIGTERM', this.spec.graceMs ?? GRACE_MS);
        return failure;
      }
      await pause(READY_POLL_MS);
    }
    void this.ended.then((how) => {
      if (!this.stopping) for (const listener of this.exitListeners) listener(how);
    });
    return undefined;
  }

  private async spawn(): Promise<void> {
    if (this.child !== undefined) throw new Error(`${this.spec.name} runs already`);
    await this.openLog();
    await this.spec.prepare?.(this.stopped.signal);
    if (this.stopping) throw new StartError(this.spec.name, 'was stopped while it started', '', this.spec.logFile);
    const log = openSync(this.spec.logFile, 'a');
    const { command, args, cwd, owner } = this.spec;
    // Its own session: a Ctrl-C in the terminal reaches only us, and we stop the others in order.
    const child = spawn(command, args, {
      ...(cwd === undefined ? {} : { cwd }),
      ...owner,
      env: { ...process.env, ...this.spec.env },
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    this.child = child;
    this.ended = new Promise((resolve) => {
      child.once('error', (error: NodeJS.ErrnoException) =>
        resolve(this.forget(error.code === 'ENOENT' ? `${command} was not found` : error.message)),
      );
      child.once('exit', (code, by) => resolve(this.forget(by === null ? `exit code ${code}` : by)));
    });
    if (child.pid === undefined) return;
    hold(child.pid, this.spec.stopSignal ?? 'SIGTERM');
    const identity = await identify(child.pid);
    if (this.child !== child) return;
    this.identity = identity;
    for (const listener of this.spawnListeners) listener();
  }

  private forget(how: string): string {
    if (this.child?.pid !== undefined) release(this.child.pid);
    this.child = undefined;
    this.identity = undefined;
    return how;
  }

  private send(name: NodeJS.Signals): void {
    const pid = this.child?.pid;
    if (pid !== undefined) signal(pid, name);
  }

  /** Keeps one older log: the current one moves aside when it has grown large. */
  private async openLog(): Promise<void> {
    const { logFile } = this.spec;
    await mkdir(dirname(logFile), { recursive: true });
    const size = (await stat(logFile).catch(() => undefined))?.size ?? 0;
    if (size > LOG_KEPT_BYTES) await rename(logFile, `${logFile}.1`);
    this.logOffset = size > LOG_KEPT_BYTES ? 0 : size;
  }
}
