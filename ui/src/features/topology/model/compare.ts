/**
 * What was added, removed and changed between two times, on one map? The later graph with what went from the earlier.
 * Invariant: nothing is both; a change is told in the words of its two sides.
 */
import type { Topology, TopologyDiff, TopologyEdge, TopologyNode } from '@observatory/contracts';
import { byteRate, milliseconds, percent, requestRate } from '../../../lib/format.js';
import type { MapEdge, MapNode } from './level-of-detail.js';
import type { Tones } from './overlay.js';

export type Fate = 'added' | 'removed' | 'changed';

export interface Difference {
  id: string;
  fate: Fate;
  type: 'node' | 'edge';
  /** `cart → payments`, or `cart`. */
  name: string;
  namespace: string;
  words: string;
}

/** The graph of `to` and, faintly there, what only `from` had. */
export function unionOf(to: Topology, diff: TopologyDiff): Topology {
  const nodes = new Map([...diff.nodes.removed, ...to.nodes].map((node) => [node.id, node]));
  const edges = new Map([...diff.edges.removed, ...to.edges].map((edge) => [edge.id, edge]));
  return { ...to, nodes: [...nodes.values()], edges: [...edges.values()] };
}

export function fates(diff: TopologyDiff): Map<string, Fate> {
  const all = new Map<string, Fate>();
  for (const part of [diff.nodes, diff.edges]) {
    for (const { id } of part.added) all.set(id, 'added');
    for (const { id } of part.removed) all.set(id, 'removed');
    for (const { id } of part.changed) all.set(id, 'changed');
  }
  return all;
}

export function compareTones(all: ReadonlyMap<string, Fate>): Tones {
  const ofEdge = (edge: MapEdge) => edge.edges.map(({ id }) => all.get(id)).find((fate) => fate !== undefined) ?? 'idle';
  return { node: (node: MapNode) => all.get(node.id) ?? 'idle', edge: ofEdge };
}

const change = <T>(before: T, after: T, say: (value: T) => string) => `${say(before)} → ${say(after)}`;

function edgeChanges(before: TopologyEdge, after: TopologyEdge, changes: readonly string[]): string {
  const words: string[] = [];
  const about = (field: string) => changes.some((name) => name.startsWith(field));
  if (about('requestsPerSecond')) words.push(change(before.requestsPerSecond, after.requestsPerSecond, requestRate));
  if (about('errorRatio')) words.push(`errors ${change(before.errorRatio, after.errorRatio, percent)}`);
  if (about('clientErrorRatio')) words.push(`client errors ${change(before.clientErrorRatio, after.clientErrorRatio, percent)}`);
  if (about('latencyMs')) words.push(`latency ${change(before.latencyMs?.mean, after.latencyMs?.mean, milliseconds)}`);
  if (about('mtls')) words.push(`encrypted ${change(before.mtls.ratio, after.mtls.ratio, percent)}`);
  if (about('sentBytes')) words.push(`sent ${change(before.sentBytesPerSecond, after.sentBytesPerSecond, byteRate)}`);
  if (about('receivedBytes')) words.push(`received ${change(before.receivedBytesPerSecond, after.receivedBytesPerSecond, byteRate)}`);
  return words.length > 0 ? words.join(', ') : changes.join(', ');
}

function nodeChanges(before: TopologyNode, after: TopologyNode, changes: readonly string[]): string {
  const words: string[] = [];
  const about = (field: string) => changes.some((name) => name.startsWith(field));
  if (about('health')) words.push(change(before.health.state, after.health.state, String));
  if (about('idle')) words.push(after.idle ? 'went idle' : 'came to life');
  if (about('replicas'))
    words.push(`replicas ${change(before.replicas, after.replicas, (value) => (value ? `${value.ready}/${value.desired}` : '–'))}`);
  if (about('in')) words.push(`receives ${change(before.in.requestsPerSecond, after.in.requestsPerSecond, requestRate)}`);
  if (about('out')) words.push(`sends ${change(before.out.requestsPerSecond, after.out.requestsPerSecond, requestRate)}`);
  return words.length > 0 ? words.join(', ') : changes.join(', ');
}

/** Everything that differs: added and removed first, then what changed. */
export function differences(diff: TopologyDiff, to: Topology): Difference[] {
  const nodes = new Map([...to.nodes, ...diff.nodes.removed, ...diff.nodes.added].map((node) => [node.id, node]));
  const ofNode = (node: TopologyNode, fate: Fate, words: string): Difference => ({
    id: node.id,
    fate,
    type: 'node',
    name: node.name,
    namespace: node.namespace,
    words,
  });
  const ofEdge = (edge: TopologyEdge, fate: Fate, words: string): Difference => ({
    id: edge.id,
    fate,
    type: 'edge',
    words,
    namespace: nodes.get(edge.target)?.namespace ?? '',
    name: `${nodes.get(edge.source)?.name ?? edge.source} → ${nodes.get(edge.target)?.name ?? edge.target}`,
  });
  const rate = ({ requestsPerSecond }: TopologyEdge) => (requestsPerSecond > 0 ? requestRate(requestsPerSecond) : '');
  return [
    ...diff.nodes.added.map((node) => ofNode(node, 'added', '')),
    ...diff.nodes.removed.map((node) => ofNode(node, 'removed', '')),
    ...diff.edges.added.map((edge) => ofEdge(edge, 'added', rate(edge))),
    ...diff.edges.removed.map((edge) => ofEdge(edge, 'removed', rate(edge))),
    ...diff.nodes.changed.map(({ before, after, changes }) => ofNode(after, 'changed', nodeChanges(before, after, changes))),
    ...diff.edges.changed.map(({ before, after, changes }) => ofEdge(after, 'changed', edgeChanges(before, after, changes))),
  ];
}
