/**
 * What is asked of Prometheus in one window? A fixed set of mesh-wide sums, whatever the number of namespaces:
 * DESIGN §11 has what each costs. Metrics and their labels: Istio's standard metrics, linkerd2-proxy.
 * Invariant: at most nine queries for all meshes together, and every selector carries the operator's.
 */
import type { QuantileScope, QueriedMesh, ReportingSides, WindowQuery, WindowQueryOptions } from '../types.js';
import {
  ISTIO_EDGE_LABELS,
  ISTIO_REQUEST_LABELS,
  ISTIO_TCP_LABELS,
  LINKERD_EDGE_LABELS,
  LINKERD_RESPONSE_LABELS,
  LINKERD_TCP_LABELS,
} from './labels.js';
import { normalisedSelector, oneOf, series, sumOfRates, tagged, union } from './promql.js';
import { RECORDED, type RecordedMetric } from './recording-rules.js';

/** Kubelet probes, and scrapes of the proxy's own port, are not traffic of the mesh. */
export const LINKERD_NOT_TRAFFIC = ['target_port!="4191"', 'route_name!="probe"', 'authz_name!="probe"'];
const OUTBOUND = ['direction="outbound"', 'target_port!="4191"'];
/** Requests of clients out of the mesh: a meshed client's are counted where they go out. */
const INBOUND_UNMESHED = ['direction="inbound"', 'tls!="true"', ...LINKERD_NOT_TRAFFIC];
const DURATION = 'istio_request_duration_milliseconds';

interface Context {
  readonly selector: string;
  readonly rateWindowSec: number;
  readonly recorded: boolean;
}

/** One summed rate, computed or read from its rule. Rates of 0 are dropped where nothing hangs on them. */
function istioSum(context: Context, metric: RecordedMetric, labels: readonly string[], matchers: readonly string[]): string {
  // A rule may outlive the query's wish for labels, and several Prometheis may hold it: summing again keeps one row a key.
  if (context.recorded) return `sum by (${labels.join(',')}) (${series(RECORDED[metric], matchers, context.selector)})`;
  return sumOfRates(labels, series(metric, matchers, context.selector), context.rateWindowSec);
}

/** Matchers whose union reads one side of every edge, or both. */
function sideMatchers(sides: ReportingSides): string[] {
  if (sides === 'both') return [''];
  const sourceOnly = oneOf('destination_workload', [...new Set(['unknown', ...sides.sourceOnly])]);
  return ['reporter!="source"', `reporter="source",${sourceOnly}`];
}

function istioBySides(context: Context, sides: ReportingSides, parts: readonly [RecordedMetric, string][]): string {
  return union(
    parts.flatMap(([metric, tag]) =>
      sideMatchers(sides).map((side) => `${tagged(istioSum(context, metric, ISTIO_EDGE_LABELS, [side]), tag)} > 0`),
    ),
  );
}

function istioQueries(context: Context, sides: ReportingSides): WindowQuery[] {
  return [
    { name: 'istioRequests', promql: `${istioSum(context, 'istio_requests_total', ISTIO_REQUEST_LABELS, [])} > 0` },
    {
      name: 'istioDuration',
      promql: istioBySides(context, sides, [
        [`${DURATION}_sum`, 'sum'],
        [`${DURATION}_count`, 'count'],
      ]),
    },
    {
      name: 'istioBytes',
      promql: istioBySides(context, sides, [
        ['istio_request_bytes_sum', 'request'],
        ['istio_response_bytes_sum', 'response'],
      ]),
    },
  ];
}

/** Istio names TCP bytes from the server's side: `received` is what the source sent (istio/istio#32399). */
function istioTcpQuery(context: Context): WindowQuery {
  const part = (metric: RecordedMetric, tag: string) => `${tagged(istioSum(context, metric, ISTIO_TCP_LABELS, []), tag)} > 0`;
  return {
    name: 'istioTcp',
    promql: union([
      part('istio_tcp_received_bytes_total', 'request'),
      part('istio_tcp_sent_bytes_total', 'response'),
      part('istio_tcp_connections_opened_total', 'opened'),
    ]),
  };
}

/** Buckets of 0 are kept: a quantile is interpolated from the empty bucket below. */
function istioBucketQuery(context: Context, sides: ReportingSides, workloads: readonly string[] | undefined): WindowQuery {
  const labels = [...ISTIO_EDGE_LABELS, 'le'];
  const slice = workloads === undefined ? '' : oneOf('destination_workload', workloads);
  const parts = sideMatchers(sides).map((side) => istioSum(context, `${DURATION}_bucket`, labels, [side, slice]));
  return { name: 'istioBuckets', promql: union(parts) };
}

