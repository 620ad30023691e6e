/** One anomaly service on real NATS and PostgreSQL under the users of the suite, with what the metrics service would say of the past. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  ANOMALY_SUBJECTS,
  EVENTS,
  INCIDENT_EVENTS,
  METRICS_SUBJECTS,
  nodeId,
  type EdgeSample,
  type IncidentDetail,
  type IncidentEvent,
  type IncidentSummary,
  type WindowClosed,
  type WindowReadReply,
} from '@observatory/contracts';
import { Dependencies, EventBus, natsUsers, NatsLink, Requester } from '@observatory/platform';
import { createTestDatabase, freePort, startNats, until, type NatsServer, type TestDatabase } from '@observatory/testing';
import { Client } from 'pg';
import { CLUSTER, windowAt, type Fault } from './mesh.js';

const MAIN = join(import.meta.dirname, '../dist/main.js');
export const WINDOW_MS = 30_000;
const HISTORY_MS = 2.2 * 86_400_000;
/** In the middle of history metrics is away for a moment. */
const HICCUP_AT = 1700;
const AWAY_MS = 500;
const ADMIN = { name: 'ada', kind: 'person' } as const;

/** Windows that are not as they should be. */
interface Odd {
  readonly coverage?: WindowClosed['coverage'];
  readonly edges?: (usual: EdgeSample[]) => EdgeSample[];
}

export class Suite {
  private readonly links: NatsLink[] = [];
  private child: ChildProcess | undefined;
  private text = '';
  private http = 0;
  grpcPort = 0;
  readonly ask: Requester;
  readonly bus: EventBus;
  readonly events: IncidentEvent[] = [];
  historyQuestions = 0;
  /** What went wrong before anybody watched. */
  past: { fromMs: number; toMs: number; fault: Fault } | undefined;
  /** How much of a week metrics has read back. */
  historyShare = 1;
  /** History is answered when this resolves. */
  historyWaits: Promise<void> | undefined;
  private readonly metricsBus: EventBus;
  private readonly certsBus: EventBus;
  /** End of the last window that was published. */
  atMs = Math.floor(Date.now() / WINDOW_MS) * WINDOW_MS;
  readonly beganMs = this.atMs;

  private constructor(
    readonly nats: NatsServer,
    readonly database: TestDatabase,
  ) {
    this.ask = new Requester(this.link('gateway'));
    this.bus = new EventBus(this.link('gateway'));
    const metrics = this.link('metrics');
    this.metricsBus = new EventBus(metrics);
    this.certsBus = new EventBus(this.link('certs'));
    void metrics.ready.then(() => this.serveHistory(metrics));
  }

  static async start(): Promise<Suite> {
    const [nats, database] = await Promise.all([startNats({ users: natsUsers() }), createTestDatabase()]);
    const suite = new Suite(nats, database);
    await Promise.all(suite.links.map(({ ready }) => ready));
    suite.bus.follow(INCIDENT_EVENTS, new Date(0), (payload) => void suite.events.push(payload));
    return suite;
  }

  get output(): string {
    return this.text;
  }

  /** As it is deployed: its own process, so that it can be killed. */
  async launch(): Promise<void> {
    if (!existsSync(MAIN)) throw new Error('build first: npm run build');
    this.http = await freePort();
    this.grpcPort = await freePort();
    const env = {
      ...process.env,
      NATS_URL: this.nats.urlOf('anomaly'),
      DATABASE_URL: this.database.url,
      HTTP_PORT: String(this.http),
      GRPC_PORT: String(this.grpcPort),
      NODE_OPTIONS: '',
    };
    const child = spawn(process.execPath, ['--enable-source-maps', MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (this.text = (this.text + chunk.toString()).slice(-100_000)));
    this.child = child;
    const isReady = async () => {
      if (child.exitCode !== null) throw new Error(this.text);
      return (await fetch(`http://127.0.0.1:${this.http}/readyz`)).ok;
    };
    await until(isReady, { deadlineMs: 60_000, what: 'the anomaly service' });
  }

  async kill(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  /** Publishes so many windows, one after the other. */
  async windows(count: number, fault?: Fault, { coverage, edges = (usual) => usual }: Odd = {}): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      this.atMs += WINDOW_MS;
      const at = new Date(this.atMs).toISOString();
      await this.metricsBus.publish(EVENTS.windowClosed, `window ${CLUSTER} ${at}`, {
        cluster: CLUSTER,
        at,
        windowSec: WINDOW_MS / 1000,
        chunk: { index: 0, count: 1 },
        backfilled: false,
        sources: [{ name: 'Prometheus', cluster: CLUSTER, freshAt: at, state: 'fresh' }],
        ...(coverage === undefined ? {} : { coverage }),
        edges: edges(windowAt(this.atMs, fault)),
      });
    }
  }

