/** The queries against a real Prometheus: what they select, what the adapters make of it, and what PromQL itself says. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startPrometheus, type Server } from '@observatory/testing';
import {
  adaptWindow,
  clusterName,
  clusterNameQuery,
  detectedMeshes,
  detectionQuery,
  quantile,
  recordingRules,
  scrapeIntervalQuery,
  scrapeIntervalSec,
  vectorsByTime,
  windowQueries,
  workloadQuantileQueries,
  type PromSample,
  type PromSeries,
  type QueryName,
  type WindowQueryOptions,
  type WindowVectors,
} from '../src/index.js';
import { nameOf, short } from './rows.js';

const run = promisify(execFile);
/** Old enough that rules may be evaluated over it afterwards; on the clock, so that steps fall on samples. */
const END_SEC = Math.floor(Date.now() / 1000 / 300) * 300 - 5 * 3600;
const SCRAPE_SEC = 15;
const SPAN_SEC = 1200;
const BOUNDS = ['0.5', '1', '5', '10', '25', '50', '100', '250', '500', '1000', '+Inf'];

type Labels = Record<string, string>;
interface Family {
  name: string;
  suffix: string;
  labels: Labels;
  perSecond: number;
  /** Seconds before the end at which the process restarted. */
  resetSec?: number;
}

const quoted = (labels: Labels) =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',');

function lines({ name, suffix, labels, perSecond, resetSec }: Family): string[] {
  const found: string[] = [];
  for (let sec = -SPAN_SEC; sec <= 0; sec += SCRAPE_SEC) {
    const since = resetSec !== undefined && sec >= -resetSec ? -resetSec : -SPAN_SEC;
    found.push(`${name}${suffix}{${quoted(labels)}} ${(sec - since) * perSecond} ${END_SEC + sec}`);
  }
  return found;
}

/** OpenMetrics wants the samples of a family together; a histogram's parts are given as counters of their own. */
function exposition(families: readonly Family[]): string {
  const byName = new Map<string, Family[]>();
  for (const family of families) byName.set(family.name, [...(byName.get(family.name) ?? []), family]);
  const text = [...byName].flatMap(([name, members]) => [
    `# TYPE ${name} ${members[0]!.suffix === '_total' ? 'counter' : 'unknown'}`,
    ...members.flatMap(lines),
  ]);
  return `${text.join('\n')}\n# EOF\n`;
}

const end = (prefix: string, [namespace, name]: readonly [string, string]): Labels => ({
  [`${prefix}_workload`]: name,
  [`${prefix}_workload_namespace`]: namespace,
  [`${prefix}_cluster`]: 'east',
  [`${prefix}_principal`]: `spiffe://cluster.local/ns/${namespace}/sa/${name}`,
  [`${prefix}_canonical_service`]: name,
  [`${prefix}_canonical_revision`]: 'v1',
});
function istio(reporter: string, from: string, to: string, more: Labels = {}): Labels {
  const target = to.split('/') as [string, string];
  return {
    cluster: 'east',
    reporter,
    pod: `${reporter === 'source' ? from : to}-0`,
    ...end('source', from.split('/') as [string, string]),
    ...end('destination', target),
    destination_service: `${target[1]}.${target[0]}.svc.cluster.local`,
    destination_service_name: target[1],
    destination_service_namespace: target[0],
    request_protocol: 'http',
    response_code: '200',
    response_flags: '-',
    connection_security_policy: reporter === 'source' ? 'unknown' : 'mutual_tls',
    ...more,
  };
}

