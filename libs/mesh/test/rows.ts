/** Rows as Prometheus answers them, and samples in short, for tables of tests. */
import { edgeId, nodeId, type EdgeSample, type EndpointIdentity } from '@observatory/contracts';
import { adaptWindow, type AdaptOptions, type PromSample, type WindowVectors } from '../src/index.js';

export const AT = '2026-03-01T10:00:00.000Z';
export const OPTIONS: AdaptOptions = { cluster: 'east', at: AT, rateWindowSec: 60 };

export const principal = (namespace: string, account: string): string => `spiffe://cluster.local/ns/${namespace}/sa/${account}`;

type Labels = Record<string, string | undefined>;

/** `shop/web` as labels of one end; 'unknown' as Envoy writes an end without metadata. */
function end(prefix: 'source' | 'destination', who: string): Labels {
  const [namespace, name] = who === 'unknown' ? ['unknown', 'unknown'] : (who.split('/') as [string, string]);
  return {
    [`${prefix}_workload`]: name,
    [`${prefix}_workload_namespace`]: namespace,
    [`${prefix}_cluster`]: who === 'unknown' ? 'unknown' : 'east',
    [`${prefix}_canonical_service`]: name,
    [`${prefix}_canonical_revision`]: who === 'unknown' ? 'unknown' : 'v1',
    [`${prefix}_principal`]: who === 'unknown' ? 'unknown' : principal(namespace, name),
  };
}

/** `cart.shop` as labels of a Kubernetes service; undefined as `unknown`. */
function service(name: string | undefined): Labels {
  if (name === undefined)
    return { destination_service: 'unknown', destination_service_name: 'unknown', destination_service_namespace: 'unknown' };
  const [short, namespace] = name.split('.') as [string, string];
  return {
    destination_service: `${short}.${namespace}.svc.cluster.local`,
    destination_service_name: short,
    destination_service_namespace: namespace,
  };
}

const clean = (labels: Labels): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== undefined));

export type Reporter = 'source' | 'destination' | 'waypoint';

/** A row of istio_requests_total: from, to, per second, what differs from a good HTTP request to `to`'s service. */
export function http(reporter: Reporter, from: string, to: string, value: number, labels: Labels = {}): PromSample {
  const [namespace, name] = to.split('/');
  return {
    value,
    metric: clean({
      reporter,
      ...end('source', from),
      ...end('destination', to),
      ...service(to === 'unknown' ? undefined : `${name}.${namespace}`),
      request_protocol: 'http',
      response_code: '200',
      response_flags: '-',
      connection_security_policy: reporter === 'source' ? 'unknown' : 'mutual_tls',
      ...labels,
    }),
  };
}

export const toService = (name: string): Labels => service(name);
export const toHost = (host: string, name: string, namespace = 'unknown'): Labels => ({
  destination_service: host,
  destination_service_name: name,
  destination_service_namespace: namespace,
});

/** A row of the TCP query. `part` is request or response bytes, or opened connections. */
export function tcp(
  part: 'request' | 'response' | 'opened',
  reporter: Reporter,
  ends: readonly [string, string],
  value: number,
  labels: Labels = {},
): PromSample {
  return http(reporter, ends[0], ends[1], value, {
    request_protocol: undefined,
    response_code: undefined,
    metric: part,
    app: 'web',
    ...labels,
  });
}
export const ztunnel = (
  part: 'request' | 'response' | 'opened',
  reporter: Reporter,
  ends: readonly [string, string],
  value: number,
  labels: Labels = {},
) => tcp(part, reporter, ends, value, { app: 'ztunnel', connection_security_policy: 'mutual_tls', ...labels });

/** A part of the duration or bytes query: sum, count, request, response. */
export const measure = (part: string, reporter: Reporter, ends: readonly [string, string], value: number, labels: Labels = {}) =>
  http(reporter, ends[0], ends[1], value, { metric: part, ...labels });

/** Cumulative buckets from `[le, rate]` pairs. */
export const buckets = (
  reporter: Reporter,
  ends: readonly [string, string],
  rates: readonly (readonly [string, number])[],
  labels: Labels = {},
) => rates.map(([le, value]) => http(reporter, ends[0], ends[1], value, { le, ...labels }));

