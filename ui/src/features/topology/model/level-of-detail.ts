/**
 * What of a mesh is drawn at this distance? Namespaces that are not open become one node with their sums, and edges
 * between the same two drawn nodes become one edge with their sums (UI specification, "The map").
 * Invariant: no more than MAX_EDGES edges; what is not drawn is counted, and an edge with errors goes before a busy one.
 */
import type { HealthState, NodeKind, Protocol, Topology, TopologyEdge, TopologyNode } from '@observatory/contracts';

/** Measured: a software-rendered canvas draws so many in a frame or two. */
export const MAX_EDGES = 1000;
/** Up to here everything is open whatever the distance, as a layered drawing stays readable. */
export const ALL_OPEN_NODES = 300;
/** A part with more drawn edges a node is a tangle; the quietest are counted instead. */
const EDGES_PER_NODE = 4;
const MIN_EDGES = 140;
/** Fewer failed requests in the window than this are chance, not a finding. */
const MIN_FAILED_REQUESTS = 5;

export interface MapNode {
  id: string;
  kind: NodeKind | 'namespace';
  cluster: string;
  namespace: string;
  name: string;
  /** The node itself; absent for a namespace. */
  node?: TopologyNode;
  /** How many nodes of the topology it stands for. */
  members: number;
  failing: number;
  degraded: number;
  health: HealthState;
  idle: boolean;
  requestsPerSecond: number;
  errorRatio: number | null;
  bytesPerSecond: number;
}

export interface MapEdge {
  id: string;
  source: string;
  target: string;
  /** The edges of the topology that it stands for, at least one. */
  edges: TopologyEdge[];
  protocol: Protocol | 'mixed';
  requestsPerSecond: number;
  errorsPerSecond: number;
  errorRatio: number | null;
  bytesPerSecond: number;
  connectionsPerSecond: number;
  /** Share of what is known to be encrypted; null where nothing is known. */
  mtlsRatio: number | null;
  /** Some member is known and some is not, or shares differ: not every byte is known to be encrypted. */
  mtlsPartial: boolean;
  latencyMsMean: number | null;
  /** Quantiles do not add up: only of a single edge. */
  latencyMsP95: number | null;
}

export interface MapView {
  nodes: MapNode[];
  edges: MapEdge[];
  /** Edges of the view that are not drawn, and the requests that they carry. */
  omitted: { edges: number; requestsPerSecond: number };
  /** Edges inside closed namespaces. */
  inside: number;
}

/** `cluster/namespace`; what is in no namespace is of two kinds: callers that nobody knows, and what is outside the mesh. */
export function namespaceKey(node: { cluster: string; namespace: string; kind: MapNode['kind'] }): string {
  return `${node.cluster}/${node.namespace === '' ? ` ${noNamespace(node.kind)}` : node.namespace}`;
}
const noNamespace = (kind: MapNode['kind']) => (kind === 'unknown' ? 'unknown' : 'outside');
export const namespaceNodeId = (key: string) => `namespace~${key}`;

/** A node's own traffic: what it receives, or what it sends where nothing reaches it. */
function ownRates(node: TopologyNode) {
  const { in: received, out } = node;
  return received.requestsPerSecond > 0 || received.bytesPerSecond > 0 ? received : out;
}

export function mapNode(node: TopologyNode): MapNode {
  const rates = ownRates(node);
  return {
    id: node.id,
    kind: node.kind,
    cluster: node.cluster,
    namespace: node.namespace,
    name: node.name,
    node,
    members: 1,
    failing: node.health.state === 'failing' ? 1 : 0,
    degraded: node.health.state === 'degraded' ? 1 : 0,
    health: node.health.state,
    idle: node.idle,
    requestsPerSecond: rates.requestsPerSecond,
    errorRatio: rates.errorRatio,
    bytesPerSecond: rates.bytesPerSecond,
  };
}

/** The worst that is known wins; a namespace is idle when all of it is. */
function worst(states: ReadonlySet<HealthState>): HealthState {
  const order: HealthState[] = ['failing', 'degraded', 'healthy', 'unknown', 'idle'];
  return order.find((state) => states.has(state)) ?? 'unknown';
}

