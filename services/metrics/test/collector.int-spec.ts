/** Windows of a real Prometheus, through the real service, into real PostgreSQL and NATS, and back out of its doors. */
import { randomUUID } from 'node:crypto';
import {
  edgeSeriesReply,
  EVENTS,
  METRICS_SUBJECTS,
  nodeId,
  edgeId,
  overviewReply,
  windowReadReply,
  workloadSeriesReply,
  windowClosed,
  windowStored,
  type AnomalyState,
  type IncidentEvent,
  type WindowClosed,
} from '@observatory/contracts';
import { credentials, loadPackageDefinition, type Client as GrpcClient, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { EventBus } from '@observatory/platform';
import { PROTO_ROOT, protoFile } from '@observatory/proto';
import { until } from '@observatory/testing';
import { CLUSTER } from './mesh-target.js';
import { WINDOW_SEC } from './metrics-process.js';
import { MetricsSuite } from './suite.js';

const workload = (name: string): string => nodeId('workload', CLUSTER, 'shop', name);
const WEB_CART = edgeId(workload('web'), workload('cart'), 'http');

/** Within 3 %: the contract between our rates and PromQL's. */
function expectClose(actual: number | null | undefined, expected: number): void {
  expect(actual).toBeGreaterThan(expected * 0.97);
  expect(actual).toBeLessThan(expected * 1.03);
}

describe('the metrics service', () => {
  let suite: MetricsSuite;
  let live: WindowClosed;
  /** All of its windows are stored: of a longer one, five minutes of the clock may be known better than its windows are. */
  const spanUntilLive = () => ({ from: new Date(Date.parse(live.at) - 4 * WINDOW_SEC * 1000).toISOString(), to: live.at });

  beforeAll(async () => {
    suite = await MetricsSuite.start([
      { source: 'web', target: 'cart', requestsPerSecond: 50, errorShare: 0.1 },
      { source: 'cart', target: 'stock', requestsPerSecond: 7, latencyMs: 300 },
    ]);
    // A rate is whole once its span is full of samples: four windows after the first.
    live = await until(
      async () => {
        const complete = (await suite.events()).filter(
          ({ backfilled, edges }) => !backfilled && edges.every(({ latency }) => latency) && edges.length === 2,
        );
        return complete.at(4);
      },
      { deadlineMs: 80_000, everyMs: 500, what: 'five windows with latency' },
    );
  }, 120_000);

  afterAll(async () => {
    await suite?.[Symbol.asyncDispose]();
  });

  it('publishes windows that follow the contract and agree with PromQL', async () => {
    expect(windowClosed.parse(live)).toEqual(live);
    expect(live.cluster).toBe(CLUSTER);
    expect(Date.parse(live.at) % (WINDOW_SEC * 1000)).toBe(0);
    const [said] = await suite.promql(
      'sum(rate(istio_requests_total{reporter="destination",destination_workload="cart"}[10s]))',
      new Date(live.at),
    );
    const edge = live.edges.find(({ target }) => target.name === 'cart')!;
    expectClose(edge.requestsPerSecond, said!);
    expectClose(edge.requestsPerSecond, 50);
    expectClose(edge.errorsPerSecond, 5);
    expectClose(edge.latencySumMsPerSecond! / edge.latencyCountPerSecond!, 20);
    expectClose(edge.mutualTlsPerSecond, 50);
    expect(live.sources).toMatchObject([{ name: 'Prometheus', cluster: CLUSTER, state: 'fresh' }]);
  });

  it('looks closely at what an incident is about, until it is over', async () => {
    const bus = new EventBus(suite.link);
    const watched = async () => {
      const text = await (await fetch(`${suite.service.httpUrl}/metrics`)).text();
      return Number(/^observatory_metrics_watched_workloads\{[^}]*cluster="east"[^}]*\} (\S+)$/m.exec(text)?.[1]);
    };
    const tell = (state: AnomalyState) =>
      bus.publish(EVENTS.incidentRaised, randomUUID(), {
        at: new Date().toISOString(),
        change: state === 'open' ? 'raised' : 'closed',
        incident: { id: 'slow-ledger', state },
        anomalies: [{ state, subject: { name: 'ledger' } }],
        subjects: [],
      } as unknown as IncidentEvent);
    const within = { deadlineMs: 4 * WINDOW_SEC * 1000, everyMs: 200 };
    // Nobody looks at anything yet.
    expect(await watched()).toBe(0);
    await tell('open');
    await until(async () => (await watched()) === 1, { ...within, what: 'the workload of the incident' });
    await tell('closed');
    await until(async () => (await watched()) === 0, { ...within, what: 'the end of the incident' });
    await bus.onApplicationShutdown();
  });

  it('stores what it published', async () => {
    await until(async () => (await suite.windows()).find(({ at, published }) => at.toISOString() === live.at && published), {
      deadlineMs: 10_000,
      what: 'the stored window',
    });
    const rows = await suite.query<{ requests: number }>(
      'SELECT requests FROM metrics.edge_windows JOIN metrics.edges USING (key) WHERE at = $1 AND pair_id = $2',
      [live.at, WEB_CART],
    );
    expect(rows).toEqual([{ requests: live.edges.find(({ target }) => target.name === 'cart')!.requestsPerSecond }]);
  });

  it('tells once that it can be asked for, after its edges', async () => {
    const told = (await suite.told()).filter(({ at }) => at === live.at);
    expect(told.map((event) => windowStored.parse(event))).toEqual([
      { cluster: CLUSTER, at: live.at, windowSec: WINDOW_SEC, edges: 2, backfilled: false, sources: live.sources },
    ]);
  });

  it('reads a window back, page by page', async () => {
    const ask = { at: live.at, windowSec: WINDOW_SEC };
    const whole = windowReadReply.parse(await suite.requester.request(METRICS_SUBJECTS.windowRead, ask));
    expect(whole).toMatchObject({ resolution: 'raw', windowsExpected: 1, windowsPresent: 1 });
    const byId = (edges: WindowClosed['edges']) => JSON.parse(JSON.stringify(edges.toSorted((a, b) => (a.id < b.id ? -1 : 1)))) as unknown;
    expect(byId(whole.edges)).toEqual(byId(live.edges));
    const first = await suite.requester.request(METRICS_SUBJECTS.windowRead, { ...ask, limit: 1 });
    const second = await suite.requester.request(METRICS_SUBJECTS.windowRead, { ...ask, limit: 1, cursor: first.nextCursor });
    expect(byId([...first.edges, ...second.edges])).toEqual(byId(live.edges));
  });

  it('answers the mean of a span', async () => {
    const reply = await suite.requester.request(METRICS_SUBJECTS.windowRead, { at: live.at, windowSec: 3 * WINDOW_SEC, cluster: CLUSTER });
    expect(reply).toMatchObject({ windowsExpected: 3, windowsPresent: 3 });
    expectClose(reply.edges.find(({ target }) => target.name === 'stock')!.requestsPerSecond, 7);
  });

  it('answers series of an edge, by any id that a graph has for it', async () => {
    const span = spanUntilLive();
    const ids = [
      WEB_CART,
      edgeId(workload('web'), workload('cart'), 'http', 'cart.shop.svc.cluster.local'),
      edgeId(nodeId('app', CLUSTER, 'shop', 'web'), nodeId('app', CLUSTER, 'shop', 'cart'), 'http'),
      edgeId(nodeId('app', CLUSTER, 'shop', 'web', 'v1'), nodeId('app', CLUSTER, 'shop', 'cart', 'v1'), 'http'),
      edgeId(workload('web'), nodeId('service', CLUSTER, 'shop', 'cart'), 'http'),
    ];
    for (const id of ids) {
      const { traffic, stepSec } = edgeSeriesReply.parse(
        await suite.requester.request(METRICS_SUBJECTS.edgeSeries, { edgeId: id, ...span }),
      );
      expect(stepSec).toBe(WINDOW_SEC);
      expect(traffic.at.at(-1)).toBe(live.at);
      expectClose(traffic.requestsPerSecond.at(-1), 50);
      expectClose(traffic.errorRatio.at(-1), 0.1);
      expect(traffic.latencyMsP50.at(-1)).toBeGreaterThan(10);
      expect(traffic.latencyMsP99.at(-1)).toBeLessThanOrEqual(25);
    }
    const unknown = edgeId(workload('web'), workload('nobody'), 'http');
    await expect(suite.requester.request(METRICS_SUBJECTS.edgeSeries, { edgeId: unknown })).rejects.toMatchObject({
      code: 'resource/not-found',
    });
  });

  it('answers series of a workload, and null for one that no mesh told of', async () => {
    const of = async (name: string, span: { from?: string; to?: string }) =>
      workloadSeriesReply.parse(
        await suite.requester.request(METRICS_SUBJECTS.workloadSeries, { cluster: CLUSTER, namespace: 'shop', name, ...span }),
      );
    const reply = await of('cart', spanUntilLive());
    expect(reply.in.at.at(-1)).toBe(live.at);
    expectClose(reply.in.requestsPerSecond.at(-1), 50);
    expectClose(reply.out.requestsPerSecond.at(-1), 7);
    // The hour began before anybody watched.
    expect((await of('cart', {})).in.requestsPerSecond[0]).toBeNull();
    expect(reply.sources).toMatchObject([{ cluster: CLUSTER, state: 'fresh' }]);
    const nobody = await of('nobody', {});
    expect(nobody.in.requestsPerSecond.every((value) => value === null)).toBe(true);
  });

  it('answers the overview', async () => {
    const reply = overviewReply.parse(
      await suite.requester.request(METRICS_SUBJECTS.overviewGet, { cluster: CLUSTER, ...spanUntilLive() }),
    );
    expect(reply.mesh.at.at(-1)).toBe(live.at);
    expectClose(reply.mesh.requestsPerSecond.at(-1), 57);
    expect(reply.namespaces.map(({ namespace }) => namespace)).toEqual(['shop']);
    expect(reply.now.mtlsRatio).toBe(1);
    expectClose(reply.now.errorRatio, 5 / 57);
  });

  it('says the same on gRPC', async () => {
    const definition = loadSync(protoFile('metrics'), { includeDirs: [PROTO_ROOT], keepCase: false, longs: Number, arrays: true });
    const loaded = loadPackageDefinition(definition) as unknown as {
      observatory: { metrics: { v1: { MetricsService: ServiceClientConstructor } } };
    };
    const client: GrpcClient = new loaded.observatory.metrics.v1.MetricsService(suite.service.grpcAddress, credentials.createInsecure());
    const call = <T>(method: string, request: object): Promise<T> =>
      new Promise((resolve, reject) => {
        (client as unknown as Record<string, (request: object, done: (error: Error | null, reply: T) => void) => void>)[method]!(
          request,
          (error, reply) => (error ? reject(error) : resolve(reply)),
        );
      });
    const overNats = await suite.requester.request(METRICS_SUBJECTS.windowRead, { at: live.at, windowSec: WINDOW_SEC });
    const overGrpc = await call<{ edges: { id: string; requestsPerSecond: number }[]; windowsPresent: number }>('readWindow', {
      at: live.at,
      windowSec: WINDOW_SEC,
    });
    expect(overGrpc.windowsPresent).toBe(1);
    expect(overGrpc.edges.map(({ id, requestsPerSecond }) => [id, requestsPerSecond])).toEqual(
      overNats.edges.map(({ id, requestsPerSecond }) => [id, requestsPerSecond]),
    );
    const series = await call<{ traffic: { requestsPerSecond?: number }[] }>('getEdgeSeries', { edgeId: WEB_CART, span: { to: live.at } });
    expectClose(series.traffic.at(-1)?.requestsPerSecond, 50);
    await expect(call('getEdgeSeries', { edgeId: 'nonsense' })).rejects.toMatchObject({ code: 3 });
    await expect(call('getStatus', {})).resolves.toMatchObject({ service: 'metrics', state: 'up' });
    const watched = (
      client as unknown as { watchWindows(request: object): AsyncIterable<{ at: string; cluster: string }> & { cancel(): void } }
    ).watchWindows({ since: live.at });
    for await (const window of watched) {
      expect(window.cluster).toBe(CLUSTER);
      break;
    }
    client.close();
  });

  it('stays within ten queries a window, and says what it costs', async () => {
    const text = await (await fetch(`${suite.service.httpUrl}/metrics`)).text();
    // The cluster had another name until the mesh named it.
    const total = (pattern: RegExp) => [...text.matchAll(pattern)].reduce((sum, [, value]) => sum + Number(value), 0);
    const windows = total(/^observatory_metrics_window_seconds_count\{[^}]*\} (\S+)$/gm);
    const closed = total(/^observatory_metrics_window_close_seconds_count\{[^}]*\} (\S+)$/gm);
    const queries = total(/^observatory_metrics_queries_total\{[^}]*kind="window"[^}]*\} (\S+)$/gm);
    expect(Math.min(windows, closed)).toBeGreaterThan(3);
    expect(queries / windows).toBeLessThanOrEqual(10);
  });
});
