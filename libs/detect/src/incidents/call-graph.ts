/** Who calls whom, as incidents look at it: neighbours, callers, and how much flows. Invariant: edges lead from source to target. */

export interface GraphEdge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly requestsPerSecond: number;
}

export class IncidentGraph {
  private readonly outgoing = new Map<string, GraphEdge[]>();
  private readonly incoming = new Map<string, GraphEdge[]>();

  constructor(edges: Iterable<GraphEdge>) {
    for (const edge of edges) {
      push(this.outgoing, edge.source, edge);
      push(this.incoming, edge.target, edge);
    }
  }

  out(node: string): readonly GraphEdge[] {
    return this.outgoing.get(node) ?? [];
  }

  into(node: string): readonly GraphEdge[] {
    return this.incoming.get(node) ?? [];
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
}

function push(map: Map<string, GraphEdge[]>, key: string, edge: GraphEdge): void {
  const list = map.get(key);
  if (list) list.push(edge);
  else map.set(key, [edge]);
}
