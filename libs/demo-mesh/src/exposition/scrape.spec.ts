import { Cluster } from '../model/cluster.js';
import { Counters, ISTIO_BOUNDS_MS } from '../traffic/counters.js';
import { ALLOWED, CALM, type Influence } from '../traffic/influence.js';
import { meshState } from '../traffic/state.js';
import { writeTraffic } from './scrape.js';
import { GroupCache, type Metric, type SeriesGroup } from './series.js';
import { isScraped, targetLabels } from './targets.js';

const cluster = new Cluster();
const START_SEC = Date.parse('2026-03-04T12:00:00Z') / 1000;

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

function read(group: SeriesGroup, metric: Metric, value: number): Sample {
  const labels = Object.fromEntries(
    Array.from(`${group.labels}${metric.tail}`.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g), ([, name, text]) => [name!, text!]),
  );
  return { name: metric.head.slice(0, -1), labels, value };
}

/** Everything that all pods say after ten minutes. */
function expose(influence: Influence = CALM): Sample[] {
  const counters = new Counters(7);
  for (let timeSec = START_SEC; timeSec < START_SEC + 600; timeSec += 10) {
    counters.advance(meshState({ cluster, lanes: cluster.lanes, timeSec, seed: 7, influence }), timeSec, 10);
  }
  return cluster.pods.filter(isScraped).flatMap((pod) => {
    const samples: Sample[] = [];
    const sink = (group: SeriesGroup, metric: Metric, value: number) => {
      const sample = read(group, metric, value);
      samples.push({ ...sample, labels: { ...sample.labels, ...targetLabels(cluster, pod) } });
    };
    writeTraffic({ cluster, counters, groups: new GroupCache(), sink, podCount: ({ replicas }) => replicas }, pod);
    return samples;
  });
}

const matches = (sample: Sample, name: string, labels: Record<string, string | undefined>): boolean =>
  sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value);
const sum = (samples: readonly Sample[], name: string, labels: Record<string, string | undefined>): number =>
  samples.filter((sample) => matches(sample, name, labels)).reduce((total, { value }) => total + value, 0);

const samples = expose();

