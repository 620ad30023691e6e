/** One topology service, or several, on a real NATS under the users of the suite, with what the metrics service would say. */
import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  edgeId,
  EVENTS,
  METRICS_SUBJECTS,
  nodeId,
  type EdgeSample,
  type EndpointIdentity,
  type WindowClosed,
  type WindowReadReply,
} from '@observatory/contracts';
import { bootstrap, Dependencies, EventBus, natsUsers, NatsLink, Requester, type ClusterConfig } from '@observatory/platform';
import { freePort, startNats, type NatsServer } from '@observatory/testing';
import { AppModule } from '../src/app.module.js';

export const WINDOW_SEC = 30;

export function endpoint(path: string, cluster = 'east'): EndpointIdentity {
  const [namespace, name] = path.split('/') as [string, string];
  return { kind: 'workload', cluster, namespace, name, app: name };
}

/** `shop/web > shop/cart`, so many requests a second, a share of them failing. */
export function sample(call: string, requestsPerSecond: number, errorRatio = 0): EdgeSample {
  const [from, to] = call.split(' > ') as [string, string];
  const [source, target] = [endpoint(from), endpoint(to)];
  const errorsPerSecond = requestsPerSecond * errorRatio;
  const idOf = ({ kind, cluster, namespace, name }: EndpointIdentity) => nodeId(kind, cluster, namespace, name);
  const ok = { code: '200', flags: '-', requestsPerSecond: requestsPerSecond - errorsPerSecond, outcome: 'ok' as const };
  const failed = { code: '503', flags: 'UF', requestsPerSecond: errorsPerSecond, outcome: 'error' as const };
  return {
    id: edgeId(idOf(source), idOf(target), 'http', `${target.name}.${target.namespace}.svc.cluster.local`),
    source,
    target,
    destinationService: {
      cluster: 'east',
      namespace: target.namespace,
      name: target.name,
      host: `${target.name}.${target.namespace}.svc.cluster.local`,
    },
    protocol: 'http',
    mesh: 'istio',
    responses: errorRatio > 0 ? [ok, failed] : [ok],
    requestsPerSecond,
    errorsPerSecond,
    clientErrorsPerSecond: 0,
    latencySumMsPerSecond: requestsPerSecond * 12,
    latencyCountPerSecond: requestsPerSecond,
    sentBytesPerSecond: requestsPerSecond * 100,
    receivedBytesPerSecond: requestsPerSecond * 900,
    mutualTlsPerSecond: requestsPerSecond,
    plaintextPerSecond: 0,
    sourcePrincipal: `spiffe://cluster.local/ns/${source.namespace}/sa/${source.name}`,
    destinationPrincipal: `spiffe://cluster.local/ns/${target.namespace}/sa/${target.name}`,
    reporters: ['source', 'destination'],
  };
}

/** The end of the window that closed last, or of one so many windows earlier. */
export function windowEnd(windowsAgo = 0): Date {
  const windowMs = WINDOW_SEC * 1000;
  return new Date((Math.floor(Date.now() / windowMs) - windowsAgo) * windowMs);
}

export interface RunningService {
  readonly grpcPort: number;
  readonly httpUrl: string;
  readonly app: NestFastifyApplication;
  stop(): Promise<void>;
}

export class Suite {
  private readonly links: NatsLink[] = [];
  private readonly running = new Set<RunningService>();
  readonly gateway: Requester;
  readonly gatewayBus: EventBus;
  private readonly metricsBus: EventBus;
  private readonly metrics: NatsLink;

  private constructor(readonly nats: NatsServer) {
    const gateway = this.link('gateway');
    this.gateway = new Requester(gateway);
    this.gatewayBus = new EventBus(gateway);
    this.metrics = this.link('metrics');
    this.metricsBus = new EventBus(this.metrics);
  }

  static async start(): Promise<Suite> {
    const suite = new Suite(await startNats({ users: natsUsers() }));
    await Promise.all(suite.links.map(({ ready }) => ready));
    return suite;
  }

