/**
 * Who calls whom: neighbours, callers and callees at any distance, with cycles and with nodes that no edge names.
 * Invariants: an edge leads from who calls to who is called; every walk ends, whatever the edges are; order is that of the edges.
 */

export interface Call {
  readonly source: string;
  readonly target: string;
}

/** A call between workloads of a mesh, and how much flows over it. */
export interface GraphEdge extends Call {
  readonly id: string;
  readonly requestsPerSecond: number;
}

export class CallGraph<Edge extends Call = GraphEdge> {
  private readonly outgoing: ReadonlyMap<string, Edge[]>;
  private readonly incoming: ReadonlyMap<string, Edge[]>;
  private readonly reached = new Map<string, ReadonlyMap<string, number>>();

  constructor(edges: readonly Edge[]) {
    this.outgoing = Map.groupBy(edges, ({ source }) => source);
    this.incoming = Map.groupBy(edges, ({ target }) => target);
  }

  out(node: string): readonly Edge[] {
    return this.outgoing.get(node) ?? [];
  }

  into(node: string): readonly Edge[] {
    return this.incoming.get(node) ?? [];
  }

  /** Whom it calls, each once, without itself. */
  callees(node: string): string[] {
    return [...new Set(this.out(node).map(({ target }) => target))].filter((target) => target !== node);
  }

  /** Who calls the nodes, directly or not, at most so many steps away; without the nodes themselves. */
  callersOf(nodes: ReadonlySet<string>, steps: number): string[] {
    const found = new Set<string>();
    let front = [...nodes];
    for (let step = 0; step < steps && front.length > 0; step += 1) {
      const next = front
        .flatMap((node) => this.into(node).map(({ source }) => source))
        .filter((node) => !nodes.has(node) && !found.has(node));
      front = [...new Set(next)];
      for (const node of front) found.add(node);
    }
    return [...found];
  }

  /** Calls from `start` to each node that it reaches, at least; 0 to itself. Remembered for as long as the graph lives. */
  distancesFrom(start: string): ReadonlyMap<string, number> {
    const known = this.reached.get(start);
    if (known) return known;
    const distances = new Map([[start, 0]]);
    for (const [node, distance] of distances) {
      for (const callee of this.callees(node)) if (!distances.has(callee)) distances.set(callee, distance + 1);
    }
    this.reached.set(start, distances);
    return distances;
  }

  /** Callees of which something is known; those of which nothing is stand for what they call. */
  nearestCallees(node: string, isKnown: (node: string) => boolean): string[] {
    const seen = new Set([node]);
    const found: string[] = [];
    const open = this.callees(node).reverse();
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      if (isKnown(next)) found.push(next);
      else open.push(...this.callees(next));
    }
    return found;
  }
}