describe('what the proxies say', () => {
  it('has every series once', () => {
    const seen = new Set<string>();
    for (const { name, labels } of samples) {
      // By route Linkerd counts over all endpoints, and by loopback over all clients: a scrape sums these.
      if (/^(route|outbound_\w+_route)_/.test(name) || labels.no_tls_reason === 'loopback') continue;
      const key = `${name}${JSON.stringify(Object.entries(labels).toSorted())}`;
      expect(seen.has(key) ? key : '').toBe('');
      seen.add(key);
    }
  });

  it('has finite values, and histograms that only grow with their bounds', () => {
    expect(samples.filter(({ value }) => !Number.isFinite(value) || value < 0)).toEqual([]);
    const buckets = new Map<string, { bound: number; value: number }[]>();
    for (const { name, labels, value } of samples) {
      if (!name.endsWith('_bucket')) continue;
      const { le, ...series } = labels;
      const key = name + JSON.stringify(series);
      buckets.set(key, [...(buckets.get(key) ?? []), { bound: le === '+Inf' ? Infinity : Number(le), value }]);
    }
    for (const [key, entries] of buckets) {
      const values = entries.toSorted((a, b) => a.bound - b.bound).map(({ value }) => value);
      expect({ key, values }).toEqual({ key, values: values.toSorted((a, b) => a - b) });
    }
  });

  it("has Istio's labels and bounds", () => {
    const request = samples.find((sample) =>
      matches(sample, 'istio_requests_total', {
        reporter: 'destination',
        source_workload: 'storefront',
        destination_workload: 'catalog',
        response_code: '200',
      }),
    );
    expect(request!.labels).toMatchObject({
      source_canonical_service: 'storefront',
      source_canonical_revision: 'v1',
      source_workload_namespace: 'shop',
      source_app: 'storefront',
      source_version: 'v1',
      source_cluster: 'demo',
      source_principal: 'spiffe://cluster.local/ns/shop/sa/storefront',
      destination_principal: 'spiffe://cluster.local/ns/shop/sa/catalog',
      destination_canonical_revision: 'v3',
      destination_service: 'catalog.shop.svc.cluster.local',
      destination_service_name: 'catalog',
      destination_service_namespace: 'shop',
      request_protocol: 'http',
      response_flags: '-',
      connection_security_policy: 'mutual_tls',
      namespace: 'shop',
      app: 'catalog',
    });
    const bounds = samples
      .filter(
        (sample) =>
          sample.name === 'istio_request_duration_milliseconds_bucket' &&
          sample.labels.pod === request!.labels.pod &&
          matches(sample, sample.name, {
            source_workload: 'storefront',
            response_code: '200',
            reporter: 'destination',
            destination_workload: 'catalog',
          }),
      )
      .map(({ labels }) => labels.le);
    expect(bounds).toEqual([...ISTIO_BOUNDS_MS.map(String), '+Inf']);
  });

  it('counts a request of two sidecars once at each end', () => {
    const edge = { source_workload: 'storefront', destination_workload: 'catalog' };
    const source = sum(samples, 'istio_requests_total', { ...edge, reporter: 'source' });
    const destination = sum(samples, 'istio_requests_total', { ...edge, reporter: 'destination' });
    const unreached = sum(samples, 'istio_requests_total', { ...edge, reporter: 'source', response_flags: 'URX,UF' });
    expect(source).toBeGreaterThan(5000);
    expect(source - unreached).toBe(destination);
  });

  const present = (name: string, labels: Record<string, string | undefined>, expected: boolean) =>
    expect({ name, labels, present: samples.some((sample) => matches(sample, name, labels)) }).toEqual({ name, labels, present: expected });

  it('reports from the ends that have a proxy, and only those', () => {
    present('istio_requests_total', { reporter: 'source', destination_workload: 'erp-bridge', destination_principal: 'unknown' }, true);
    present('istio_requests_total', { reporter: 'destination', destination_workload: 'erp-bridge' }, false);
    present(
      'istio_requests_total',
      {
        reporter: 'destination',
        source_workload: 'unknown',
        destination_workload: 'catalog',
        connection_security_policy: 'none',
        source_canonical_revision: 'latest',
      },
      true,
    );
    present('istio_requests_total', { source_workload: 'legacy-reports' }, false);
    present('istio_requests_total', { reporter: 'source', source_workload: 'istio-ingressgateway', destination_workload: 'images' }, true);
    present('istio_requests_total', { reporter: 'destination', destination_workload: 'images' }, false);
    present('istio_requests_total', { reporter: 'destination', source_workload: 'search', destination_workload: 'catalog' }, true);
    present('istio_requests_total', { reporter: 'source', source_workload: 'search' }, false);
    present('istio_requests_total', { reporter: 'destination', destination_workload: 'istio-ingressgateway' }, false);
  });

  it('says unknown where a source cannot know', () => {
    expect(
      samples.filter(
        ({ name, labels }) =>
          name === 'istio_requests_total' && labels.reporter === 'source' && labels.connection_security_policy !== 'unknown',
      ),
    ).toEqual([]);
    present(
      'istio_requests_total',
      {
        response_flags: 'UH',
        destination_workload: 'unknown',
        destination_cluster: 'unknown',
        destination_service_name: 'promotions',
        destination_service_namespace: 'shop',
      },
      true,
    );
    present('istio_requests_total', { response_flags: 'NR', response_code: '404', destination_service: 'unknown' }, true);
    present(
      'istio_requests_total',
      {
        destination_service_name: 'PassthroughCluster',
        destination_service: 'breach-check.example',
        destination_service_namespace: 'unknown',
      },
      true,
    );
    present('istio_tcp_sent_bytes_total', { destination_service_name: 'PassthroughCluster', destination_service: 'unknown' }, true);
    present('istio_requests_total', { response_code: '0', response_flags: 'DC' }, true);
  });

  it('shows both legs of the waypoint, and its own word once', () => {
    present(
      'istio_requests_total',
      { reporter: 'waypoint', source_workload: 'images', destination_workload: 'thumbnailer', connection_security_policy: 'mutual_tls' },
      true,
    );
    present(
      'istio_tcp_sent_bytes_total',
      {
        app: 'ztunnel',
        reporter: 'source',
        source_workload: 'images',
        destination_workload: 'waypoint',
        destination_service_name: 'thumbnailer',
      },
      true,
    );
    present(
      'istio_tcp_sent_bytes_total',
      { app: 'ztunnel', reporter: 'destination', source_workload: 'waypoint', destination_workload: 'thumbnailer' },
      true,
    );
    present('istio_tcp_sent_bytes_total', { app: 'ztunnel', connection_security_policy: 'none' }, false);
  });

  it("tells of Linkerd's requests again by route, and of bytes at both peers", () => {
    const requests = sum(samples, 'response_total', { direction: 'outbound', deployment: 'helpdesk', dst_deployment: 'tickets' });
    expect(requests).toBeGreaterThan(100);
    expect(sum(samples, 'route_response_total', { deployment: 'helpdesk', dst: 'tickets.support.svc.cluster.local:8080' })).toBe(requests);
    expect(
      sum(samples, 'response_total', {
        direction: 'inbound',
        deployment: 'tickets',
        client_id: 'helpdesk.support.serviceaccount.identity.linkerd.cluster.local',
      }),
    ).toBe(
      requests -
        sum(samples, 'response_total', { direction: 'outbound', deployment: 'helpdesk', dst_deployment: 'tickets', error: 'unexpected' }),
    );
    present(
      'response_total',
      {
        direction: 'outbound',
        dst_deployment: 'accounts',
        tls: 'no_identity',
        no_tls_reason: 'not_provided_by_service_discovery',
        server_id: undefined,
      },
      true,
    );
    present('response_total', { direction: 'inbound', deployment: 'helpdesk', tls: 'no_identity', client_id: undefined }, true);
    present('tcp_write_bytes_total', { direction: 'outbound', peer: 'dst', dst_statefulset: 'tickets-db' }, true);
    present('tcp_read_bytes_total', { direction: 'outbound', peer: 'src', no_tls_reason: 'loopback' }, true);
  });
});

