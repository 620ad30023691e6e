/** The metrics service as it is deployed: its own process, so that it can be killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, until } from '@observatory/testing';

const MAIN = join(import.meta.dirname, '../dist/main.js');
export const WINDOW_SEC = 5;

export class MetricsProcess implements AsyncDisposable {
  private child: ChildProcess | undefined;
  private text = '';

  private constructor(
    private readonly env: Record<string, string>,
    readonly httpUrl: string,
    readonly grpcAddress: string,
  ) {}

  /** Starts it; resolves when its HTTP door is open. */
  static async start(settings: {
    natsUrl: string;
    databaseUrl: string;
    prometheusUrl: string;
    windowSec?: number;
  }): Promise<MetricsProcess> {
    if (!existsSync(MAIN)) throw new Error('build first: npm run build');
    const [http, grpc] = [await freePort(), await freePort()];
    const env = {
      NATS_URL: settings.natsUrl,
      DATABASE_URL: settings.databaseUrl,
      PROMETHEUS_URL: settings.prometheusUrl,
      HTTP_PORT: String(http),
      GRPC_PORT: String(grpc),
      OBSERVATORY_WINDOW_SEC: String(settings.windowSec ?? WINDOW_SEC),
      NODE_OPTIONS: '',
    };
    const started = new MetricsProcess(env, `http://127.0.0.1:${http}`, `127.0.0.1:${grpc}`);
    await started.restart();
    return started;
  }

  get output(): string {
    return this.text;
  }

  async restart(): Promise<void> {
    await this.stop('SIGTERM');
    const child = spawn(process.execPath, ['--enable-source-maps', MAIN], {
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (this.text = (this.text + chunk.toString()).slice(-100_000)));
    this.child = child;
    await until(
      async () => {
        if (child.exitCode !== null) throw new Error(this.text);
        return (await fetch(`${this.httpUrl}/readyz`)).ok;
      },
      { deadlineMs: 20_000, what: 'the metrics service' },
    );
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGTERM');
  }
}
