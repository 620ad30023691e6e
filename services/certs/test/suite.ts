/** One certs service on real NATS and PostgreSQL under the users of the suite, beside what stands in for the other services. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TOPOLOGY_SUBJECTS } from '@observatory/contracts';
import { bootstrap, Dependencies, EventBus, natsUsers, NatsLink, Requester, type ClusterConfig } from '@observatory/platform';
import { createTestDatabase, freePort, startNats, type NatsServer, type TestDatabase } from '@observatory/testing';
import { AppModule } from '../src/app.module.js';
import { configSchema } from '../src/config.js';

export const CLUSTER = 'east';

export class Suite {
  private readonly links: NatsLink[] = [];
  private readonly apps: NestFastifyApplication[] = [];
  readonly gateway: Requester;
  readonly bus: EventBus;
  grpcPort = 0;

  private constructor(
    readonly nats: NatsServer,
    readonly database: TestDatabase,
  ) {
    const gateway = this.link('gateway');
    this.gateway = new Requester(gateway);
    this.bus = new EventBus(gateway);
  }

  static async start(): Promise<Suite> {
    const [nats, database] = await Promise.all([startNats({ users: natsUsers() }), createTestDatabase()]);
    const suite = new Suite(nats, database);
    const topology = suite.link('topology');
    await Promise.all(suite.links.map(({ ready }) => ready));
    topology.get().subscribe(TOPOLOGY_SUBJECTS.clusterList.subject, {
      callback: (_, message) => void message.respond(JSON.stringify({ generatedAt: new Date().toISOString(), sources: [], clusters: [] })),
    });
    return suite;
  }

  /** Starts a replica of the service. */
  async run(cluster: Partial<ClusterConfig>, settings: Record<string, string> = {}): Promise<NestFastifyApplication> {
    this.grpcPort = await freePort();
    const config = configSchema.parse({
      NATS_URL: this.nats.urlOf('certs'),
      DATABASE_URL: this.database.url,
      LOG_LEVEL: 'fatal',
      GRPC_PORT: String(this.grpcPort),
      CERTS_PASS_SEC: '1',
      ...settings,
    });
    const whole: ClusterConfig = {
      name: CLUSTER,
      provisional: false,
      inCluster: false,
      mesh: 'auto',
      rootNamespace: 'istio-system',
      ...cluster,
    };
    const app = await bootstrap('certs', AppModule.forConfig(config, [whole]), config);
    this.apps.push(app);
    return app;
  }

  async stop(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.close()));
    await this.bus.onApplicationShutdown();
    await Promise.all(this.links.map((link) => link.onApplicationShutdown()));
    await this.nats[Symbol.asyncDispose]();
    await this.database[Symbol.asyncDispose]();
  }

  private link(user: string): NatsLink {
    const link = new NatsLink(this.nats.urlOf(user), user, new Dependencies());
    this.links.push(link);
    return link;
  }
}