const round = (value: number): number => Number(value.toPrecision(6));
const who = ({ kind, namespace, name, role }: EndpointIdentity) =>
  `${kind === 'workload' ? '' : `${kind}:`}${namespace === '' ? '' : `${namespace}/`}${name}${role === undefined ? '' : `(${role})`}`;

/** `shop/web > shop/cart http cart.shop` */
export const nameOf = (sample: EdgeSample): string => {
  const host = sample.destinationService?.host.replace('.svc.cluster.local', '') ?? '-';
  return `${who(sample.source)} > ${who(sample.target)} ${sample.protocol} ${host}`;
};

/** What a table wants to compare, rounded. */
export function short(sample: EdgeSample): Record<string, unknown> {
  const responses = sample.responses.map(({ code, flags, grpcStatus, requestsPerSecond, outcome }) =>
    [code, flags, ...(grpcStatus === undefined ? [] : [`grpc ${grpcStatus}`]), outcome, round(requestsPerSecond)].join(' '),
  );
  return {
    mesh: sample.mesh,
    requests: round(sample.requestsPerSecond),
    errors: round(sample.errorsPerSecond),
    clientErrors: round(sample.clientErrorsPerSecond),
    responses: responses.sort(),
    sent: round(sample.sentBytesPerSecond),
    received: round(sample.receivedBytesPerSecond),
    connections: sample.connectionsPerSecond === undefined ? undefined : round(sample.connectionsPerSecond),
    mtls: [round(sample.mutualTlsPerSecond), round(sample.plaintextPerSecond)],
    latency: sample.latencyCountPerSecond === undefined ? undefined : round(sample.latencySumMsPerSecond! / sample.latencyCountPerSecond),
    histogram: sample.latency?.perSecond.map(round),
    reporters: sample.reporters.join(),
    principals: [sample.sourcePrincipal, sample.destinationPrincipal],
  };
}

/** Edges by name, each with the fields that `expected` names for it; problems as `code count`. */
export function checkWindow(
  vectors: WindowVectors,
  expected: Record<string, Record<string, unknown>>,
  options: Partial<AdaptOptions> & { problems?: string[] } = {},
): void {
  const { problems: expectedProblems = [], ...adapt } = options;
  const { edges, problems } = adaptWindow(vectors, { ...OPTIONS, ...adapt });
  const found = Object.fromEntries(edges.map((edge) => [nameOf(edge), short(edge)]));
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
  expect(edges).toHaveLength(Object.keys(found).length);
  for (const [name, fields] of Object.entries(expected)) expect({ name, ...found[name] }).toMatchObject({ name, ...fields });
  expect(problems.map(({ code, count }) => `${code} ${count}`).sort()).toEqual(expectedProblems);
}

const workload = (id: string): EndpointIdentity => {
  const [namespace, name] = id.split('/') as [string, string];
  return { kind: 'workload', cluster: 'east', namespace, name };
};

/** A sample of one edge between workloads, `shop/web` > `shop/cart`, with what a test cares for. */
export function sample(from: string | EndpointIdentity, to: string | EndpointIdentity, fields: Partial<EdgeSample> = {}): EdgeSample {
  const source = typeof from === 'string' ? workload(from) : from;
  const target = typeof to === 'string' ? workload(to) : to;
  const protocol = fields.protocol ?? 'http';
  const idOf = ({ kind, cluster, namespace, name }: EndpointIdentity) => nodeId(kind, cluster, namespace, name);
  return {
    id: edgeId(idOf(source), idOf(target), protocol, fields.destinationService?.host ?? ''),
    source,
    target,
    protocol,
    mesh: 'istio',
    responses: [],
    requestsPerSecond: 0,
    errorsPerSecond: 0,
    clientErrorsPerSecond: 0,
    sentBytesPerSecond: 0,
    receivedBytesPerSecond: 0,
    mutualTlsPerSecond: 0,
    plaintextPerSecond: 0,
    reporters: ['source', 'destination'],
    ...fields,
  };
}