function linkerdQueries({ selector, rateWindowSec }: Context): WindowQuery[] {
  const sum = (labels: readonly string[], metric: string, matchers: readonly string[]) =>
    sumOfRates(labels, series(metric, matchers, selector), rateWindowSec);
  const responses = [OUTBOUND, INBOUND_UNMESHED].map((matchers) => `${sum(LINKERD_RESPONSE_LABELS, 'response_total', matchers)} > 0`);
  const latency = ['sum', 'count'].map((tag) => `${tagged(sum(LINKERD_EDGE_LABELS, `response_latency_ms_${tag}`, OUTBOUND), tag)} > 0`);
  // Every byte is counted at both peers; `dst` is the side of the network.
  const tcp = (
    [
      ['tcp_write_bytes_total', 'request'],
      ['tcp_read_bytes_total', 'response'],
      ['tcp_open_total', 'opened'],
    ] as const
  ).map(([metric, tag]) => `${tagged(sum(LINKERD_TCP_LABELS, metric, [...OUTBOUND, 'peer="dst"']), tag)} > 0`);
  return [
    { name: 'linkerdResponses', promql: union(responses) },
    { name: 'linkerdLatency', promql: union(latency) },
    { name: 'linkerdTcp', promql: union(tcp) },
  ];
}

function linkerdBucketQuery({ selector, rateWindowSec }: Context, workloads: readonly string[] | undefined): WindowQuery {
  const labels = [...LINKERD_EDGE_LABELS, 'le'];
  // An owner has one kind; the slice is looked for in each, and a row that matches one has no other.
  const slices =
    workloads === undefined
      ? ['']
      : ['deployment', 'statefulset', 'daemonset', 'replicaset'].map((kind) => oneOf(`dst_${kind}`, workloads));
  const parts = slices.map((slice) =>
    sumOfRates(labels, series('response_latency_ms_bucket', [...OUTBOUND, slice], selector), rateWindowSec),
  );
  return { name: 'linkerdBuckets', promql: union(parts) };
}

const wantsIstio = (meshes: readonly QueriedMesh[]) => meshes.includes('istio') || meshes.includes('ambient');

function bucketQueries(options: WindowQueryOptions, context: Context, scope: Exclude<QuantileScope, 'none'>): WindowQuery[] {
  const workloads = scope === 'all' ? undefined : [...new Set(scope.workloads)].filter((name) => name !== '');
  if (workloads?.length === 0) return [];
  const rateWindowSec = (scope === 'all' ? undefined : scope.rateWindowSec) ?? context.rateWindowSec;
  const own = { ...context, rateWindowSec };
  const sides = options.sides ?? 'both';
  // The matcher for whom only the source reports is narrowed to the slice: Prometheus reads nothing in vain.
  const narrowed =
    sides === 'both' || workloads === undefined ? sides : { sourceOnly: sides.sourceOnly.filter((name) => workloads.includes(name)) };
  return [
    ...(wantsIstio(options.meshes) ? [istioBucketQuery(own, narrowed, workloads)] : []),
    ...(options.meshes.includes('linkerd') ? [linkerdBucketQuery(own, workloads)] : []),
  ];
}

/** Every query of one window of one cluster. The order is that of their worth: what comes first is needed most. */
export function windowQueries(options: WindowQueryOptions): WindowQuery[] {
  const context: Context = {
    selector: normalisedSelector(options.selector),
    rateWindowSec: options.rateWindowSec,
    recorded: options.from === 'recordingRules',
  };
  return [
    ...(wantsIstio(options.meshes) ? [...istioQueries(context, options.sides ?? 'both'), istioTcpQuery(context)] : []),
    ...(options.meshes.includes('linkerd') ? linkerdQueries(context) : []),
    ...(options.quantiles === 'none' ? [] : bucketQueries(options, context, options.quantiles)),
  ];
}

/** Only the buckets of the edges to one workload, of both sides: cheap (10 ms), for what somebody looks at. */
export function workloadQuantileQueries(
  options: Omit<WindowQueryOptions, 'quantiles' | 'sides'> & { readonly namespace: string; readonly name: string },
): WindowQuery[] {
  const selector = normalisedSelector(options.selector);
  const narrowed = (label: string) => [`${label}=${JSON.stringify(options.namespace)}`, selector].filter(Boolean).join(',');
  const only = (mesh: (mesh: QueriedMesh) => boolean, label: string) =>
    windowQueries({
      ...options,
      meshes: options.meshes.filter(mesh),
      selector: narrowed(label),
      quantiles: { workloads: [options.name] },
    }).filter(({ name }) => name === 'istioBuckets' || name === 'linkerdBuckets');
  return [...only((mesh) => mesh !== 'linkerd', 'destination_workload_namespace'), ...only((mesh) => mesh === 'linkerd', 'dst_namespace')];
}
