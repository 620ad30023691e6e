/** A scrape target that counts as proxies do: fixed rates, both reporters, a histogram; counters follow the clock. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CountedEdge {
  source: string;
  target: string;
  requestsPerSecond: number;
  errorShare?: number;
  /** Every request takes this long. */
  latencyMs?: number;
}

export interface MeshTarget extends AsyncDisposable {
  /** host:port to scrape. */
  readonly address: string;
  edges: CountedEdge[];
  /** What is scraped was counted so long ago, as behind an agent or a federation. */
  lagMs: number;
}

const BOUNDS_MS = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];
export const CLUSTER = 'east';

function labelsOf({ source, target }: CountedEdge, reporter: string): Record<string, string> {
  const principal = (name: string) => `spiffe://cluster.local/ns/shop/sa/${name}`;
  return {
    reporter,
    source_workload: source,
    source_workload_namespace: 'shop',
    source_cluster: CLUSTER,
    source_principal: principal(source),
    source_canonical_service: source,
    source_canonical_revision: 'v1',
    destination_workload: target,
    destination_workload_namespace: 'shop',
    destination_cluster: CLUSTER,
    destination_principal: principal(target),
    destination_canonical_service: target,
    destination_canonical_revision: 'v1',
    destination_service: `${target}.shop.svc.cluster.local`,
    destination_service_name: target,
    destination_service_namespace: 'shop',
    request_protocol: 'http',
    connection_security_policy: reporter === 'destination' ? 'mutual_tls' : 'unknown',
  };
}

const line = (name: string, labels: Record<string, string>, value: number): string =>
  `${name}{${Object.entries(labels)
    .map(([key, text]) => `${key}="${text}"`)
    .join(',')}} ${value}`;

function edgeLines(edge: CountedEdge, seconds: number): string[] {
  const { requestsPerSecond, errorShare = 0, latencyMs = 20 } = edge;
  const requests = requestsPerSecond * seconds;
  return ['source', 'destination'].flatMap((reporter) => {
    const labels = labelsOf(edge, reporter);
    const duration = 'istio_request_duration_milliseconds';
    return [
      line('istio_requests_total', { ...labels, response_code: '200', response_flags: '-' }, requests * (1 - errorShare)),
      line('istio_requests_total', { ...labels, response_code: '503', response_flags: 'UH' }, requests * errorShare),
      ...[...BOUNDS_MS, Infinity].map((bound) =>
        line(`${duration}_bucket`, { ...labels, le: bound === Infinity ? '+Inf' : String(bound) }, latencyMs <= bound ? requests : 0),
      ),
      line(`${duration}_sum`, labels, requests * latencyMs),
      line(`${duration}_count`, labels, requests),
    ];
  });
}

/** What the proxies of these edges have counted after so many seconds. */
export const meshLines = (edges: readonly CountedEdge[], seconds: number): string[] => edges.flatMap((edge) => edgeLines(edge, seconds));

export async function startMeshTarget(edges: CountedEdge[]): Promise<MeshTarget> {
  const startedAt = Date.now();
  const target = { edges, lagMs: 0 };
  const server: Server = createServer((_request, response) => {
    const now = Date.now() - target.lagMs;
    const counted = meshLines(target.edges, (now - startedAt) / 1000 + 1000);
    // With the time of counting, so that rates are exact on a busy machine too, where the answer comes late.
    const lines = ['istio_build{component="proxy"} 1', ...counted.map((counter) => `${counter} ${now}`)];
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(`${lines.join('\n')}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(target, {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

export const scrapeConfig = (address: string, interval = '1s'): string =>
  `global: {scrape_interval: ${interval}}\nscrape_configs: [{job_name: mesh, static_configs: [{targets: ["${address}"]}]}]\n`;
