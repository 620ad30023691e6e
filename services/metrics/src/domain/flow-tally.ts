/**
 * Sums of windows of several lengths become mean rates over all the time that is known.
 * An edge that two Prometheuses tell of (each end's cluster has its own) is taken from the one that saw more of it, not added up.
 * Invariant: a rate is the sum of rate × length of its windows, divided by the length of all known windows of its source.
 */
export interface Sums {
  readonly key: number;
  readonly sourceKey: number;
  readonly requests: number;
  readonly connections: number;
  readonly mutualTls: number;
  readonly plaintext: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly sourcePrincipal: number | null;
  readonly destinationPrincipal: number | null;
}

export interface TalliedFlow {
  readonly key: number;
  readonly requestsPerSecond: number;
  readonly connectionsPerSecond: number;
  readonly mutualTlsPerSecond: number;
  readonly plaintextPerSecond: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly sourcePrincipal: number | null;
  readonly destinationPrincipal: number | null;
  /** Requests per second by key of the outcome. */
  readonly outcomes: ReadonlyMap<number, number>;
}

type Mutable = { -readonly [Field in keyof Omit<Sums, 'key' | 'sourceKey'>]: Sums[Field] } & { outcomes: Map<number, number> };

export class FlowTally {
  private readonly seconds = new Map<number, number>();
  /** key of the edge → source → sums in units times seconds. */
  private readonly edges = new Map<number, Map<number, Mutable>>();

  /** Of the source that knows most. */
  get knownSec(): number {
    return Math.max(0, ...this.seconds.values());
  }

  addKnown(windows: ReadonlyMap<number, number>, baseSec: number): void {
    for (const [source, count] of windows) this.seconds.set(source, (this.seconds.get(source) ?? 0) + count * baseSec);
  }

  /** Pieces come oldest first: the newest principal stays. */
  addSums(rows: readonly Sums[], baseSec: number): void {
    for (const { key, sourceKey, ...row } of rows) {
      const bySource = this.edges.get(key) ?? new Map<number, Mutable>();
      this.edges.set(key, bySource);
      const known = bySource.get(sourceKey);
      bySource.set(sourceKey, {
        requests: (known?.requests ?? 0) + row.requests * baseSec,
        connections: (known?.connections ?? 0) + row.connections * baseSec,
        mutualTls: (known?.mutualTls ?? 0) + row.mutualTls * baseSec,
        plaintext: (known?.plaintext ?? 0) + row.plaintext * baseSec,
        firstAt: known?.firstAt ?? row.firstAt,
        lastAt: row.lastAt,
        sourcePrincipal: row.sourcePrincipal ?? known?.sourcePrincipal ?? null,
        destinationPrincipal: row.destinationPrincipal ?? known?.destinationPrincipal ?? null,
        outcomes: known?.outcomes ?? new Map(),
      });
    }
  }

  addOutcomes(rows: readonly { key: number; sourceKey: number; outcome: number; requests: number }[], baseSec: number): void {
    for (const { key, sourceKey, outcome, requests } of rows) {
      const outcomes = this.edges.get(key)?.get(sourceKey)?.outcomes;
      outcomes?.set(outcome, (outcomes.get(outcome) ?? 0) + requests * baseSec);
    }
  }

  flows(): TalliedFlow[] {
    return [...this.edges].map(([key, bySource]) => {
      const [source, sums] = [...bySource].reduce((most, next) => (unitsOf(next[1]) > unitsOf(most[1]) ? next : most));
      const perSecond = 1 / Math.max(1, this.seconds.get(source) ?? 0);
      return {
        key,
        requestsPerSecond: sums.requests * perSecond,
        connectionsPerSecond: sums.connections * perSecond,
        mutualTlsPerSecond: sums.mutualTls * perSecond,
        plaintextPerSecond: sums.plaintext * perSecond,
        firstAt: sums.firstAt,
        lastAt: sums.lastAt,
        sourcePrincipal: sums.sourcePrincipal,
        destinationPrincipal: sums.destinationPrincipal,
        outcomes: new Map([...sums.outcomes].map(([outcome, units]) => [outcome, units * perSecond])),
      };
    });
  }
}

const unitsOf = ({ requests, connections }: Pick<Mutable, 'requests' | 'connections'>): number => requests + connections;
