/** One policy service on real NATS and PostgreSQL under the users of the suite, with what the metrics service would say of flows. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  edgeId,
  METRICS_SUBJECTS,
  nodeId,
  TOPOLOGY_SUBJECTS,
  type EndpointIdentity,
  type FlowListReply,
  type RecordedFlow,
} from '@observatory/contracts';
import { bootstrap, Dependencies, EventBus, natsUsers, NatsLink, Requester, type ClusterConfig } from '@observatory/platform';
import { createTestDatabase, freePort, startNats, type NatsServer, type TestDatabase } from '@observatory/testing';
import { AppModule } from '../src/app.module.js';
import { configSchema } from '../src/config.js';

export const CLUSTER = 'east';
const end = (path: string): EndpointIdentity => {
  const [namespace, name] = path.split('/') as [string, string];
  return { kind: 'workload', cluster: CLUSTER, namespace, name, app: name };
};
export const idOf = (path: string): string => nodeId('workload', CLUSTER, ...(path.split('/') as [string, string]));

/** `shop/web > shop/cart`, so many requests a second, with the caller's identity or in plain text. */
export function flow(call: string, requestsPerSecond: number, tls: 'mutual' | 'plaintext' = 'mutual'): RecordedFlow {
  const [from, to] = call.split(' > ') as [string, string];
  const [source, target] = [end(from), end(to)];
  const isMutual = tls === 'mutual';
  return {
    edgeId: edgeId(idOf(from), idOf(to), 'http', target.name),
    source,
    target,
    destinationService: {
      cluster: CLUSTER,
      namespace: target.namespace,
      name: target.name,
      host: `${target.name}.${target.namespace}.svc.cluster.local`,
    },
    protocol: 'http',
    mesh: 'istio',
    ...(isMutual ? { sourcePrincipal: `cluster.local/ns/${source.namespace}/sa/${source.name}` } : {}),
    mutualTlsPerSecond: isMutual ? requestsPerSecond : 0,
    plaintextPerSecond: isMutual ? 0 : requestsPerSecond,
    requestsPerSecond,
    outcomes: [{ code: '200', flags: '-', requestsPerSecond }],
    firstSeen: new Date(Date.now() - 3_600_000).toISOString(),
    lastSeen: new Date().toISOString(),
  };
}

export class Suite {
  private readonly links: NatsLink[] = [];
  private app: NestFastifyApplication | undefined;
  flows: RecordedFlow[] = [];
  readonly gateway: Requester;
  readonly bus: EventBus;
  httpUrl = '';
  grpcPort = 0;

  private constructor(
    readonly nats: NatsServer,
    readonly database: TestDatabase,
  ) {
    const gateway = this.link('gateway');
    this.gateway = new Requester(gateway);
    this.bus = new EventBus(gateway);
  }

  static async start(clusters: readonly Partial<ClusterConfig>[], settings: Record<string, string> = {}): Promise<Suite> {
    const [nats, database] = await Promise.all([startNats({ users: natsUsers() }), createTestDatabase()]);
    const suite = new Suite(nats, database);
    const metrics = suite.link('metrics');
    const topology = suite.link('topology');
    await Promise.all(suite.links.map(({ ready }) => ready));
    suite.answerFlows(metrics);
    topology.get().subscribe(TOPOLOGY_SUBJECTS.clusterList.subject, {
      callback: (_, message) => void message.respond(JSON.stringify({ generatedAt: new Date().toISOString(), sources: [], clusters: [] })),
    });
    suite.grpcPort = await freePort();
    const config = configSchema.parse({
      NATS_URL: nats.urlOf('policy'),
      DATABASE_URL: database.url,
      LOG_LEVEL: 'fatal',
      GRPC_PORT: String(suite.grpcPort),
      ...settings,
    });
    const whole = clusters.map((cluster): ClusterConfig => ({
      name: CLUSTER,
      provisional: false,
      inCluster: false,
      mesh: 'auto',
      rootNamespace: 'istio-system',
      ...cluster,
    }));
    suite.app = await bootstrap('policy', AppModule.forConfig(config, whole), config);
    suite.httpUrl = await suite.app.getUrl();
    return suite;
  }

  async stop(): Promise<void> {
    await this.app?.close();
    await this.bus.onApplicationShutdown();
    await Promise.all(this.links.map((link) => link.onApplicationShutdown()));
    await this.nats[Symbol.asyncDispose]();
    await this.database[Symbol.asyncDispose]();
  }

  private answerFlows(metrics: NatsLink): void {
    metrics.get().subscribe(METRICS_SUBJECTS.flowList.subject, {
      queue: 'metrics',
      callback: (_, message) => {
        const { from, to } = METRICS_SUBJECTS.flowList.request.parse(message.json());
        const reply: FlowListReply = {
          generatedAt: new Date().toISOString(),
          sources: [{ name: 'Prometheus', cluster: CLUSTER, freshAt: to, state: 'fresh' }],
          from,
          to,
          resolution: '1h',
          windowsExpected: 168,
          windowsPresent: this.flows.length > 0 ? 168 : 0,
          flows: this.flows,
        };
        message.respond(JSON.stringify(reply));
      },
    });
  }

  private link(user: string): NatsLink {
    const link = new NatsLink(this.nats.urlOf(user), user, new Dependencies());
    this.links.push(link);
    return link;
  }
}