  /** As the certs service tells that a pod of `workload` has another certificate now. */
  async rotate(workload: string): Promise<void> {
    const [namespace, name] = workload.split('/') as [string, string];
    const at = new Date(this.atMs).toISOString();
    const certificate = {
      kind: 'workload',
      namespace,
      name: `${name}-1`,
      workloadId: nodeId('workload', CLUSTER, namespace, name),
    } as const;
    const notAfter = new Date(this.atMs + 86_400_000).toISOString();
    const id = `workload~${CLUSTER}~${namespace}~${name}-1`;
    const change = { change: 'renewed', id, ...certificate, status: 'valid', notAfter, reason: 'as it should be' } as const;
    await this.certsBus.publish(EVENTS.certificatesChanged, `certificates ${CLUSTER} ${at}`, { cluster: CLUSTER, at, changes: [change] });
  }

  /** The last window that was published is scored. */
  async scored(): Promise<void> {
    const isScored = async () => {
      const { clusters } = await this.ask.request(ANOMALY_SUBJECTS.baseline, {});
      return clusters.some(({ lastWindowAt }) => lastWindowAt === new Date(this.atMs).toISOString());
    };
    await until(isScored, { deadlineMs: 60_000, what: 'scores of the last window' }).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.text.slice(-4000)}`);
    });
  }

  /** History is learned. */
  async ready(): Promise<void> {
    await this.windows(1);
    const isReady = async () => (await this.ask.request(ANOMALY_SUBJECTS.baseline, {})).clusters[0]?.state === 'ready';
    await until(isReady, { deadlineMs: 60_000, what: 'history to be learned' }).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.text.slice(-4000)}`);
    });
  }

  async incidents(): Promise<IncidentSummary[]> {
    return (await this.ask.request(ANOMALY_SUBJECTS.incidentList, {})).incidents;
  }

  async incident(id: string): Promise<IncidentDetail> {
    return (await this.ask.request(ANOMALY_SUBJECTS.incidentGet, { id })).incident;
  }

  decide(id: string, decision: { state: 'acknowledged' | 'resolved' | 'suppressed'; note?: string; expiresAt?: string }) {
    return this.ask.request(ANOMALY_SUBJECTS.decide, { id, actor: ADMIN, decision });
  }

  async rows(sql: string): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: this.database.url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async stop(): Promise<void> {
    await this.kill('SIGTERM');
    await this.bus.onApplicationShutdown();
    await Promise.all(this.links.map((link) => link.onApplicationShutdown()));
    await this.nats[Symbol.asyncDispose]();
    await this.database[Symbol.asyncDispose]();
  }

  /** As the metrics service reads windows back: whole steps since history began. */
  private serveHistory(metrics: NatsLink): void {
    const doors = metrics.get().subscribe(METRICS_SUBJECTS.windowRead.subject, {
      queue: 'metrics',
      callback: (_, message) => {
        this.historyQuestions += 1;
        if (this.historyQuestions === HICCUP_AT) {
          doors.unsubscribe();
          setTimeout(() => this.serveHistory(metrics), AWAY_MS).unref();
        }
        const { at, windowSec } = METRICS_SUBJECTS.windowRead.request.parse(message.json());
        const atMs = Date.parse(at);
        const known = atMs > this.beganMs - HISTORY_MS && atMs <= this.beganMs;
        const isWeek = windowSec > 86_400;
        const reply: WindowReadReply = {
          generatedAt: new Date().toISOString(),
          sources: [],
          at,
          windowSec,
          windowsExpected: isWeek ? 1000 : 1,
          windowsPresent: isWeek ? 1000 * this.historyShare : known ? 1 : 0,
          windowsPartial: 0,
          resolution: '5m',
          edges: known && !isWeek ? windowAt(atMs, this.faultAt(atMs)) : [],
        };
        void Promise.resolve(this.historyWaits).then(() => message.respond(JSON.stringify(reply)));
      },
    });
  }

  private faultAt(atMs: number): Fault | undefined {
    const { past } = this;
    return past && atMs > past.fromMs && atMs <= past.toMs ? past.fault : undefined;
  }

  private link(user: string): NatsLink {
    const link = new NatsLink(this.nats.urlOf(user), user, new Dependencies());
    this.links.push(link);
    return link;
  }
}
