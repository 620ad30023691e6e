/**
 * What patterns remember of each edge: since when it is there, whether it was encrypted, what left through it.
 * Invariant: at most EDGES_MAX edges; who was silent longest is forgotten first, a twentieth at a time.
 */
import { isOutside, type Flow } from './flow.js';

const EDGES_MAX = 65_000;
const HALF_LIFE_SEC = 7 * 86_400;
/** Windows of connections that are kept of an edge that leads outside: an hour at 30 s. */
export const ARRIVALS_MAX = 128;

export interface EdgeMemory {
  readonly id: string;
  readonly sourceId: string;
  readonly targetId: string;
  firstMs: number;
  lastMs: number;
  /** Units under mutual TLS and in plain text, halved every 7 days. */
  mutual: number;
  plain: number;
  seenSec: number;
  /** CUSUM of what is sent beyond what is usual, and bytes beyond it lately. */
  cusum: number;
  excessBytes: number;
  /** Connections (or requests) of the last windows, newest last; only of edges that lead outside. */
  arrivals: number[];
  readonly outside: boolean;
}

export class EdgeMemories {
  private readonly byId = new Map<string, EdgeMemory>();
  private readonly leadingOut = new Map<string, EdgeMemory>();
  /** Kept beside: sources are counted for every new edge. */
  private readonly sources = new Set<string>();
  /** New edges of each source since history began, the first day aside. */
  private readonly newOf = new Map<string, number>();
  startedMs = Number.POSITIVE_INFINITY;
  newestMs = 0;

  get(id: string): EdgeMemory | undefined {
    return this.byId.get(id);
  }

  /** Those that lead outside. */
  outside(): Iterable<EdgeMemory> {
    return this.leadingOut.values();
  }

  get historySec(): number {
    return Number.isFinite(this.startedMs) ? Math.max(0, this.newestMs - this.startedMs) / 1000 : 0;
  }

  /** `isUnusual`: what is odd about its encryption is not learned as normal. */
  see(flow: Flow, at: { atMs: number; spanSec: number; isUnusual?: boolean }): EdgeMemory {
    const { atMs, spanSec } = at;
    this.startedMs = Math.min(this.startedMs, atMs - spanSec * 1000);
    this.newestMs = Math.max(this.newestMs, atMs);
    const memory = this.byId.get(flow.id) ?? this.begin(flow, atMs);
    memory.firstMs = Math.min(memory.firstMs, atMs);
    memory.lastMs = Math.max(memory.lastMs, atMs);
    memory.seenSec += spanSec;
    if (at.isUnusual) return memory;
    const keep = 2 ** (-spanSec / HALF_LIFE_SEC);
    memory.mutual = memory.mutual * keep + flow.mutualTls * spanSec;
    memory.plain = memory.plain * keep + flow.plaintext * spanSec;
    return memory;
  }

  /** Once a window, of every edge that leads outside: silence is a part of the rhythm. */
  noteArrivals(memory: EdgeMemory, count: number): void {
    memory.arrivals.push(count);
    if (memory.arrivals.length > ARRIVALS_MAX) memory.arrivals.shift();
  }

  /** New edges a day of this source; of a source that never had one, somewhat less than the mesh's mean. */
  noveltyPerDay(sourceId: string): number {
    const days = Math.max(0, this.historySec / 86_400 - 1);
    const sources = Math.max(1, this.sources.size);
    const ofMesh = [...this.newOf.values()].reduce((sum, count) => sum + count, 0) / (sources * Math.max(1, days));
    return ((this.newOf.get(sourceId) ?? 0) + 0.5 * ofMesh + 0.005) / (days + 0.5);
  }

  /** Edges that lead outside are few; the rest is a number or two each. */
  save(): { startedMs: number; newestMs: number; edges: EdgeMemory[]; newOf: [string, number][] } {
    return { startedMs: this.startedMs, newestMs: this.newestMs, edges: [...this.byId.values()], newOf: [...this.newOf] };
  }

  restore(saved: ReturnType<EdgeMemories['save']>): void {
    this.startedMs = saved.startedMs;
    this.newestMs = saved.newestMs;
    for (const edge of saved.edges) this.add({ ...edge, arrivals: edge.outside ? [...edge.arrivals] : NO_ARRIVALS });
    for (const [source, count] of saved.newOf) this.newOf.set(source, count);
  }

  /** Counts an edge as one that its source did not have before, once it is no longer news. */
  learnNovelty(sourceId: string): void {
    this.newOf.set(sourceId, (this.newOf.get(sourceId) ?? 0) + 1);
  }

  private begin({ id, sourceId, targetId, target }: Flow, atMs: number): EdgeMemory {
    if (this.byId.size >= EDGES_MAX) this.forgetSilent();
    const outside = isOutside(target);
    const memory: EdgeMemory = {
      id,
      sourceId,
      targetId,
      firstMs: atMs,
      lastMs: atMs,
      mutual: 0,
      plain: 0,
      seenSec: 0,
      cusum: 0,
      excessBytes: 0,
      outside,
      arrivals: outside ? [] : NO_ARRIVALS,
    };
    this.add(memory);
    return memory;
  }

  private add(memory: EdgeMemory): void {
    this.byId.set(memory.id, memory);
    this.sources.add(memory.sourceId);
    if (memory.outside) this.leadingOut.set(memory.id, memory);
  }

  private forgetSilent(): void {
    const silent = [...this.byId.values()].sort((a, b) => a.lastMs - b.lastMs).slice(0, EDGES_MAX / 20);
    for (const { id } of silent) {
      this.byId.delete(id);
      this.leadingOut.delete(id);
    }
  }
}

/** Shared by all edges inside, which keep none. */
const NO_ARRIVALS: number[] = [];
