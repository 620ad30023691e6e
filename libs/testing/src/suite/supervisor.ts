/**
 * Runs a table of processes: starts it stage by stage, starts again what ends by itself, stops it in reverse order.
 * The table is data, so what is started is decided (and tested) elsewhere.
 */
import { ManagedProcess, type ProcessSpec } from '../processes/managed-process.js';
import type { ProcessIdentity } from '../processes/process-table.js';

/** Processes of one stage start together, once every process of the stage before is ready. */
export interface Stage {
  readonly label: string;
  readonly processes: readonly ProcessSpec[];
}

export interface SupervisorHooks {
  /** One line for people. */
  say(line: string): void;
  /** The running processes have changed. */
  changed?(running: readonly RunningProcess[]): void;
  /** Surrounds each stage of the start: where progress is shown. */
  stage?(label: string, work: () => Promise<void>): Promise<void>;
}

export interface RunningProcess extends ProcessIdentity {
  readonly name: string;
}

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 4_000;
/** Whoever ran this long before it ended starts again at once. */
const STEADY_MS = 30_000;
const LOG_CHECK_MS = 30_000;

interface Life {
  readonly process: ManagedProcess;
  readyAt: number;
  failures: number;
  reviving: Promise<void> | undefined;
}

export class Supervisor {
  private readonly lives: Life[][];
  private readonly stopped = new AbortController();
  private logTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly stages: readonly Stage[],
    private readonly hooks: SupervisorHooks,
  ) {
    this.lives = stages.map(({ processes }) =>
      processes.map((spec) => ({ process: new ManagedProcess(spec), readyAt: 0, failures: 0, reviving: undefined })),
    );
  }

  /** Rejects with the first StartError; what has started by then still runs until `stop`. */
  async start(): Promise<void> {
    for (const [index, stage] of this.stages.entries()) {
      const work = () => this.startStage(this.lives[index] ?? []);
      await (this.hooks.stage === undefined ? work() : this.hooks.stage(stage.label, work));
      if (this.stopped.signal.aborted) return;
    }
    this.logTimer = setInterval(() => void this.trimLogs(), LOG_CHECK_MS);
  }

  /** Resolves when every process has ended. May be called while `start` is under way, and more than once. */
  async stop(): Promise<void> {
    this.stopped.abort();
    clearInterval(this.logTimer);
    for (const lives of this.lives.toReversed()) await Promise.all(lives.map(({ process }) => process.stop()));
  }

  /** Without waiting for anybody: a second Ctrl-C. */
  async kill(): Promise<void> {
    this.stopped.abort();
    await Promise.all(this.lives.flat().map(({ process }) => process.kill()));
  }

  /** Stops one process and starts it again, e.g. because its code has changed. */
  async restart(name: string): Promise<void> {
    const life = this.lives.flat().find(({ process }) => process.spec.name === name);
    if (life === undefined || this.stopped.signal.aborted) return;
    life.failures = 0;
    await life.process.stop();
    await this.revive(life);
  }

  running(): RunningProcess[] {
    return this.lives
      .flat()
      .flatMap(({ process }) => (process.identity === undefined ? [] : [{ name: process.spec.name, ...process.identity }]));
  }

  private async startStage(lives: readonly Life[]): Promise<void> {
    const outcomes = await Promise.allSettled(lives.map((life) => this.startFirst(life)));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined && !this.stopped.signal.aborted) throw failed.reason;
  }

  private async startFirst(life: Life): Promise<void> {
    const { process } = life;
    process.onUnexpectedExit((how) => {
      if (this.stopped.signal.aborted) return;
      if (performance.now() - life.readyAt > STEADY_MS) life.failures = 0;
      this.hooks.say(`${process.spec.name} ended (${how}): starting it again`);
      this.changed();
      void this.revive(life);
    });
    process.onSpawn(() => this.changed());
    await process.start();
    life.readyAt = performance.now();
  }

  /** Tries until it runs, less and less often; each failed attempt is said in one line. */
  private revive(life: Life): Promise<void> {
    life.reviving ??= this.startAgain(life).finally(() => (life.reviving = undefined));
    return life.reviving;
  }

  private async startAgain(life: Life): Promise<void> {
    while (!this.stopped.signal.aborted && !life.process.running) {
      const delayMs = life.failures === 0 ? 0 : Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** life.failures);
      life.failures += 1;
      await pauseUnless(this.stopped.signal, delayMs);
      if (this.stopped.signal.aborted || life.process.running) return;
      try {
        await life.process.start();
        life.readyAt = performance.now();
        this.hooks.say(`${life.process.spec.name} runs again`);
      } catch (error) {
        if (!this.stopped.signal.aborted) this.hooks.say((error as Error).message.split('\n', 1)[0] ?? '');
      }
    }
  }

  private changed(): void {
    this.hooks.changed?.(this.running());
  }

  private async trimLogs(): Promise<void> {
    await Promise.all(this.lives.flat().map(({ process }) => process.trimLog().catch(() => {})));
  }
}

function pauseUnless(abort: AbortSignal, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      abort.removeEventListener('abort', done);
      resolve();
    }
    abort.addEventListener('abort', done);
  });
}
