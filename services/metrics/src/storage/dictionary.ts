/**
 * Keys for texts that repeat in every window. Keys never change, so what was looked up once is kept in memory, up to a bound.
 * Invariant: safe with several writers; entries are written in the order of their ids, so that writers never wait crosswise.
 */
import type { SqlSession } from '@observatory/platform';
import { texts } from './pg-array.js';

/** Some ten times the edges of a large mesh; then the memory is emptied and filled again. */
const KEPT_MAX = 200_000;

export interface DictionaryTable {
  /** Takes one text[] for each value of an entry, then `$n` = the time of the window; returns `key` and `id`. */
  readonly upsert: string;
  /** Whether entries change, or say when they were seen last: then they are written again, at least hourly. */
  readonly refreshed: boolean;
}

export interface Entry {
  /** Unique among the entries of the table, as `upsert` returns it. */
  readonly id: string;
  /** Differs when the entry has changed. Short: one of each is kept in memory. */
  readonly fingerprint: string;
  /** What `upsert` takes. */
  readonly values: () => readonly string[];
}

interface Known {
  readonly key: number;
  readonly fingerprint: string;
  readonly hour: number;
}

export class Dictionary {
  private readonly known = new Map<string, Known>();

  constructor(private readonly table: DictionaryTable) {}

  /** The key of each entry, by id. */
  async keysOf(session: SqlSession, entries: Iterable<Entry>, at: Date): Promise<Map<string, number>> {
    const hour = Math.floor(at.getTime() / 3_600_000);
    const keys = new Map<string, number>();
    const wanted = new Map<string, Entry>();
    for (const entry of entries) {
      const known = this.known.get(entry.id);
      if (known && (!this.table.refreshed || (known.hour >= hour && known.fingerprint === entry.fingerprint)))
        keys.set(entry.id, known.key);
      else wanted.set(entry.id, entry);
    }
    if (wanted.size === 0) return keys;
    if (this.known.size + wanted.size > KEPT_MAX) this.known.clear();
    for (const { key, id } of await this.write(session, [...wanted.values()], at)) {
      keys.set(id, key);
      const entry = wanted.get(id);
      if (entry) this.known.set(entry.id, { key, fingerprint: entry.fingerprint, hour });
    }
    return keys;
  }

  /** After a transaction that was rolled back its keys are not there. */
  forget(): void {
    this.known.clear();
  }

  private write(session: SqlSession, entries: Entry[], at: Date): Promise<{ key: number; id: string }[]> {
    entries.sort((a, b) => (a.id < b.id ? -1 : 1));
    const rows = entries.map((entry) => entry.values());
    const columns = rows[0]!.map((_, index) => texts(rows.map((row) => row[index]!)));
    return session.query(this.table.upsert, this.table.refreshed ? [...columns, at] : columns);
  }
}
