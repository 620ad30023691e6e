/**
 * In which column does each vertex of a directed graph belong? Cycles are broken by the greedy order of Eades, Lin and
 * Smyth (1993), columns are longest paths along it; more columns than wanted are merged, the emptiest neighbours first.
 * Invariant: deterministic; ties are decided by index.
 */
export interface Arc {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

/** Vertices by column, left to right; within a column by index. */
export function columnsOf(count: number, arcs: readonly Arc[], maxColumns: number): number[][] {
  const rank = greedyRank(count, arcs);
  const order = Array.from({ length: count }, (_, vertex) => vertex).sort((a, b) => (rank[a] as number) - (rank[b] as number));
  const forward: number[][] = Array.from({ length: count }, () => []);
  for (const { from, to } of arcs) if ((rank[from] as number) < (rank[to] as number)) (forward[from] as number[]).push(to);
  const depth = new Int32Array(count);
  for (const vertex of order) {
    for (const next of forward[vertex] as number[]) depth[next] = Math.max(depth[next] as number, (depth[vertex] as number) + 1);
  }
  const columns: number[][] = [];
  for (let vertex = 0; vertex < count; vertex += 1) (columns[depth[vertex] as number] ??= []).push(vertex);
  return merged(columns, maxColumns);
}

/** Sinks go to the end, sources to the front, else whoever sends the most beyond what it gets. */
function greedyRank(count: number, arcs: readonly Arc[]): Int32Array {
  const [outgoing, incoming] = [neighbourLists(count, arcs, 'from'), neighbourLists(count, arcs, 'to')];
  const surplus = new Float64Array(count);
  const open = { out: new Int32Array(count), in: new Int32Array(count) };
  for (const { from, to, weight } of arcs) {
    if (from === to) continue;
    surplus[from] = (surplus[from] as number) + weight;
    surplus[to] = (surplus[to] as number) - weight;
    open.out[from] = (open.out[from] as number) + 1;
    open.in[to] = (open.in[to] as number) + 1;
  }
  const rank = new Int32Array(count);
  const left = new Set(Array.from({ length: count }, (_, vertex) => vertex));
  let [front, back] = [0, count - 1];
  const take = (vertex: number, at: number) => {
    rank[vertex] = at;
    left.delete(vertex);
    for (const { vertex: next, weight } of outgoing[vertex] as Link[]) {
      open.in[next] = (open.in[next] as number) - 1;
      surplus[next] = (surplus[next] as number) + weight;
    }
    for (const { vertex: previous, weight } of incoming[vertex] as Link[]) {
      open.out[previous] = (open.out[previous] as number) - 1;
      surplus[previous] = (surplus[previous] as number) - weight;
    }
  };
  while (left.size > 0) {
    const sinks = [...left].filter((vertex) => open.out[vertex] === 0);
    const sources = [...left].filter((vertex) => open.in[vertex] === 0 && open.out[vertex] !== 0);
    for (const sink of sinks) take(sink, back--);
    for (const source of sources) take(source, front++);
    if (sinks.length > 0 || sources.length > 0 || left.size === 0) continue;
    let best = -1;
    for (const vertex of left) if (best < 0 || (surplus[vertex] as number) > (surplus[best] as number)) best = vertex;
    take(best, front++);
  }
  return rank;
}

interface Link {
  readonly vertex: number;
  readonly weight: number;
}

function neighbourLists(count: number, arcs: readonly Arc[], end: 'from' | 'to'): Link[][] {
  const lists: Link[][] = Array.from({ length: count }, () => []);
  for (const arc of arcs) {
    if (arc.from !== arc.to) (lists[arc[end]] as Link[]).push({ vertex: end === 'from' ? arc.to : arc.from, weight: arc.weight });
  }
  return lists;
}

function merged(columns: number[][], maxColumns: number): number[][] {
  const result = columns.map((column) => [...column]);
  while (result.length > Math.max(1, maxColumns)) {
    let best = 0;
    const size = (at: number) => (result[at] as number[]).length + (result[at + 1] as number[]).length;
    for (let at = 1; at < result.length - 1; at += 1) if (size(at) < size(best)) best = at;
    const joined = [...(result[best] as number[]), ...(result[best + 1] as number[])].sort((a, b) => a - b);
    result.splice(best, 2, joined);
  }
  return result;
}

/** Splits columns that are higher than `maxRows` into neighbours of about equal height. */
export function wrapped(columns: readonly number[][], maxRows: number): number[][] {
  return columns.flatMap((column) => {
    const parts = Math.ceil(column.length / maxRows);
    const rows = Math.ceil(column.length / parts);
    return Array.from({ length: parts }, (_, part) => column.slice(part * rows, (part + 1) * rows));
  });
}