const counter = (name: string, labels: Labels, perSecond: number, resetSec?: number): Family => ({
  name,
  suffix: '_total',
  labels,
  perSecond,
  ...(resetSec === undefined ? {} : { resetSec }),
});
/** Requests and everything that is measured of them; latency spreads evenly up to `upToMs`. */
function requests(labels: Labels, perSecond: number, upToMs: number): Family[] {
  const plain = (name: string, rate: number, more: Labels = {}): Family => ({
    name,
    suffix: '',
    labels: { ...labels, ...more },
    perSecond: rate,
  });
  const duration = 'istio_request_duration_milliseconds';
  return [
    counter('istio_requests', labels, perSecond),
    plain(`${duration}_sum`, (perSecond * upToMs) / 2),
    plain(`${duration}_count`, perSecond),
    ...BOUNDS.map((le) => plain(`${duration}_bucket`, perSecond * Math.min(1, (le === '+Inf' ? Infinity : Number(le)) / upToMs), { le })),
    plain('istio_request_bytes_sum', perSecond * 100),
    plain('istio_response_bytes_sum', perSecond * 900),
  ];
}
const tcp = (labels: Labels): Family[] => {
  const { request_protocol: _, response_code: __, ...rest } = labels;
  return [
    counter('istio_tcp_received_bytes', rest, 1000),
    counter('istio_tcp_sent_bytes', rest, 5000),
    counter('istio_tcp_connections_opened', rest, 0.5),
  ];
};
const linkerd = (labels: Labels): Labels => ({
  cluster: 'east',
  direction: 'outbound',
  namespace: 'emoji',
  deployment: 'web',
  pod: 'web-0',
  dst_namespace: 'emoji',
  dst_deployment: 'voting',
  dst_service: 'voting',
  authority: 'voting.emoji.svc.cluster.local:8080',
  target_port: '8080',
  tls: 'true',
  server_id: 'voting',
  ...labels,
});
const linkerdLatency = (le: string, perSecond: number): Family => ({
  name: 'response_latency_ms_bucket',
  suffix: '',
  labels: linkerd({ le, status_code: '200' }),
  perSecond,
});

const WEB_CART = ['shop/web', 'shop/cart'] as const;
const FAMILIES: Family[] = [
  ...requests(istio('source', ...WEB_CART), 10, 80),
  ...requests(istio('destination', ...WEB_CART), 10, 40),
  // A second pod of cart, which restarted two minutes ago, and failures that only the caller saw.
  counter('istio_requests', istio('destination', ...WEB_CART, { pod: 'cart-1' }), 2, 120),
  counter('istio_requests', istio('source', ...WEB_CART, { pod: 'web-1' }), 2),
  counter('istio_requests', istio('source', ...WEB_CART, { response_code: '503', response_flags: 'UH' }), 1),
  counter('istio_requests', istio('source', 'shop/web', 'shop/quiet'), 0),
  ...requests(istio('source', 'shop/web', 'shop/legacy'), 4, 200),
  ...tcp(istio('source', 'shop/cart', 'shop/db', { app: 'cart' })),
  ...tcp(istio('destination', 'shop/cart', 'shop/db', { app: 'db' })),
  ...requests(istio('waypoint', 'cloud/api', 'cloud/store'), 3, 20),
  ...tcp(istio('source', 'cloud/api', 'cloud/store', { app: 'ztunnel', connection_security_policy: 'mutual_tls' })),
  ...requests(istio('source', ...WEB_CART, { cluster: 'west', source_cluster: 'west' }), 500, 80),
  counter('response', linkerd({ status_code: '200', classification: 'success' }), 5),
  counter('response', linkerd({ status_code: '500', classification: 'failure' }), 1),
  counter(
    'response',
    {
      cluster: 'east',
      direction: 'inbound',
      namespace: 'emoji',
      deployment: 'voting',
      tls: 'no_identity',
      target_port: '8080',
      route_name: 'probe',
      status_code: '200',
      classification: 'success',
    },
    9,
  ),
  counter(
    'response',
    {
      cluster: 'east',
      direction: 'inbound',
      namespace: 'emoji',
      deployment: 'voting',
      tls: 'no_identity',
      target_port: '8080',
      status_code: '200',
      classification: 'success',
    },
    2,
  ),
  { name: 'response_latency_ms_sum', suffix: '', labels: linkerd({ status_code: '200' }), perSecond: 60 },
  { name: 'response_latency_ms_count', suffix: '', labels: linkerd({ status_code: '200' }), perSecond: 6 },
  linkerdLatency('10', 3),
  linkerdLatency('20', 6),
  linkerdLatency('+Inf', 6),
  counter('tcp_write_bytes', linkerd({ peer: 'dst' }), 300),
  counter('tcp_read_bytes', linkerd({ peer: 'dst' }), 700),
  counter('tcp_write_bytes', linkerd({ peer: 'src' }), 700),
  counter('tcp_open', linkerd({ peer: 'dst' }), 0.1),
  { name: 'istio_build', suffix: '', labels: { cluster: 'east', component: 'proxy' }, perSecond: 0 },
];