  async startTopology(
    clusters: readonly Partial<ClusterConfig>[] = [{ name: 'east', prometheus: { url: 'http://prometheus' } }],
  ): Promise<RunningService> {
    const grpcPort = await freePort();
    const whole = clusters.map((cluster): ClusterConfig => ({
      name: 'east',
      provisional: false,
      inCluster: false,
      mesh: 'auto',
      rootNamespace: 'istio-system',
      ...cluster,
    }));
    const config = {
      HOST: '127.0.0.1',
      HTTP_PORT: 0,
      GRPC_PORT: grpcPort,
      NATS_URL: this.nats.urlOf('topology'),
      LOG_LEVEL: 'fatal' as const,
      OBSERVATORY_WINDOW_SEC: WINDOW_SEC,
    };
    const app = await bootstrap('topology', AppModule.forConfig(config, whole), config);
    const service: RunningService = {
      grpcPort,
      httpUrl: await app.getUrl(),
      app,
      stop: async () => {
        this.running.delete(service);
        await app.close();
      },
    };
    this.running.add(service);
    return service;
  }

  /** As metrics publishes a window, in chunks of at most `perChunk` edges. */
  async closeWindow(
    at: Date,
    edges: readonly EdgeSample[],
    {
      perChunk = 400,
      cluster = 'east',
      windowSec = WINDOW_SEC,
      coverage,
    }: { perChunk?: number; cluster?: string; windowSec?: number; coverage?: WindowClosed['coverage'] } = {},
  ): Promise<void> {
    const count = Math.max(1, Math.ceil(edges.length / perChunk));
    const sources = [{ name: 'Prometheus', cluster, freshAt: at.toISOString(), state: 'fresh' as const }];
    for (let index = 0; index < count; index += 1) {
      const chunk = {
        cluster,
        at: at.toISOString(),
        windowSec,
        chunk: { index, count },
        backfilled: false,
        ...(coverage === undefined ? {} : { coverage }),
        sources,
        edges: edges.slice(index * perChunk, (index + 1) * perChunk),
      };
      await this.metricsBus.publish(EVENTS.windowClosed, randomUUID(), chunk);
    }
  }

  /** As metrics says that a window can be asked for. */
  async tellStored(at: Date, cluster = 'east'): Promise<void> {
    const window = { cluster, at: at.toISOString(), windowSec: WINDOW_SEC, edges: 1, backfilled: false, sources: [] };
    await this.metricsBus.publish(EVENTS.windowStored, randomUUID(), window);
  }

  /** Answers reads of the past as the metrics service does, two edges a page; `read` says what was stored. Returns how often it was asked. */
  serveHistory(read: (at: string, windowSec: number) => readonly EdgeSample[] | undefined): { readonly asked: number } {
    const counter = { asked: 0 };
    this.metrics.get().subscribe(METRICS_SUBJECTS.windowRead.subject, {
      queue: 'metrics',
      callback: (_, message) => {
        counter.asked += 1;
        const request = METRICS_SUBJECTS.windowRead.request.parse(message.json());
        const stored = read(request.at, request.windowSec);
        const from = Number(request.cursor ?? 0);
        const windows = request.windowSec / WINDOW_SEC;
        const page: WindowReadReply = {
          generatedAt: new Date().toISOString(),
          sources: [],
          at: request.at,
          windowSec: request.windowSec,
          windowsExpected: windows,
          windowsPresent: stored ? windows : 0,
          windowsPartial: 0,
          resolution: 'raw',
          edges: (stored ?? []).slice(from, from + 2),
          ...((stored?.length ?? 0) > from + 2 ? { nextCursor: String(from + 2) } : {}),
        };
        message.respond(JSON.stringify(page));
      },
    });
    return counter;
  }

  async stop(): Promise<void> {
    for (const service of this.running) await service.stop();
    await this.gatewayBus.onApplicationShutdown();
    await Promise.all(this.links.map((link) => link.onApplicationShutdown()));
    await this.nats[Symbol.asyncDispose]();
  }

  private link(user: string): NatsLink {
    const link = new NatsLink(this.nats.urlOf(user), user, new Dependencies());
    this.links.push(link);
    return link;
  }
}
