/**
 * What may be kept of things that take room? The most recently used ones, within a number of entries and a weight in bytes.
 * Invariant: after every `set`, entries and weight are within the bounds; a thing heavier than the whole bound is not kept.
 */
export interface Bounds {
  maxEntries: number;
  maxBytes: number;
}

export class BoundedMap<V> {
  private readonly entries = new Map<string, { value: V; bytes: number }>();
  private weight = 0;

  constructor(private readonly bounds: Bounds) {}

  get size(): number {
    return this.entries.size;
  }

  get bytes(): number {
    return this.weight;
  }

  get(key: string): V | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: V, bytes: number): void {
    this.delete(key);
    if (bytes > this.bounds.maxBytes) return;
    this.entries.set(key, { value, bytes });
    this.weight += bytes;
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.bounds.maxEntries && this.weight <= this.bounds.maxBytes) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    this.weight -= entry.bytes;
  }

  /** From the least to the most recently used. */
  keys(): string[] {
    return [...this.entries.keys()];
  }

  /** In the same order; looking does not count as use. */
  list(): [key: string, value: V][] {
    return [...this.entries].map(([key, { value }]) => [key, value]);
  }
}
