/**
 * Which nodes and edges do the samples of a span and the objects of Kubernetes make? One node per workload, app, versioned
 * app or service, one edge per pair and protocol, rates summed.
 * Invariant: ratios are quotients of sums; a node without traffic is idle.
 */
import { edgeId, nodeId, type EdgeSample, type EndpointIdentity, type GraphKind, type NodeKind, type ResponseRate, type Topology, type TopologyDelta, type TopologyDiff, type TopologyEdge, type TopologyExportReply, type TopologyNode } from '@observatory/contracts';
import { mergeAllHistograms, quantile, type GraphObjects, type MeshGraph, type WorkloadFacts } from '@observatory/mesh';

export interface BuildGraphOptions {
  readonly samples: readonly EdgeSample[];
  readonly windowSec: number;
  readonly graph: GraphKind;
  readonly objects?: GraphObjects;
}

const MIN_REQUESTS = 20;
const DEGRADED_RATIO = 0.001;
const FAILING_RATIO = 0.1;

interface Sums {
  requests: number;
  errors: number;
  bytes: number;
}
interface Draft {
  readonly node: TopologyNode;
  readonly in: Sums;
  readonly out: Sums;
}
type Who = Pick<TopologyNode, 'kind' | 'cluster' | 'namespace' | 'name' | 'app' | 'version' | 'role'>;

function seenAs(kind: GraphKind, who: Who): { id: string; who: Who } {
  const { cluster, namespace, name, app = name, version } = who;
  const as = (nodeKind: NodeKind, label: string, suffix?: string) => ({
    id: nodeId(nodeKind, cluster, namespace, label, suffix), who: { ...who, kind: nodeKind, name: label },
  });
  if (who.kind !== 'workload' || kind === 'workload' || kind === 'service') return as(who.kind, name);
  if (kind === 'app') return as('app', app);
  return as('app', app, version ?? 'unknown');
}

function draftOf(drafts: Map<string, Draft>, kind: GraphKind, who: Who): Draft & { id: string } {
  const { id, who: seen } = seenAs(kind, who);
  let draft = drafts.get(id);
  if (!draft) {
    const rates = { requestsPerSecond: 0, errorRatio: null, bytesPerSecond: 0 };
    const node: TopologyNode = { ...seen, id, mesh: 'none', idle: true, health: { state: 'unknown', reasons: [] }, in: rates, out: { ...rates } };
    draft = { node, in: { requests: 0, errors: 0, bytes: 0 }, out: { requests: 0, errors: 0, bytes: 0 } };
    drafts.set(id, draft);
  }
  return { ...draft, id };
}

function identityOf({ kind, cluster, namespace, name, app, version, role }: EndpointIdentity, facts: WorkloadFacts | undefined): Who {
  const known = { app: app ?? facts?.app, version: version ?? facts?.version, role: role ?? facts?.role };
  return { kind, cluster, namespace, name, ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) };
}

function addTo(sums: Sums, sample: EdgeSample): void {
  sums.requests += sample.requestsPerSecond;
  sums.errors += sample.errorsPerSecond;
  sums.bytes += sample.sentBytesPerSecond + sample.receivedBytesPerSecond;
}

const factKey = ({ cluster, namespace, name }: { cluster: string; namespace: string; name: string }) => `${cluster}/${namespace}/${name}`;

