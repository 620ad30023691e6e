/**
 * What is left after scope, idle and Hide, and what stays bright under Find? Positions are not touched: what goes,
 * goes; what fades, stays where it is. Invariant: no edge is left without both of its ends.
 */
import type { Topology, TopologyEdge, TopologyNode } from '@observatory/contracts';
import { matches, type Expression } from './expression.js';
import { namespaceKey, namespaceNodeId, type MapView } from './level-of-detail.js';

export interface FilterOptions {
  cluster?: string | undefined;
  /** Empty: all. An edge is in when one of its ends is, as in the REST API. */
  namespaces: readonly string[];
  idle: boolean;
  hide: Expression | null;
}

/** Share of what a node receives that is known to be encrypted, by requests (connections where there are none). */
export function receivedMtls(edges: readonly TopologyEdge[]): Map<string, number> {
  const sums = new Map<string, [number, number]>();
  for (const { target, mtls, requestsPerSecond, connectionsPerSecond } of edges) {
    if (mtls.ratio === null) continue;
    const weight = requestsPerSecond || connectionsPerSecond || 1;
    const [known, encrypted] = sums.get(target) ?? [0, 0];
    sums.set(target, [known + weight, encrypted + weight * mtls.ratio]);
  }
  return new Map(Array.from(sums, ([id, [known, encrypted]]) => [id, encrypted / known]));
}

function inScope(node: TopologyNode, options: FilterOptions): boolean {
  if (options.cluster !== undefined && node.cluster !== options.cluster) return false;
  return options.namespaces.length === 0 || options.namespaces.includes(node.namespace);
}

const isSilent = (edge: TopologyEdge) =>
  edge.requestsPerSecond + edge.sentBytesPerSecond + edge.receivedBytesPerSecond + (edge.connectionsPerSecond ?? 0) === 0;

export function filterTopology(topology: Topology, options: FilterOptions): Topology {
  const { hide, idle } = options;
  const everything = options.cluster === undefined && options.namespaces.length === 0;
  if (everything && idle && !hide) return topology;
  const byId = new Map(topology.nodes.map((node) => [node.id, node]));
  const scoped = new Set(topology.nodes.filter((node) => inScope(node, options)).map(({ id }) => id));
  const encrypted = hide ? receivedMtls(topology.edges) : new Map<string, number>();
  const hiddenNodes = new Set(
    topology.nodes
      .filter((node) => (!idle && node.idle) || (hide && matches(hide, { node, mtlsRatio: encrypted.get(node.id) ?? null })))
      .map(({ id }) => id),
  );
  const edges = topology.edges.filter((edge) => {
    if (!scoped.has(edge.source) && !scoped.has(edge.target)) return false;
    if (hiddenNodes.has(edge.source) || hiddenNodes.has(edge.target)) return false;
    if (!idle && isSilent(edge)) return false;
    return !hide || !matches(hide, { edge, source: byId.get(edge.source), target: byId.get(edge.target) });
  });
  const touched = new Set(edges.flatMap(({ source, target }) => [source, target]));
  const nodes = topology.nodes.filter(({ id }) => !hiddenNodes.has(id) && (scoped.has(id) || touched.has(id)));
  const left = new Set(nodes.map(({ id }) => id));
  return { ...topology, nodes, edges: edges.filter(({ source, target }) => left.has(source) && left.has(target)) };
}

export interface Found {
  nodes: Set<string>;
  edges: Set<string>;
}

export function findMatches(topology: Topology, expression: Expression): Found {
  const byId = new Map(topology.nodes.map((node) => [node.id, node]));
  const encrypted = receivedMtls(topology.edges);
  const nodes = topology.nodes.filter((node) => matches(expression, { node, mtlsRatio: encrypted.get(node.id) ?? null }));
  const edges = topology.edges.filter((edge) =>
    matches(expression, { edge, source: byId.get(edge.source), target: byId.get(edge.target) }),
  );
  return { nodes: new Set(nodes.map(({ id }) => id)), edges: new Set(edges.map(({ id }) => id)) };
}

/** Ids of the view that stay bright: what matches, the ends of edges that match, the namespace that holds a match. */
export function brightIds(view: MapView, topology: Topology, found: Found): Set<string> {
  const bright = new Set<string>();
  const holders = new Set(topology.nodes.filter(({ id }) => found.nodes.has(id)).map((node) => namespaceNodeId(namespaceKey(node))));
  for (const node of view.nodes) {
    if (node.node ? found.nodes.has(node.id) : holders.has(node.id)) bright.add(node.id);
  }
  for (const edge of view.edges) {
    if (edge.edges.some(({ id }) => found.edges.has(id))) bright.add(edge.id).add(edge.source).add(edge.target);
  }
  return bright;
}
