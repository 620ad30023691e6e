/** Starts the whole suite in one data folder, and stops it again. */
import { randomBytes } from 'node:crypto';
import { portProblem } from '../processes/free-port.js';
import type { NatsUser } from '../servers/nats.js';
import { RunFile } from './run-file.js';
import type { SuiteSettings } from './settings.js';
import { planSuite, reachable, type SuitePlan } from './suite-plan.js';
import { Supervisor, type SupervisorHooks } from './supervisor.js';

export interface SuiteInput {
  readonly root: string;
  readonly settings: SuiteSettings;
  readonly natsUsers: readonly NatsUser[];
  readonly hooks: Required<Pick<SupervisorHooks, 'say' | 'stage'>>;
  /** What to run; default: everything. */
  readonly plan?: () => Promise<SuitePlan>;
}

export interface RunningSuite {
  readonly url: string;
  /** Works once: whoever opens it is signed in. */
  readonly signInUrl: string;
  readonly ports: Readonly<Record<string, number>>;
  restart(name: string): Promise<void>;
}

export class PortInUse extends Error {
  override readonly name = 'PortInUse';
}

async function checkPort({ host, port }: SuiteSettings): Promise<void> {
  const problem = await portProblem(port, host);
  if (problem === undefined) return;
  if (problem.code === 'EADDRINUSE')
    throw new PortInUse(
      `Port ${port} on ${host} is in use by another program. Stop that one, or choose another port: PORT=${port + 1} npm start`,
    );
  if (problem.code === 'EACCES')
    throw new PortInUse(`Port ${port} needs more rights than you have. Choose one above 1023: PORT=8080 npm start`);
  throw new PortInUse(
    `Cannot listen on ${host}:${port} (${problem.code}). HOST must be an address of this machine: 127.0.0.1, or 0.0.0.0 for all.`,
  );
}

/** One suite: `start` once, `stop` at any time, also while it starts. */
export class Suite {
  private supervisor: Supervisor | undefined;
  private file: RunFile | undefined;
  private stopped = false;

  constructor(private readonly input: SuiteInput) {}

  /** Rejects with AlreadyRunning, PortInUse or a StartError. Undefined when it was stopped meanwhile. */
  async start(): Promise<RunningSuite | undefined> {
    const { settings, hooks } = this.input;
    const url = `http://${reachable(settings.host)}:${settings.port}`;
    const { file, leftovers } = await RunFile.claim(settings.dataFolder, url);
    this.file = file;
    if (leftovers > 0) hooks.say(`stopped ${leftovers} processes that an earlier start had left behind`);
    await checkPort(settings);
    const linkToken = randomBytes(24).toString('base64url');
    const plan = await (this.input.plan?.() ?? planSuite({ ...this.input, linkToken }));
    if (this.stopped) return undefined;
    await file.update({ ports: plan.ports, ...(plan.demoControlUrl === undefined ? {} : { demoControlUrl: plan.demoControlUrl }) });
    const supervisor = new Supervisor(plan.stages, { ...hooks, changed: (processes) => void file.update({ processes }).catch(() => {}) });
    this.supervisor = supervisor;
    await supervisor.start();
    if (this.stopped) return undefined;
    return { url, signInUrl: `${url}/?signin=${linkToken}`, ports: plan.ports, restart: (name) => supervisor.restart(name) };
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.supervisor?.stop();
    await this.file?.release();
  }

  async kill(): Promise<void> {
    this.stopped = true;
    await this.supervisor?.kill();
    await this.file?.release();
  }
}
