/** The dictionaries read backwards: what a key stands for. Entries never change, so each is read once, up to a bound. */
import { Injectable } from '@nestjs/common';
import type { ResponseRate } from '@observatory/contracts';
import { Database } from '@observatory/platform';
import type { EdgeIdentity } from './dictionaries.js';

/** Principals of a very large mesh; then the memory is emptied and filled again. */
const KEPT_MAX = 50_000;

export type Outcome = Omit<ResponseRate, 'requestsPerSecond'>;

export interface KnownEdge {
  id: string;
  identity: EdgeIdentity;
}

type Load<T> = (keys: readonly number[]) => Promise<(readonly [number, T])[]>;

class Lookup<T> {
  private readonly known = new Map<number, T>();

  constructor(private readonly load: Load<T>) {}

  async of(keys: Iterable<number | null>): Promise<ReadonlyMap<number, T>> {
    const wanted = new Set<number>();
    for (const key of keys) if (key !== null && !this.known.has(key)) wanted.add(key);
    if (wanted.size === 0) return this.known;
    if (this.known.size + wanted.size > KEPT_MAX) this.known.clear();
    for (const [key, value] of await this.load([...wanted])) this.known.set(key, value);
    return this.known;
  }
}

@Injectable()
export class Lookups {
  private readonly principalLookup = new Lookup<string>(async (keys) => {
    const rows = await this.database.query<{ key: number; principal: string }>(
      'SELECT key, principal FROM metrics.principals WHERE key = ANY($1)',
      [keys],
    );
    return rows.map(({ key, principal }) => [key, principal]);
  });
  private readonly outcomeLookup = new Lookup<Outcome>(async (keys) => {
    const rows = await this.database.query<{ key: number; code: string; grpc_status: string; flags: string; outcome: Outcome['outcome'] }>(
      'SELECT key, code, grpc_status, flags, outcome FROM metrics.outcomes WHERE key = ANY($1)',
      [keys],
    );
    return rows.map(({ key, code, grpc_status, flags, outcome }) => [
      key,
      { code, ...(grpc_status === '' ? {} : { grpcStatus: grpc_status }), flags, outcome },
    ]);
  });
  private readonly boundsLookup = new Lookup<number[]>(async (keys) => {
    const rows = await this.database.query<{ key: number; bounds: number[] }>(
      'SELECT key, upper_bounds_ms AS bounds FROM metrics.latency_bounds WHERE key = ANY($1)',
      [keys],
    );
    return rows.map(({ key, bounds }) => [key, bounds]);
  });

  constructor(private readonly database: Database) {}

  principals(keys: Iterable<number | null>): Promise<ReadonlyMap<number, string>> {
    return this.principalLookup.of(keys);
  }

  outcomes(keys: Iterable<number>): Promise<ReadonlyMap<number, Outcome>> {
    return this.outcomeLookup.of(keys);
  }

  bounds(keys: Iterable<number | null>): Promise<ReadonlyMap<number, number[]>> {
    return this.boundsLookup.of(keys);
  }

  /** Identities do change (an app's label, a version): they are read each time. */
  async edges(keys: readonly number[]): Promise<ReadonlyMap<number, KnownEdge>> {
    const rows = await this.database.query<{ key: number; id: string; identity: EdgeIdentity }>(
      'SELECT key, edge_id AS id, identity FROM metrics.edges WHERE key = ANY($1)',
      [keys],
    );
    return new Map(rows.map(({ key, ...edge }) => [key, edge]));
  }
}
