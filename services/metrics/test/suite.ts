/** Everything that the metrics service needs, real, on loopback; and what it left behind, read apart from it. */
import { EVENTS, EVENTS_STREAM, type EventSubject, type WindowClosed, type WindowStored } from '@observatory/contracts';
import { Dependencies, NatsLink, Requester } from '@observatory/platform';
import { startNats, startPostgres, startPrometheus, type NatsServer, type Server } from '@observatory/testing';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Client } from 'pg';
import { scrapeConfig, startMeshTarget, type CountedEdge, type MeshTarget } from './mesh-target.js';
import { MetricsProcess } from './metrics-process.js';

export interface StoredWindow {
  at: Date;
  state: string;
  published: boolean;
  edges: number;
}

export class MetricsSuite implements AsyncDisposable {
  private constructor(
    readonly target: MeshTarget,
    readonly prometheus: Server,
    readonly nats: NatsServer,
    readonly postgres: Server,
    readonly service: MetricsProcess,
    readonly link: NatsLink,
  ) {}

  static async start(edges: CountedEdge[]): Promise<MetricsSuite> {
    const target = await startMeshTarget(edges);
    const [prometheus, nats, postgres] = await Promise.all([
      startPrometheus({ config: scrapeConfig(target.address) }),
      startNats(),
      startPostgres(),
    ]);
    const service = await MetricsProcess.start({ natsUrl: nats.url, databaseUrl: postgres.url, prometheusUrl: prometheus.url });
    const link = new NatsLink(nats.url, 'test', new Dependencies());
    await link.ready;
    return new MetricsSuite(target, prometheus, nats, postgres, service, link);
  }

  get requester(): Requester {
    return new Requester(this.link);
  }

  async query<Row extends object>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const client = new Client({ connectionString: this.postgres.url });
    await client.connect();
    try {
      return (await client.query<Row>(sql, parameters)).rows;
    } finally {
      await client.end();
    }
  }

  /** Nobody stores a window until the returned function is called. */
  async lockWindows(): Promise<() => Promise<void>> {
    const client = new Client({ connectionString: this.postgres.url });
    await client.connect();
    await client.query('BEGIN');
    await client.query('LOCK TABLE metrics.windows IN SHARE MODE');
    return () => client.end();
  }

  windows(): Promise<StoredWindow[]> {
    return this.query<StoredWindow>('SELECT at, state, published, edges FROM metrics.windows ORDER BY at');
  }

  /** Every chunk of a window that the stream holds, in its order. */
  events(): Promise<WindowClosed[]> {
    return this.eventsOf(EVENTS.windowClosed);
  }

  /** Windows that were told to be there. */
  told(): Promise<WindowStored[]> {
    return this.eventsOf(EVENTS.windowStored);
  }

  private async eventsOf<T>({ subject }: EventSubject): Promise<T[]> {
    const connection = this.link.get();
    const { state } = await (await jetstreamManager(connection)).streams.info(EVENTS_STREAM, { subjects_filter: subject });
    const consumer = await jetstream(connection).consumers.get(EVENTS_STREAM, { filter_subjects: subject });
    const events: T[] = [];
    if (!state.subjects?.[subject]) return events;
    const messages = await consumer.fetch({ max_messages: state.messages, expires: 3000 });
    for await (const message of messages) {
      events.push(message.json<T>());
      if (message.info.pending === 0) break;
    }
    return events;
  }

  /** What Prometheus itself answers, as numbers. */
  async promql(query: string, at: Date): Promise<number[]> {
    const response = await fetch(
      `${this.prometheus.url}/api/v1/query?${new URLSearchParams({ query, time: String(at.getTime() / 1000) }).toString()}`,
    );
    const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
    return data.result.map(({ value }) => Number(value[1]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.service.stop('SIGTERM');
    await this.link.onApplicationShutdown();
    await Promise.all([this.prometheus, this.nats, this.postgres].map((server) => server[Symbol.asyncDispose]()));
    await this.target[Symbol.asyncDispose]();
  }
}
