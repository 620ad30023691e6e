/** Windows of a real Prometheus, through the real service, into real PostgreSQL and NATS. */
import { Dependencies, Database, EventBus, NatsLink } from '@observatory/platform';
import { EVENTS, type WindowClosed } from '@observatory/contracts';
import { startNats, startPostgres, startPrometheus, until, type NatsServer, type Server } from '@observatory/testing';
import { Client } from 'pg';
import { CLUSTER, scrapeConfig, startMeshTarget, type MeshTarget } from './mesh-target.js';
import { MetricsProcess, WINDOW_SEC } from './metrics-process.js';

describe('the collector', () => {
  let target: MeshTarget;
  let prometheus: Server;
  let nats: NatsServer;
  let postgres: Server;
  let service: MetricsProcess;
  let link: NatsLink;
  const events: WindowClosed[] = [];

  beforeAll(async () => {
    target = await startMeshTarget([
      { source: 'web', target: 'cart', requestsPerSecond: 50, errorShare: 0.1 },
      { source: 'cart', target: 'stock', requestsPerSecond: 7, latencyMs: 300 },
    ]);
    [prometheus, nats, postgres] = await Promise.all([startPrometheus({ config: scrapeConfig(target.address) }), startNats(), startPostgres()]);
    link = new NatsLink(nats.url, 'test', new Dependencies());
    new EventBus(link).follow(EVENTS.windowClosed, new Date(), (event) => void events.push(event));
    service = await MetricsProcess.start({ natsUrl: nats.url, databaseUrl: postgres.url, prometheusUrl: prometheus.url });
  });

  afterAll(async () => {
    await service?.stop('SIGTERM');
    await link.onApplicationShutdown();
    await Promise.all([prometheus, nats, postgres].map((server) => server?.[Symbol.asyncDispose]()));
    await target[Symbol.asyncDispose]();
  });

  it('publishes what PromQL says', async () => {
    const event = await until(() => events.find(({ edges, backfilled }) => !backfilled && edges.some(({ latency }) => latency)), { deadlineMs: 60_000, what: 'a window with latency' }).catch((e) => { process.stderr.write(service.output); throw e; });
    process.stderr.write(JSON.stringify(event, null, 1));
    process.stderr.write(service.output);
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    for (const t of ['sources', 'windows', 'edges', 'nodes']) process.stderr.write(JSON.stringify((await client.query(`select * from metrics.${t} order by 2 desc limit 8`)).rows) + '\n');
    await client.end();
  });
});
void CLUSTER; void WINDOW_SEC; void Database;
