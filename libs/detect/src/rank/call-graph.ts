/**
 * Who calls whom, with cycles and with nodes that nobody measured. Invariant: every walk ends, whatever the edges are.
 */

export interface CallGraph {
  readonly nodes: readonly string[];
  /** `source` calls `target`. */
  readonly edges: readonly { readonly source: string; readonly target: string }[];
}

export type Callees = ReadonlyMap<string, readonly string[]>;

export function calleesOf({ nodes, edges }: CallGraph): Callees {
  const found = new Map<string, Set<string>>(nodes.map((node) => [node, new Set<string>()]));
  for (const { source, target } of edges) if (source !== target) found.get(source)?.add(target);
  return new Map([...found].map(([node, targets]) => [node, [...targets]]));
}

/** Calls from `start` to each node that it reaches, at least. */
export function distancesFrom(start: string, callees: Callees): ReadonlyMap<string, number> {
  const distances = new Map([[start, 0]]);
  for (const [node, distance] of distances) {
    for (const callee of callees.get(node) ?? []) if (!distances.has(callee)) distances.set(callee, distance + 1);
  }
  return distances;
}

/** Callees that are measured; those that are not stand for what they call. */
export function measuredCallees(node: string, callees: Callees, measured: (node: string) => boolean): string[] {
  const seen = new Set([node]);
  const found: string[] = [];
  const open = [...(callees.get(node) ?? [])].reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (measured(next)) found.push(next);
    else open.push(...(callees.get(next) ?? []));
  }
  return found;
}
