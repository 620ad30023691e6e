import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrometheus, until, type Server } from '@observatory/testing';
import { startDemo, type RunningDemo } from '../src/index.js';
import { drawUnits, laneRandom } from '../src/traffic/draw.js';

const SEED = 7;
const WINDOW_SEC = 30;

let folder: string;
let demo: RunningDemo;
let prometheus: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-metrics-'));
  demo = await startDemo({ kubePort: 0, httpPort: 0, dataFolder: folder, seed: SEED });
  const config = await (await fetch(`${demo.httpUrl}/control/prometheus.yml`)).text();
  // Every second, so that a window of half a minute has samples enough to compare.
  prometheus = await startPrometheus({
    config: config.replace('scrape_interval: 5s', 'scrape_interval: 1s').replace('scrape_timeout: 4s', 'scrape_timeout: 1s'),
  });
});
afterAll(async () => {
  await prometheus?.[Symbol.asyncDispose]();
  await demo?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Row {
  readonly metric: Record<string, string>;
  readonly value: number;
}

async function query(promql: string, atSec?: number): Promise<Row[]> {
  const parameters = new URLSearchParams({ query: promql, ...(atSec === undefined ? {} : { time: String(atSec) }) });
  const response = await fetch(`${prometheus.url}/api/v1/query?${parameters}`);
  const body = (await response.json()) as {
    error?: string;
    data: { result: { metric: Record<string, string>; value: [number, string] }[] };
  };
  if (!response.ok) throw new Error(body.error);
  return body.data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
}

const one = async (promql: string, atSec?: number): Promise<number> => (await query(promql, atSec))[0]?.value ?? 0;

/** What the lane's requests were in the seconds up to `atSec`, by the simulation itself. */
function simulatedRps(laneId: string, atSec: number): number {
  let units = 0;
  for (let timeSec = atSec - WINDOW_SEC + 1; timeSec <= atSec; timeSec += 1) {
    const state = demo.mesh.engine.stateAt(timeSec).get(laneId)!;
    units += drawUnits(state, 1, laneRandom(SEED, state.lane, timeSec));
  }
  return units / WINDOW_SEC;
}

const control = (method: string, path: string, body?: string) => fetch(`${demo.httpUrl}/control${path}`, { method, body });

async function withFault(request: Record<string, unknown>, seen: () => Promise<void>): Promise<void> {
  const response = await control('POST', '/faults', JSON.stringify({ durationSec: 120, ...request }));
  const fault = (await response.json()) as { id: string };
  expect(response.status).toBe(201);
  try {
    await seen();
  } finally {
    expect((await control('DELETE', `/faults/${fault.id}`)).status).toBe(204);
  }
}

const reaches = (promql: string, test: (value: number) => boolean) =>
  until(async () => test(await one(promql)), { deadlineMs: 45_000, everyMs: 500, what: promql });

describe('a real Prometheus reading the demo', () => {
  it('finds every proxy and drops no sample', async () => {
    const targets = demo.mesh.cluster.pods.filter(({ workload }) => workload.mesh === 'istio' || workload.mesh === 'linkerd').length + 4;
    await until(async () => (await one('count(up == 1)')) === targets, { deadlineMs: 30_000, what: `${targets} targets up` });
  });

  it('has rates that agree with the simulation within 5 %', async () => {
    // Older than the window: what a series counted before its first sample is in no rate.
    await until(async () => (await one(`count_over_time(istio_build[${WINDOW_SEC}s] offset 15s)`)) >= WINDOW_SEC - 1, {
      deadlineMs: 90_000,
      everyMs: 500,
      what: 'samples from before the window',
    });
    const atSec = Math.floor(Date.now() / 1000) - 1;
    const lanes = demo.mesh.cluster.lanes.filter(
      ({ call, source, target }) => call.protocol !== 'tcp' && source.mesh === 'istio' && target !== null,
    );
    const compare = async (chosen: typeof lanes, selector: string) => {
      const simulated = chosen.reduce((sum, lane) => sum + simulatedRps(lane.id, atSec), 0);
      const measured = await one(`sum(rate(istio_requests_total{reporter="source"${selector}}[${WINDOW_SEC}s]))`, atSec);
      expect(Math.abs(measured / simulated - 1)).toBeLessThan(0.05);
    };
    await compare(lanes, ',destination_workload!="unknown"');
    const edge = lanes.filter(({ id }) => id === 'istio-ingress/istio-ingressgateway->shop/storefront:http>storefront');
    await compare(edge, ',destination_workload="storefront"');
    const both = await query(`sum by (reporter) (rate(istio_requests_total{destination_workload="storefront"}[${WINDOW_SEC}s]))`, atSec);
    const [first, second] = both.map(({ value }) => value);
    expect(both).toHaveLength(2);
    expect(Math.abs(first! / second! - 1)).toBeLessThan(0.05);
  });

  it('has every mesh in its own words', async () => {
    await until(async () => (await query('group by (reporter) (istio_requests_total)')).length === 3, {
      deadlineMs: 10_000,
      what: 'three reporters',
    });
    for (const selector of [
      'istio_requests_total{reporter="destination",source_workload="unknown",connection_security_policy="none"}',
      'istio_requests_total{destination_service_name="PassthroughCluster"}',
      'istio_requests_total{destination_service_name="BlackHoleCluster",response_code="502"}',
      'istio_requests_total{response_flags="UH",destination_workload="unknown"}',
      'istio_requests_total{destination_service_name="*.tracking.example",destination_service="eu.tracking.example"}',
      'istio_requests_total{request_protocol="grpc",grpc_response_status="0"}',
      'istio_tcp_sent_bytes_total{app="ztunnel",reporter="source",destination_workload="waypoint",destination_service_name="thumbnailer"}',
      'istio_tcp_sent_bytes_total{app="ztunnel",source_workload="legacy-reports",connection_security_policy="unknown"}',
      'response_total{direction="outbound",deployment="helpdesk",dst_deployment="tickets",tls="true"}',
      'response_total{direction="inbound",tls="no_identity",route_name="probe"}',
      'istio_agent_cert_expiry_seconds{resource_name="default"}',
      'citadel_server_root_cert_expiry_timestamp',
      'control_identity_cert_expiration_timestamp_seconds',
      'issuer_cert_ttl_seconds',
    ]) {
      await until(async () => (await one(`count(${selector})`)) > 0, { deadlineMs: 60_000, everyMs: 500, what: selector });
    }
  });
});

describe('each fault in the metrics', () => {
  const rate = (selector: string) => `sum(rate(istio_requests_total{${selector}}[10s]))`;

  it('errors', () =>
    withFault({ kind: 'errors', strength: 0.6 }, () =>
      reaches(
        `${rate('reporter="destination",destination_workload="catalog",response_code="500"')} / ${rate('reporter="destination",destination_workload="catalog"')}`,
        (share) => share > 0.4,
      ).then(() => undefined),
    ));

  it('latency, which callers feel too', () =>
    withFault({ kind: 'latency' }, async () => {
      const median = (workload: string) =>
        `histogram_quantile(0.5, sum by (le) (rate(istio_request_duration_milliseconds_bucket{reporter="destination",destination_workload=~"${workload}"}[10s])))`;
      await reaches(median('payments'), (ms) => ms > 200);
      await reaches(median('checkout-v1'), (ms) => ms > 250);
    }));

  it('spike', () =>
    withFault({ kind: 'spike', strength: 6 }, () =>
      reaches(
        `${rate('reporter="source",destination_workload="storefront"')} / ignoring() (${rate('reporter="source",destination_workload="images"')} * 2)`,
        (ratio) => ratio > 3.5,
      ).then(() => undefined),
    ));

  it('exfiltration', () =>
    withFault({ kind: 'exfiltration' }, () =>
      reaches(
        'sum(rate(istio_tcp_received_bytes_total{source_workload="accounts",destination_service_name="PassthroughCluster"}[10s]))',
        (bytes) => bytes > 1_000_000,
      ).then(() => undefined),
    ));

  it('scan', () =>
    withFault({ kind: 'scan' }, () =>
      reaches(
        'count(count by (destination_service_name) (rate(istio_requests_total{reporter="source",source_workload="recommendations"}[10s]) > 0))',
        (services) => services >= 8,
      ).then(() => undefined),
    ));

  it('lateral', () =>
    withFault({ kind: 'lateral' }, () =>
      reaches(
        'sum(rate(istio_tcp_sent_bytes_total{source_workload="recommendations",destination_workload="postgres"}[10s]))',
        (bytes) => bytes > 1000,
      ).then(() => undefined),
    ));

  it('expiring-cert', () =>
    withFault({ kind: 'expiring-cert' }, () =>
      reaches('max(istio_agent_cert_expiry_seconds{app="cart"})', (seconds) => seconds > 0 && seconds < 1810).then(() => undefined),
    ));

  it('stuck-rotation', () =>
    withFault({ kind: 'stuck-rotation' }, () =>
      reaches('max(istio_agent_cert_expiry_seconds{app="cart"}) / 86400', (share) => share > 0.2 && share < 0.26).then(() => undefined),
    ));

  it('policy-deny', () =>
    withFault({ kind: 'policy-deny' }, () =>
      reaches(rate('reporter="destination",destination_workload="payments",response_code="403"'), (denied) => denied > 0.5).then(
        () => undefined,
      ),
    ));

  it('refuses what makes no sense', async () => {
    for (const request of [{ kind: 'none' }, { kind: 'latency', target: 'shop/none' }, { kind: 'latency', durationSec: 1 }]) {
      expect((await control('POST', '/faults', JSON.stringify(request))).status).toBe(400);
    }
    expect((await control('DELETE', '/faults/none')).status).toBe(404);
    expect(demo.mesh.faults.list()).toEqual([]);
  });
});

describe('a policy that is applied', () => {
  it('turns an edge into 403s, and back when it is gone', async () => {
    const policy = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart-from-nobody, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  action: DENY
  rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/storefront]}}]}]