export function buildGraph({ samples, windowSec, graph, objects = { workloads: [], services: [] } }: BuildGraphOptions): MeshGraph {
  const drafts = new Map<string, Draft>();
  const facts = new Map(objects.workloads.map((workload) => [factKey(workload), workload]));
  const edges = new Map<string, EdgeSample[]>();
  for (const sample of samples) {
    const source = draftOf(drafts, graph, identityOf(sample.source, facts.get(factKey(sample.source))));
    const service = graph === 'service' ? sample.destinationService : undefined;
    const target = draftOf(drafts, graph, service ? { kind: 'service', ...service } : identityOf(sample.target, facts.get(factKey(sample.target))));
    addTo(source.out, sample);
    addTo(target.in, sample);
    for (const { node } of [source, target]) Object.assign(node, { idle: false, mesh: node.mesh === 'none' ? sample.mesh : node.mesh });
    const id = edgeId(source.id, target.id, sample.protocol);
    edges.set(id, [...(edges.get(id) ?? []), sample]);
  }
  for (const workload of objects.workloads) {
    if (graph !== 'service') Object.assign(draftOf(drafts, graph, { kind: 'workload', ...workload }).node, describe(workload));
  }
  return {
    nodes: Array.from(drafts.values(), (draft) => finished(draft, windowSec)),
    edges: Array.from(edges, ([id, of]) => edgeOf(id, of)),
  };
}

function describe({ mesh, services, replicas, serviceAccount }: WorkloadFacts): Partial<TopologyNode> {
  return Object.fromEntries(Object.entries({ mesh, services, replicas, serviceAccount }).filter(([, value]) => value !== undefined));
}

function finished({ node, in: incoming, out }: Draft, windowSec: number): TopologyNode {
  const rates = ({ requests, errors, bytes }: Sums) => ({ requestsPerSecond: requests, errorRatio: requests > 0 ? Math.min(1, errors / requests) : null, bytesPerSecond: bytes });
  const enough = incoming.requests * windowSec >= MIN_REQUESTS;
  const ratio = enough ? incoming.errors / incoming.requests : 0;
  const reasons: string[] = [];
  if (ratio > DEGRADED_RATIO) reasons.push(`${(ratio * 100).toFixed(1)} % of requests fail`);
  const { replicas } = node;
  if (replicas && replicas.ready < replicas.desired) reasons.push(`${replicas.ready} of ${replicas.desired} replicas are ready`);
  const failing = ratio >= FAILING_RATIO || (replicas !== undefined && replicas.desired > 0 && replicas.ready === 0);
  const state = failing ? 'failing' : reasons.length > 0 ? 'degraded' : node.idle ? 'idle' : 'healthy';
  return { ...node, in: rates(incoming), out: rates(out), health: { state, reasons } };
}

function edgeOf(id: string, samples: readonly EdgeSample[]): TopologyEdge {
  const sum = (value: (sample: EdgeSample) => number | undefined) => samples.reduce((total, sample) => total + (value(sample) ?? 0), 0);
  const [requests, secured] = [sum((s) => s.requestsPerSecond), sum((s) => s.mutualTlsPerSecond + s.plaintextPerSecond)];
  const first = samples[0] as EdgeSample;
  const share = (part: number) => (requests > 0 ? Math.min(1, part / requests) : null);
  const [source, target] = id.split('~~') as [string, string];
  const counted = sum((s) => s.latencyCountPerSecond);
  const histogram = mergeAllHistograms(samples.flatMap(({ latency }) => latency ?? []));
  const at = (q: number) => (histogram ? quantile(histogram, q) : undefined);
  const quantiles = Object.fromEntries(Object.entries({ p50: at(0.5), p95: at(0.95), p99: at(0.99), quantilesAt: histogram?.readAt }).filter(([, value]) => value !== undefined));
  return {
    id,
    source,
    target,
    ...(samples.length === 1 && first.destinationService ? { destinationService: first.destinationService } : {}),
    protocol: first.protocol,
    requestsPerSecond: requests,
    errorRatio: share(sum((s) => s.errorsPerSecond)),
    clientErrorRatio: share(sum((s) => s.clientErrorsPerSecond)),
    responses: responsesOf(samples),
    ...(counted > 0 ? { latencyMs: { mean: sum((s) => s.latencySumMsPerSecond) / counted, ...quantiles } } : {}),
    sentBytesPerSecond: sum((s) => s.sentBytesPerSecond),
    receivedBytesPerSecond: sum((s) => s.receivedBytesPerSecond),
    ...(first.protocol === 'tcp' ? { connectionsPerSecond: sum((s) => s.connectionsPerSecond) } : {}),
    mtls: {
      ratio: secured > 0 ? sum((s) => s.mutualTlsPerSecond) / secured : null,
      ...(first.sourcePrincipal ? { sourcePrincipal: first.sourcePrincipal } : {}),
      ...(first.destinationPrincipal ? { destinationPrincipal: first.destinationPrincipal } : {}),
    },
    reporters: [...new Set(samples.flatMap(({ reporters }) => reporters))],
  };
}

