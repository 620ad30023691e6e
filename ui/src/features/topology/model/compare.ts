/**
 * What was added, removed and changed between two times, on one map? The later graph with what went from the earlier.
 * Traffic breathes with the day: a rate or a latency that moved by less than half again is `drifted`, told but not coloured.
 * Invariant: nothing has two fates; a fact that was not known before did not change; a change is told by its two sides.
 */
import type { Topology, TopologyDiff, TopologyEdge, TopologyNode } from '@observatory/contracts';
import { byteRate, milliseconds, percent, requestRate } from '../../../lib/format.js';
import type { MapEdge, MapNode } from './level-of-detail.js';
import type { Tones } from './overlay.js';

export const FATES = ['added', 'removed', 'changed', 'drifted'] as const;
export type Fate = (typeof FATES)[number];

export interface Difference {
  id: string;
  fate: Fate;
  type: 'node' | 'edge';
  /** `cart → payments`, or `cart`. */
  name: string;
  namespace: string;
  words: string;
}

/** A factor within which an amount drifts. */
const DRIFT = 1.5;

/** The graph of `to` and what only `from` had. */
export function unionOf(to: Topology, diff: TopologyDiff): Topology {
  const nodes = new Map([...diff.nodes.removed, ...to.nodes].map((node) => [node.id, node]));
  const edges = new Map([...diff.edges.removed, ...to.edges].map((edge) => [edge.id, edge]));
  return { ...to, nodes: [...nodes.values()], edges: [...edges.values()] };
}

interface Change {
  words: string;
  notable: boolean;
}

const say = <T>(before: T, after: T, write: (value: T) => string, what = '') => `${what}${write(before)} → ${write(after)}`;

/** An amount that was not there, or no longer is, or moved by more than drift. */
function moved(before: number | undefined, after: number | undefined): boolean {
  if (!before || !after) return Boolean(before) !== Boolean(after);
  return Math.max(before, after) / Math.min(before, after) > DRIFT;
}

const amount = (
  before: number | undefined,
  after: number | undefined,
  write: (value: number | undefined) => string,
  what = '',
): Change => ({
  words: say(before, after, write, what),
  notable: moved(before, after),
});

const share = (before: number | null, after: number | null, what: string): Change => ({
  words: say(before, after, percent, what),
  notable: before !== null && after !== null,
});

const replicas = (of: TopologyNode) => (of.replicas ? `${of.replicas.ready}/${of.replicas.desired}` : '–');

/** By the names of `changes` in the contract. */
function nodeChange(name: string, before: TopologyNode, after: TopologyNode): Change | null {
  switch (name) {
    case 'health':
      return { words: say(before.health.state, after.health.state, String), notable: true };
    case 'idle':
      return { words: after.idle ? 'went idle' : 'came to life', notable: true };
    case 'mesh':
      return { words: say(before.mesh, after.mesh, String, 'data plane '), notable: true };
    case 'version':
      return { words: say(before.version ?? '–', after.version ?? '–', String, 'version '), notable: true };
    case 'replicas':
      return before.replicas && after.replicas ? { words: say(before, after, replicas, 'replicas '), notable: true } : null;
    case 'in.requestsPerSecond':
      return amount(before.in.requestsPerSecond, after.in.requestsPerSecond, requestRate, 'receives ');
    case 'out.requestsPerSecond':
      return amount(before.out.requestsPerSecond, after.out.requestsPerSecond, requestRate, 'sends ');
    case 'in.errorRatio':
      return share(before.in.errorRatio, after.in.errorRatio, 'errors ');
    case 'in.bytesPerSecond':
      return amount(before.in.bytesPerSecond, after.in.bytesPerSecond, byteRate, 'receives ');
    default:
      return null;
  }
}

