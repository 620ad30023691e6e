/** The projected objects of one kind. Invariant: `revision` moves exactly when what is kept changes. */

export type KubeChange<T> =
  | { readonly type: 'upsert'; readonly key: string; readonly object: T }
  | { readonly type: 'delete'; readonly key: string }
  | { readonly type: 'replace'; readonly changed: number };

export class KindStore<T> {
  private objects = new Map<string, T>();
  private changes = 0;

  constructor(private readonly onChange: (change: KubeChange<T>) => void) {}

  get revision(): number {
    return this.changes;
  }

  get size(): number {
    return this.objects.size;
  }

  get(key: string): T | undefined {
    return this.objects.get(key);
  }

  values(): IterableIterator<T> {
    return this.objects.values();
  }

  entries(): IterableIterator<[string, T]> {
    return this.objects.entries();
  }

  upsert(key: string, object: T): void {
    const known = this.objects.get(key);
    if (known !== undefined && same(known, object)) return;
    this.objects.set(key, object);
    this.changed({ type: 'upsert', key, object });
  }

  delete(key: string): void {
    if (this.objects.delete(key)) this.changed({ type: 'delete', key });
  }

  /** The whole, after a list. What stays the same keeps its identity. */
  replace(next: Map<string, T>): void {
    let changed = 0;
    for (const [key, object] of next) {
      const known = this.objects.get(key);
      if (known !== undefined && same(known, object)) next.set(key, known);
      else changed += 1;
    }
    for (const key of this.objects.keys()) if (!next.has(key)) changed += 1;
    this.objects = next;
    if (changed > 0) this.changed({ type: 'replace', changed });
  }

  private changed(change: KubeChange<T>): void {
    this.changes += 1;
    this.onChange(change);
  }
}

/** Projections are small and made by one function, so that their JSON has one order of keys. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