export function namespaceNode(key: string, members: readonly TopologyNode[]): MapNode {
  const first = members[0] as TopologyNode;
  let [requests, judged, failed, bytes] = [0, 0, 0, 0];
  for (const { in: received } of members) {
    requests += received.requestsPerSecond;
    bytes += received.bytesPerSecond;
    if (received.errorRatio === null) continue;
    judged += received.requestsPerSecond;
    failed += received.requestsPerSecond * received.errorRatio;
  }
  return {
    id: namespaceNodeId(key),
    kind: 'namespace',
    cluster: first.cluster,
    namespace: first.namespace,
    name: first.namespace || (first.kind === 'unknown' ? 'unknown' : 'outside the mesh'),
    members: members.length,
    failing: members.filter(({ health }) => health.state === 'failing').length,
    degraded: members.filter(({ health }) => health.state === 'degraded').length,
    health: worst(new Set(members.map(({ health }) => health.state))),
    idle: members.every(({ idle }) => idle),
    requestsPerSecond: requests,
    errorRatio: judged > 0 ? failed / judged : null,
    bytesPerSecond: bytes,
  };
}

export function mapEdge(id: string, source: string, target: string, edges: TopologyEdge[]): MapEdge {
  const first = edges[0] as TopologyEdge;
  let [requests, judged, failed, bytes, connections, known, encrypted, timed, spent] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  let [partial, unknown] = [false, false];
  for (const edge of edges) {
    const edgeBytes = edge.sentBytesPerSecond + edge.receivedBytesPerSecond;
    requests += edge.requestsPerSecond;
    bytes += edgeBytes;
    connections += edge.connectionsPerSecond ?? 0;
    if (edge.errorRatio !== null) {
      judged += edge.requestsPerSecond;
      failed += edge.requestsPerSecond * edge.errorRatio;
    }
    // The share of a sum weighs by requests; TCP has none and weighs by connections, else each edge counts once.
    const weight = edge.requestsPerSecond || edge.connectionsPerSecond || 1;
    if (edge.mtls.ratio === null) unknown = true;
    else {
      known += weight;
      encrypted += weight * edge.mtls.ratio;
      partial ||= edge.mtls.ratio > 0 && edge.mtls.ratio < 1;
    }
    if (edge.latencyMs) {
      timed += edge.requestsPerSecond;
      spent += edge.requestsPerSecond * edge.latencyMs.mean;
    }
  }
  const mtlsRatio = known > 0 ? encrypted / known : null;
  const single = edges.length === 1;
  return {
    id,
    source,
    target,
    edges,
    protocol: edges.every(({ protocol }) => protocol === first.protocol) ? first.protocol : 'mixed',
    requestsPerSecond: requests,
    errorsPerSecond: failed,
    errorRatio: judged > 0 ? failed / judged : single ? first.errorRatio : null,
    bytesPerSecond: bytes,
    connectionsPerSecond: connections,
    mtlsRatio,
    mtlsPartial: partial || (mtlsRatio !== null && mtlsRatio > 0 && (mtlsRatio < 1 || unknown)),
    latencyMsMean: timed > 0 ? spent / timed : single ? (first.latencyMs?.mean ?? null) : null,
    latencyMsP95: single ? (first.latencyMs?.p95 ?? null) : null,
  };
}

/** True where the failed requests of the window are enough to be more than chance. */
export function hasErrors(edge: { errorsPerSecond: number }, windowSec: number): boolean {
  return edge.errorsPerSecond * windowSec >= MIN_FAILED_REQUESTS;
}

export interface DetailOptions {
  /** Keys of the namespaces whose nodes are drawn one by one. */
  open: ReadonlySet<string>;
  /** Edges with an end in view are drawn before others. Absent: everything is in view. */
  inView?: (nodeId: string) => boolean;
  /** Ids of drawn nodes or edges that are selected: their edges are drawn whatever they carry. */
  keep?: ReadonlySet<string>;
  maxEdges?: number;
}

function rank(edge: MapEdge, windowSec: number, options: DetailOptions): number {
  const kept = options.keep?.has(edge.id) || options.keep?.has(edge.source) || options.keep?.has(edge.target);
  const seen = !options.inView || options.inView(edge.source) || options.inView(edge.target);
  const errors = hasErrors(edge, windowSec) ? 1e6 * (1 + Math.log1p(edge.errorsPerSecond)) : 0;
  // A request weighs as much as a kilobyte: TCP has bytes only.
  const traffic = Math.log1p(edge.requestsPerSecond + edge.bytesPerSecond / 1000);
  return (kept ? 1e12 : 0) + (seen ? 1e9 : 0) + errors + traffic;
}

function choose(edges: MapEdge[], nodes: number, windowSec: number, options: DetailOptions): MapEdge[] {
  const max = options.maxEdges ?? MAX_EDGES;
  const budget = Math.min(max, Math.max(MIN_EDGES, nodes * EDGES_PER_NODE));
  if (edges.length <= budget) return edges;
  const ranked = edges.map((edge) => ({ edge, rank: rank(edge, windowSec, options) }));
  ranked.sort((left, right) => right.rank - left.rank || (left.edge.id < right.edge.id ? -1 : 1));
  return ranked.slice(0, budget).map(({ edge }) => edge);
}

