// A mesh of any size as Envoy reports it: steady counters, both reporters, all labels and all 20 histogram bounds.
// 2,000 workloads and 20,000 edges make some 930,000 series, the size that DESIGN's budget was measured at.

export const BOUNDS_MS = [
  '0.5',
  '1',
  '5',
  '10',
  '25',
  '50',
  '100',
  '250',
  '500',
  '1000',
  '2500',
  '5000',
  '10000',
  '30000',
  '60000',
  '300000',
  '600000',
  '1800000',
  '3600000',
  '+Inf',
];
const WORKLOADS_PER_NAMESPACE = 40;
/** A tenth of the edges answers a part of the requests with 503. */
const FAILING_SHARE = 0.1;

/** A small deterministic generator (mulberry32): the same mesh in every run. */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** @returns {{namespace: string, name: string}[]} */
export function workloads(count) {
  return Array.from({ length: count }, (_, index) => ({
    namespace: `team-${String(Math.floor(index / WORKLOADS_PER_NAMESPACE)).padStart(3, '0')}`,
    name: `service-${String(index).padStart(4, '0')}`,
  }));
}

/** Distinct pairs: most calls stay near, some cross the mesh; a few workloads are called by very many. */
export function edges(workloadCount, edgeCount, seed = 1) {
  const random = randomOf(seed);
  const all = workloads(workloadCount);
  const seen = new Set();
  const found = [];
  while (found.length < edgeCount) {
    const source = Math.floor(random() * workloadCount);
    const near = source + 1 + Math.floor(random() * WORKLOADS_PER_NAMESPACE);
    const target = random() < 0.7 ? near % workloadCount : Math.floor(workloadCount * random() ** 2);
    const key = source * workloadCount + target;
    if (source === target || seen.has(key)) continue;
    seen.add(key);
    found.push({
      source: all[source],
      target: all[target],
      requestsPerSecond: Math.round(100 * 10 ** (random() * 3 - 1)) / 100,
      latencyMs: 2 * 10 ** (random() * 2),
      failing: random() < FAILING_SHARE,
    });
  }
  return found;
}

function identityLabels(edge, reporter) {
  const principal = ({ namespace, name }) => `spiffe://cluster.local/ns/${namespace}/sa/${name}`;
  const side = (prefix, workload) => ({
    [`${prefix}_app`]: workload.name,
    [`${prefix}_canonical_revision`]: 'v1',
    [`${prefix}_canonical_service`]: workload.name,
    [`${prefix}_cluster`]: 'bench',
    [`${prefix}_principal`]: principal(workload),
    [`${prefix}_version`]: 'v1',
    [`${prefix}_workload`]: workload.name,
    [`${prefix}_workload_namespace`]: workload.namespace,
  });
  const reporting = reporter === 'source' ? edge.source : edge.target;
  return {
    ...side('source', edge.source),
    ...side('destination', edge.target),
    connection_security_policy: reporter === 'source' ? 'unknown' : 'mutual_tls',
    destination_service: `${edge.target.name}.${edge.target.namespace}.svc.cluster.local`,
    destination_service_name: edge.target.name,
    destination_service_namespace: edge.target.namespace,
    instance: '10.0.0.1:15020',
    job: 'istio',
    namespace: reporting.namespace,
    pod: `${reporting.name}-6d5f9c7b8d-x2x4z`,
    reporter,
    request_protocol: 'http',
  };
}

/** Share of requests at or under a bound, for a latency that is exponential about the mean. */
function shareUnder(bound, meanMs) {
  return bound === '+Inf' ? 1 : 1 - Math.exp(-Number(bound) / meanMs);
}

/** Every series of one edge: its labels and how much its counter grows a second. */
export function* edgeSeries(edge) {
  for (const reporter of ['source', 'destination']) {
    const identity = identityLabels(edge, reporter);
    const codes = edge.failing
      ? [
          ['200', 0.95],
          ['503', 0.05],
        ]
      : [['200', 1]];
    for (const [code, share] of codes) {
      const labels = { ...identity, response_code: code, response_flags: '-' };
      yield { labels: { ...labels, __name__: 'istio_requests_total' }, perSecond: edge.requestsPerSecond * share };
    }
    const labels = { ...identity, response_code: '200', response_flags: '-' };
    const name = 'istio_request_duration_milliseconds';
    for (const le of BOUNDS_MS) {
      yield { labels: { ...labels, __name__: `${name}_bucket`, le }, perSecond: edge.requestsPerSecond * shareUnder(le, edge.latencyMs) };
    }
    yield { labels: { ...labels, __name__: `${name}_sum` }, perSecond: edge.requestsPerSecond * edge.latencyMs };
    yield { labels: { ...labels, __name__: `${name}_count` }, perSecond: edge.requestsPerSecond };
  }
}
