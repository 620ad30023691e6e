/**
 * The workloads and edges that are known, each with a place in the models. Invariant: an id keeps its place while it is known;
 * who was silent longest gives its place away when there are too many.
 */
import type { AnomalySubject, EndpointIdentity } from '@observatory/contracts';
import type { EdgeFacts, NodeFacts } from './facts.js';

/** Three times the largest mesh that we measured with; beyond it the longest silent are forgotten. */
export const SUBJECTS_MAX = 65_000;

export interface Known {
  readonly id: string;
  readonly kind: 'node' | 'edge';
  readonly place: number;
  readonly source?: EndpointIdentity;
  /** The node itself, or the edge's target. */
  readonly target: EndpointIdentity;
  readonly sourceId?: string;
  readonly targetId: string;
  readonly protocol?: string;
  firstSeenMs: number;
  lastSeenMs: number;
}

const nameOf = ({ namespace, name }: EndpointIdentity): string => (namespace === '' ? name : `${namespace}/${name}`);

export function subjectOf({ kind, id, source, target, sourceId, targetId }: Known): AnomalySubject {
  const label = source ? `${nameOf(source)} -> ${nameOf(target)}` : nameOf(target);
  const ends = sourceId === undefined ? {} : { source: sourceId, target: targetId };
  return { kind, id, cluster: target.cluster, namespace: target.namespace, name: target.name, ...ends, label };
}
export { nameOf as labelOfEnd };

export class Subjects {
  private readonly byId = new Map<string, Known>();
  private readonly free: number[] = [];
  private next = 0;

  /** `forget` is told of places that are given away. */
  constructor(private readonly forget: (place: number) => void) {}

  get(id: string): Known | undefined {
    return this.byId.get(id);
  }

  all(): IterableIterator<Known> {
    return this.byId.values();
  }

  get size(): number {
    return this.byId.size;
  }

  /** One more than the highest place. */
  get places(): number {
    return this.next;
  }

  edge(facts: EdgeFacts, atMs: number): Known {
    return this.known(facts.id, atMs, () => ({
      kind: 'edge',
      source: facts.source,
      target: facts.target,
      sourceId: facts.sourceId,
      targetId: facts.targetId,
      protocol: facts.protocol,
    }));
  }

  node(facts: NodeFacts, atMs: number): Known {
    return this.known(facts.id, atMs, () => ({ kind: 'node', target: facts.identity, targetId: facts.id }));
  }

  /** From a snapshot. */
  restore(known: Known): void {
    this.byId.set(known.id, known);
    this.next = Math.max(this.next, known.place + 1);
  }

  private known(id: string, atMs: number, about: () => Omit<Known, 'id' | 'place' | 'firstSeenMs' | 'lastSeenMs'>): Known {
    let known = this.byId.get(id);
    if (!known) {
      if (this.byId.size >= SUBJECTS_MAX) this.giveAway();
      known = { id, place: this.free.pop() ?? this.next++, ...about(), firstSeenMs: atMs, lastSeenMs: atMs };
      this.byId.set(id, known);
    }
    if (atMs > known.lastSeenMs) known.lastSeenMs = atMs;
    if (atMs < known.firstSeenMs) known.firstSeenMs = atMs;
    return known;
  }

  /** A twentieth at a time, so that it need not be done for every newcomer. */
  private giveAway(): void {
    const silent = [...this.byId.values()].sort((a, b) => a.lastSeenMs - b.lastSeenMs).slice(0, Math.ceil(SUBJECTS_MAX / 20));
    for (const { id, place } of silent) {
      this.byId.delete(id);
      this.free.push(place);
      this.forget(place);
    }
  }
}