const OPTIONS: WindowQueryOptions = {
  rateWindowSec: 60,
  selector: 'cluster="east"',
  meshes: ['istio', 'ambient', 'linkerd'],
  quantiles: 'all',
};

describe('the window queries on a real Prometheus', () => {
  let folder: string;
  let prometheus: Server;

  const ask = async (path: string, parameters: Record<string, string>) => {
    const response = await fetch(`${prometheus.url}/api/v1/${path}`, { method: 'POST', body: new URLSearchParams(parameters) });
    const answer = (await response.json()) as {
      status: string;
      error?: string;
      data: { result: { metric: Labels; value: [number, string]; values: [number, string][] }[] };
    };
    if (answer.status !== 'success') throw new Error(`${answer.error}: ${parameters['query']}`);
    return answer.data.result;
  };
  const vector = async (query: string, atSec = END_SEC): Promise<PromSample[]> =>
    (await ask('query', { query, time: String(atSec) })).map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  const windowOf = async (options: Partial<WindowQueryOptions> = {}, atSec = END_SEC) => {
    const vectors: WindowVectors = {};
    for (const { name, promql } of windowQueries({ ...OPTIONS, ...options })) vectors[name] = await vector(promql, atSec);
    return adapt(vectors, atSec);
  };
  const adapt = (vectors: WindowVectors, atSec = END_SEC) => {
    const { edges, problems } = adaptWindow(vectors, { cluster: 'east', at: new Date(atSec * 1000).toISOString(), rateWindowSec: 60 });
    expect(problems).toEqual([]);
    return edges;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mesh-prometheus-'));
    const metrics = join(folder, 'metrics.txt');
    await writeFile(metrics, exposition(FAMILIES));
    await run('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', metrics, join(folder, 'data')]);
    prometheus = await startPrometheus({ folder });
    const rules = join(folder, 'rules.yml');
    await writeFile(
      rules,
      recordingRules({
        rateWindowSec: 60,
        intervalSec: 30,
        bucketIntervalSec: 60,
        selector: OPTIONS.selector!,
        labels: { cluster: 'east' },
      }),
    );
    expect((await run('promtool', ['check', 'rules', rules])).stdout).toContain('9 rules found');
    await run('promtool', [
      'tsdb',
      'create-blocks-from',
      'rules',
      `--start=${END_SEC - 300}`,
      `--end=${END_SEC + 1}`,
      '--eval-interval=30s',
      `--url=${prometheus.url}`,
      `--output-dir=${join(folder, 'data')}`,
      rules,
    ]);
    await prometheus.stop();
    prometheus = await startPrometheus({ folder });
  });
  afterAll(async () => {
    await prometheus?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const EXPECTED: Record<string, Record<string, unknown>> = {
    'shop/web > shop/cart http cart.shop': {
      requests: 13,
      errors: 1,
      sent: 1000,
      received: 9000,
      latency: 20,
      mtls: [13, 0],
      reporters: 'source,destination',
    },
    'shop/web > shop/legacy http legacy.shop': { requests: 4, latency: 100, mtls: [0, 0], reporters: 'source' },
    'shop/cart > shop/db tcp db.shop': { sent: 1000, received: 5000, connections: 0.5, mtls: [0.5, 0] },
    'cloud/api > cloud/store http store.cloud': {
      mesh: 'ambient',
      requests: 3,
      sent: 1000,
      received: 5000,
      connections: 0.5,
      mtls: [3, 0],
      reporters: 'source,waypoint',
    },
    'emoji/web > emoji/voting http voting.emoji': {
      mesh: 'linkerd',
      requests: 6,
      errors: 1,
      sent: 300,
      received: 700,
      latency: 10,
      mtls: [6, 0],
    },
    'unknown:unknown > emoji/voting http -': { requests: 2, mtls: [0, 2] },
  };
  const asTable = (edges: Awaited<ReturnType<typeof windowOf>>) =>
    Object.fromEntries(
      edges.map((edge) => [
        nameOf(edge),
        JSON.parse(JSON.stringify(short(edge), (_, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value))),
      ]),
    );

  it('give the edges that were scraped: each request once, one cluster only, nothing idle', async () => {
    const table = asTable(await windowOf());
    expect(Object.keys(table).sort()).toEqual(Object.keys(EXPECTED).sort());
    expect(table).toMatchObject(EXPECTED);
  });
  it('give quantiles as histogram_quantile does', async () => {
    const cart = (await windowOf()).find((edge) => edge.target.name === 'cart');
    for (const q of [0.5, 0.95, 0.99]) {
      const [said] = await vector(
        `histogram_quantile(${q}, sum by (le) (rate(istio_request_duration_milliseconds_bucket{cluster="east",reporter="destination",destination_workload="cart"}[60s])))`,
      );
      expect(quantile(cart!.latency!, q)).toBeCloseTo(said!.value, 6);
    }
  });
  it('see a restart as PromQL does', async () => {
    const table = asTable(await windowOf({ rateWindowSec: 300, quantiles: 'none' }));
    const [said] = await vector('sum(rate(istio_requests_total{cluster="east",reporter="source",destination_workload="cart"}[300s]))');
    expect(table['shop/web > shop/cart http cart.shop']).toMatchObject({ requests: Number(said!.value.toPrecision(4)) });
  });
  it('read the receiving side, and the source where it alone reports', async () => {
    const edges = asTable(await windowOf({ sides: { sourceOnly: ['legacy'] } }));
    expect(edges).toMatchObject(EXPECTED);
  });
  it('read buckets of a slice, and of one workload', async () => {
    const withLatency = (edges: Awaited<ReturnType<typeof windowOf>>) =>
      edges
        .filter(({ latency }) => latency !== undefined)
        .map(({ target }) => target.name)
        .sort();
    expect(withLatency(await windowOf())).toEqual(['cart', 'legacy', 'store', 'voting']);
    expect(withLatency(await windowOf({ quantiles: { workloads: ['cart', 'voting'], rateWindowSec: 300 } }))).toEqual(['cart', 'voting']);
    expect(withLatency(await windowOf({ quantiles: { workloads: ['legacy', 'cart'] }, sides: { sourceOnly: ['legacy'] } }))).toEqual([
      'cart',
      'legacy',
    ]);
    const vectors: WindowVectors = {};
    for (const { name, promql } of windowQueries({ ...OPTIONS, quantiles: 'none' })) vectors[name] = await vector(promql);
    for (const { name, promql } of workloadQuantileQueries({ ...OPTIONS, namespace: 'shop', name: 'cart' }))
      vectors[name] = await vector(promql);
    expect(withLatency(adapt(vectors))).toEqual(['cart']);
  });
  it('read the results of the recording rules alike', async () => {
    expect(detectedMeshes(await vector(detectionQuery(OPTIONS.selector)))).toEqual({
      meshes: ['istio', 'ambient', 'linkerd'],
      recordingRules: true,
    });
    const bySource = asTable(await windowOf({ from: 'recordingRules' }));
    expect(bySource).toMatchObject(EXPECTED);
    expect(bySource).toEqual(asTable(await windowOf()));
  });
  it('answer for ranges what they answer for instants', async () => {
    const answers: Partial<Record<QueryName, PromSeries[]>> = {};
    for (const { name, promql } of windowQueries(OPTIONS)) {
      const rows = await ask('query_range', { query: promql, start: String(END_SEC - 60), end: String(END_SEC), step: '30' });
      answers[name] = rows.map(({ metric, values }) => ({
        metric,
        values: values.map(([at, value]) => [at * 1000, Number(value)] as const),
      }));
    }
    const byTime = vectorsByTime(answers);
    expect([...byTime.keys()].sort()).toEqual([END_SEC - 60, END_SEC - 30, END_SEC].map((sec) => sec * 1000));
    expect(asTable(adapt(byTime.get((END_SEC - 30) * 1000)!, END_SEC - 30))).toEqual(asTable(await windowOf({}, END_SEC - 30)));
  });
  it('detect the cluster and how often it is scraped', async () => {
    expect(clusterName(await vector(clusterNameQuery(OPTIONS.selector)))).toBe('east');
    expect(clusterName(await vector(clusterNameQuery('cluster="west"')))).toBe('west');
    expect(scrapeIntervalSec(await vector(scrapeIntervalQuery(OPTIONS.selector)))).toBe(SCRAPE_SEC);
    expect(scrapeIntervalSec(await vector(scrapeIntervalQuery('cluster="none"')))).toBeUndefined();
    expect(detectedMeshes(await vector(detectionQuery('cluster="west"')))).toEqual({ meshes: ['istio'], recordingRules: false });
  });
});