interface Grouped {
  nodes: MapNode[];
  representative: Map<string, string>;
}

function groupNodes(nodes: readonly TopologyNode[], open: ReadonlySet<string>): Grouped {
  const closed = new Map<string, TopologyNode[]>();
  const representative = new Map<string, string>();
  const drawn: MapNode[] = [];
  for (const node of nodes) {
    const key = namespaceKey(node);
    if (open.has(key)) {
      drawn.push(mapNode(node));
      representative.set(node.id, node.id);
      continue;
    }
    const members = closed.get(key) ?? [];
    members.push(node);
    closed.set(key, members);
    representative.set(node.id, namespaceNodeId(key));
  }
  for (const [key, members] of closed) drawn.push(namespaceNode(key, members));
  return { nodes: drawn, representative };
}

export function levelOfDetail(topology: Topology, options: DetailOptions): MapView {
  const { nodes, representative } = groupNodes(topology.nodes, options.open);
  const groups = new Map<string, { source: string; target: string; edges: TopologyEdge[] }>();
  let inside = 0;
  for (const edge of topology.edges) {
    const source = representative.get(edge.source);
    const target = representative.get(edge.target);
    if (source === undefined || target === undefined) continue;
    if (source === target && source !== edge.source) {
      inside += 1;
      continue;
    }
    const own = source === edge.source && target === edge.target;
    const key = own ? edge.id : `${source}~~${target}`;
    const group = groups.get(key);
    if (group) group.edges.push(edge);
    else groups.set(key, { source, target, edges: [edge] });
  }
  const all = Array.from(groups, ([id, { source, target, edges }]) => mapEdge(id, source, target, edges));
  const inView = options.inView;
  const visibleNodes = inView ? nodes.filter(({ id }) => inView(id)).length : nodes.length;
  const edges = choose(all, visibleNodes, topology.windowSec, options);
  const sum = (list: MapEdge[]) => list.reduce((total, edge) => total + edge.requestsPerSecond, 0);
  const omitted = all.length - edges.length;
  return { nodes, edges, inside, omitted: { edges: omitted, requestsPerSecond: omitted > 0 ? Math.max(0, sum(all) - sum(edges)) : 0 } };
}

export interface NamespaceExtent {
  key: string;
  members: number;
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

export interface OpenOptions {
  /** Screen pixels between two neighbours of the layout at this zoom. */
  spacingPx: number;
  /** The visible part, in the coordinates of the extents. */
  view: { minX: number; minY: number; maxX: number; maxY: number };
  wasOpen: ReadonlySet<string>;
  /** What the person opened or closed by hand. */
  opened: ReadonlySet<string>;
  closed: ReadonlySet<string>;
  totalNodes: number;
  totalEdges: number;
}

/** Closer than this, nodes and their names have room; a namespace closes again only below the second. */
const OPEN_SPACING_PX = 44;
const CLOSE_SPACING_PX = 34;
/** A small mesh stays open further out: there is less to read. */
const SMALL_SPACING_PX = 22;
/** More open nodes than this are too many to read on one screen. */
const MAX_OPEN_NODES = 450;

/** Which namespaces show their nodes: all of a small mesh, of a large one those near enough, the middle of the view first. */
export function openNamespaces(extents: readonly NamespaceExtent[], options: OpenOptions): Set<string> {
  const { view, opened, closed, wasOpen, spacingPx } = options;
  const open = new Set<string>(opened);
  const small = options.totalNodes <= ALL_OPEN_NODES && options.totalEdges <= MAX_EDGES && spacingPx >= SMALL_SPACING_PX;
  let budget = MAX_OPEN_NODES;
  const [midX, midY] = [(view.minX + view.maxX) / 2, (view.minY + view.maxY) / 2];
  const gap = (extent: NamespaceExtent) =>
    Math.hypot(Math.max(extent.minX - midX, 0, midX - extent.maxX), Math.max(extent.minY - midY, 0, midY - extent.maxY));
  const nearest = extents.filter(({ key }) => !closed.has(key)).map((extent) => ({ extent, gap: gap(extent) }));
  nearest.sort((left, right) => left.gap - right.gap || (left.extent.key < right.extent.key ? -1 : 1));
  for (const { extent } of nearest) {
    const { key, members } = extent;
    const seen = extent.maxX >= view.minX && extent.minX <= view.maxX && extent.maxY >= view.minY && extent.minY <= view.maxY;
    const near = seen && spacingPx >= (wasOpen.has(key) ? CLOSE_SPACING_PX : OPEN_SPACING_PX);
    if (!small && (!near || members > budget)) continue;
    budget -= members;
    open.add(key);
  }
  return open;
}