function edgeChange(name: string, before: TopologyEdge, after: TopologyEdge): Change | null {
  switch (name) {
    case 'requestsPerSecond':
      return amount(before.requestsPerSecond, after.requestsPerSecond, requestRate);
    case 'errorRatio':
      return share(before.errorRatio, after.errorRatio, 'errors ');
    case 'clientErrorRatio':
      return share(before.clientErrorRatio, after.clientErrorRatio, 'client errors ');
    case 'latencyMs.mean':
      return amount(before.latencyMs?.mean, after.latencyMs?.mean, milliseconds, 'mean ');
    case 'latencyMs.p95':
      return amount(before.latencyMs?.p95, after.latencyMs?.p95, milliseconds, '95 % ');
    case 'mtls.ratio':
      return { words: say(before.mtls.ratio, after.mtls.ratio, percent, 'encrypted '), notable: true };
    case 'mtls.principals':
      return { words: 'another identity', notable: true };
    case 'sentBytesPerSecond':
      return amount(before.sentBytesPerSecond, after.sentBytesPerSecond, byteRate, 'sends ');
    case 'receivedBytesPerSecond':
      return amount(before.receivedBytesPerSecond, after.receivedBytesPerSecond, byteRate, 'gets back ');
    default:
      return null;
  }
}

interface Changed<T> {
  id: string;
  before: T;
  after: T;
  changes: readonly string[];
}

/** Fields that say how well, rather than how much: what they tell is read first. */
const TELLING = ['health', 'idle', 'errorRatio', 'mtls', 'mesh', 'version', 'replicas'];
const isTelling = (changes: readonly string[]) => changes.some((name) => TELLING.some((part) => name.includes(part)));

/** What is notable, else what drifted; null where nothing is left to tell. */
function toldChanges<T>({ before, after, changes }: Changed<T>, tell: (name: string, before: T, after: T) => Change | null): Change | null {
  const told = changes.map((name) => tell(name, before, after)).filter((change) => change !== null);
  if (told.length === 0) return null;
  const notable = told.filter((change) => change.notable);
  const shown = notable.length > 0 ? notable : told.slice(0, 2);
  return { words: shown.map(({ words }) => words).join(', '), notable: notable.length > 0 };
}

/** Everything that differs, by fate, the most telling first. */
export function differences(diff: TopologyDiff, to: Topology): Difference[] {
  const nodes = new Map([...diff.nodes.removed, ...diff.nodes.added, ...to.nodes].map((node) => [node.id, node]));
  const ofNode = (node: TopologyNode, fate: Fate, words = ''): Difference => ({
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
    name: `${nodes.get(edge.source)?.name ?? edge.source} → ${nodes.get(edge.target)?.name ?? edge.target}`,
    namespace: nodes.get(edge.target)?.namespace ?? '',
    words,
  });
  const rate = ({ requestsPerSecond }: TopologyEdge) => (requestsPerSecond > 0 ? requestRate(requestsPerSecond) : '');
  const fateOf = ({ notable }: Change): Fate => (notable ? 'changed' : 'drifted');
  const all = [
    ...diff.nodes.added.map((node) => ofNode(node, 'added')),
    ...diff.edges.added.map((edge) => ofEdge(edge, 'added', rate(edge))),
    ...diff.nodes.removed.map((node) => ofNode(node, 'removed')),
    ...diff.edges.removed.map((edge) => ofEdge(edge, 'removed', rate(edge))),
    ...diff.nodes.changed.flatMap((changed) => {
      const told = toldChanges(changed, nodeChange);
      return told ? [ofNode(changed.after, fateOf(told), told.words)] : [];
    }),
    ...diff.edges.changed.flatMap((changed) => {
      const told = toldChanges(changed, edgeChange);
      return told ? [ofEdge(changed.after, fateOf(told), told.words)] : [];
    }),
  ];
  const telling = new Set([...diff.nodes.changed, ...diff.edges.changed].filter(({ changes }) => isTelling(changes)).map(({ id }) => id));
  const ofFate = (fate: Fate) => all.filter((each) => each.fate === fate);
  return FATES.flatMap((fate) => ofFate(fate).toSorted((a, b) => Number(telling.has(b.id)) - Number(telling.has(a.id))));
}

/** Colours by fate; what is the same, or only drifted, steps back. */
export function compareTones(all: readonly Difference[]): Tones {
  const fates = new Map(all.map(({ id, fate }) => [id, fate]));
  const tone = (id: string) => {
    const fate = fates.get(id);
    return fate === undefined || fate === 'drifted' ? undefined : fate;
  };
  return {
    node: (node: MapNode) => tone(node.id) ?? 'idle',
    edge: (edge: MapEdge) => edge.edges.map(({ id }) => tone(id)).find((fate) => fate !== undefined) ?? 'idle',
  };
}