function responsesOf(samples: readonly EdgeSample[]): TopologyEdge['responses'] {
  const byKind = new Map<string, Omit<ResponseRate, 'outcome'>>();
  for (const { outcome: _, ...response } of samples.flatMap(({ responses }) => responses)) {
    const key = `${response.code} ${response.grpcStatus ?? ''} ${response.flags}`;
    const known = byKind.get(key);
    byKind.set(key, { ...response, requestsPerSecond: response.requestsPerSecond + (known?.requestsPerSecond ?? 0) });
  }
  return [...byKind.values()];
}

export function filterGraph({ nodes, edges }: MeshGraph, filter: { namespaces?: readonly string[]; cluster?: string | undefined; idle?: boolean }): MeshGraph {
  const { namespaces = [], cluster, idle = true } = filter;
  const inScope = (node: TopologyNode) => (namespaces.length === 0 || namespaces.includes(node.namespace)) && (cluster === undefined || node.cluster === cluster);
  const own = new Set(nodes.filter(inScope).map(({ id }) => id));
  const kept = edges.filter(({ source, target }) => own.has(source) || own.has(target));
  const ends = new Set([...own, ...kept.flatMap(({ source, target }) => [source, target])]);
  return { nodes: nodes.filter((node) => ends.has(node.id) && (idle || !node.idle)), edges: kept };
}

export function roundGraph(graph: MeshGraph): MeshGraph {
  return JSON.parse(JSON.stringify(graph, (_, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(3)) : value))) as MeshGraph;
}

export function deltaOfGraphs(previous: MeshGraph | undefined, next: MeshGraph): Pick<TopologyDelta, 'nodes' | 'edges'> {
  const compare = <T extends { id: string }>(before: readonly T[], after: readonly T[]) => {
    const known = new Map(before.map((item) => [item.id, JSON.stringify(item)]));
    const there = new Set(after.map(({ id }) => id));
    return { upserted: after.filter((item) => known.get(item.id) !== JSON.stringify(item)), removed: [...known.keys()].filter((id) => !there.has(id)) };
  };
  return { nodes: compare(previous?.nodes ?? [], next.nodes), edges: compare(previous?.edges ?? [], next.edges) };
}

export function diffGraphs(before: MeshGraph, after: MeshGraph): Pick<TopologyDiff, 'nodes' | 'edges'> {
  const compare = <T extends { id: string }>(from: readonly T[], to: readonly T[]) => {
    const [old, now] = [new Map(from.map((item) => [item.id, item])), new Map(to.map((item) => [item.id, item]))];
    const changed = to.flatMap((item) => {
      const was = old.get(item.id);
      const changes = was ? Object.keys(item).filter((field) => JSON.stringify(item[field as keyof T]) !== JSON.stringify(was[field as keyof T])) : [];
      return was && changes.length > 0 ? [{ id: item.id, before: was, after: item, changes }] : [];
    });
    return { added: to.filter(({ id }) => !old.has(id)), removed: from.filter(({ id }) => !now.has(id)), changed };
  };
  return { nodes: compare(before.nodes, after.nodes), edges: compare(before.edges, after.edges) };
}

export function exportGraph(topology: Topology): TopologyExportReply {
  return { contentType: 'application/json', fileName: 'topology.json', text: JSON.stringify(topology) };
}