`;
    const edge = (code: string) =>
      `sum(rate(istio_requests_total{reporter="destination",source_workload="storefront",destination_workload="cart",response_code${code}}[5s])) or vector(0)`;
    expect((await control('POST', '/objects', policy)).status).toBe(200);
    await until(async () => (await one(edge('="403"'))) > 0.5 && (await one(edge('!="403"'))) === 0, {
      deadlineMs: 45_000,
      everyMs: 500,
      what: 'only 403s from storefront to cart',
    });
    expect(
      await one(
        'sum(rate(istio_requests_total{reporter="destination",source_workload="checkout-v1",destination_workload="cart",response_code="200"}[10s]))',
      ),
    ).toBeGreaterThan(0);
    expect((await control('DELETE', '/objects/AuthorizationPolicy/shop/cart-from-nobody')).status).toBe(200);
    await until(async () => (await one(edge('="200"'))) > 0.5 && (await one(edge('="403"'))) === 0, {
      deadlineMs: 45_000,
      everyMs: 500,
      what: '200s again',
    });
  });

  it('closes connections in ambient, with the flag DENY', async () => {
    const policy = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: index-closed, namespace: media}
spec: {selector: {matchLabels: {app: search-index}}, action: ALLOW}
`;
    await control('POST', '/objects', policy);
    await reaches(
      'sum(rate(istio_tcp_connections_closed_total{app="ztunnel",destination_workload="search-index",response_flags="DENY"}[15s]))',
      (rate) => rate > 0,
    );
    expect((await control('DELETE', '/objects/AuthorizationPolicy/media/index-closed')).status).toBe(200);
  });
});