describe('what the proxies say of refusals', () => {
  const refused = (name: string, layer: 'http' | 'connection'): Influence => ({
    ...CALM,
    refusal: (lane) => (lane.target?.name === name ? { ...ALLOWED, deniedShare: 1, layer } : ALLOWED),
  });

  it('answers 403 at both ends', () => {
    const denied = expose(refused('payments', 'http'));
    expect(sum(denied, 'istio_requests_total', { destination_workload: 'payments', response_code: '200' })).toBe(0);
    for (const reporter of ['source', 'destination'])
      expect(sum(denied, 'istio_requests_total', { destination_workload: 'payments', response_code: '403', reporter })).toBeGreaterThan(50);
  });

  it('closes in ambient with DENY', () => {
    const denied = expose(refused('search-index', 'connection'));
    const closed = { app: 'ztunnel', reporter: 'destination', destination_workload: 'search-index' };
    expect(sum(denied, 'istio_tcp_connections_closed_total', { ...closed, response_flags: 'DENY' })).toBeGreaterThan(10);
    expect(sum(denied, 'istio_tcp_sent_bytes_total', closed)).toBe(0);
  });

  it('resets HTTP clients of an ambient server', () => {
    const denied = expose(refused('images', 'connection'));
    expect(
      sum(denied, 'istio_requests_total', {
        source_workload: 'istio-ingressgateway',
        destination_workload: 'images',
        response_code: '503',
        response_flags: 'URX,UF',
      }),
    ).toBeGreaterThan(1000);
    expect(
      sum(denied, 'istio_requests_total', {
        source_workload: 'istio-ingressgateway',
        destination_workload: 'images',
        response_code: '200',
      }),
    ).toBe(0);
  });
});
