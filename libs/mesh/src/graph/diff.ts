/**
 * What changed between two graphs? For people (`diffGraphs`): beyond noise, rates by a tenth, ratios by a percentage
 * point, health at all. For those who hold a copy (`deltaOfGraphs`): everything that differs after rounding.
 * Invariant: previous + delta = next, but for quantiles read again with the same result.
 */
import type { TopologyDelta, TopologyDiff, TopologyEdge, TopologyNode } from '@observatory/contracts';
import type { MeshGraph } from '../types.js';

const RATE_CHANGE = 0.1;
const RATIO_CHANGE = 0.01;
/** Below this a rate may double without anybody noticing: one request in 100 s, a byte in 100 s. */
const RATE_FLOOR = 0.01;
/** A quantile read again with the same result is told when it would look this much older than it is. */
const SAME_QUANTILE_MS = 60_000;

function rateChanged(before: number | undefined, after: number | undefined): boolean {
  if (before === undefined || after === undefined) return before !== after;
  const difference = Math.abs(before - after);
  return difference > RATE_CHANGE * Math.max(before, after) * (1 + 1e-9) && difference > RATE_FLOOR;
}

function ratioChanged(before: number | null, after: number | null): boolean {
  return before === null || after === null ? before !== after : Math.abs(before - after) >= RATIO_CHANGE - 1e-9;
}

/** Names of the fields for which `differ` says so. */
const namesOf = (checks: Readonly<Record<string, boolean>>): string[] => Object.keys(checks).filter((name) => checks[name]);

function nodeChanges(before: TopologyNode, after: TopologyNode): string[] {
  return namesOf({
    health: before.health.state !== after.health.state,
    idle: before.idle !== after.idle,
    mesh: before.mesh !== after.mesh,
    version: before.version !== after.version,
    replicas: !same(before.replicas, after.replicas),
    'in.requestsPerSecond': rateChanged(before.in.requestsPerSecond, after.in.requestsPerSecond),
    'in.errorRatio': ratioChanged(before.in.errorRatio, after.in.errorRatio),
    'in.bytesPerSecond': rateChanged(before.in.bytesPerSecond, after.in.bytesPerSecond),
    'out.requestsPerSecond': rateChanged(before.out.requestsPerSecond, after.out.requestsPerSecond),
    'out.errorRatio': ratioChanged(before.out.errorRatio, after.out.errorRatio),
    'out.bytesPerSecond': rateChanged(before.out.bytesPerSecond, after.out.bytesPerSecond),
  });
}

function edgeChanges(before: TopologyEdge, after: TopologyEdge): string[] {
  const principals = ({ mtls }: TopologyEdge) => [mtls.sourcePrincipal, mtls.destinationPrincipal];
  return namesOf({
    requestsPerSecond: rateChanged(before.requestsPerSecond, after.requestsPerSecond),
    errorRatio: ratioChanged(before.errorRatio, after.errorRatio),
    clientErrorRatio: ratioChanged(before.clientErrorRatio, after.clientErrorRatio),
    'latencyMs.mean': rateChanged(before.latencyMs?.mean, after.latencyMs?.mean),
    'latencyMs.p95': rateChanged(before.latencyMs?.p95, after.latencyMs?.p95),
    'latencyMs.p99': rateChanged(before.latencyMs?.p99, after.latencyMs?.p99),
    sentBytesPerSecond: rateChanged(before.sentBytesPerSecond, after.sentBytesPerSecond),
    receivedBytesPerSecond: rateChanged(before.receivedBytesPerSecond, after.receivedBytesPerSecond),
    connectionsPerSecond: rateChanged(before.connectionsPerSecond, after.connectionsPerSecond),
    'mtls.ratio': ratioChanged(before.mtls.ratio, after.mtls.ratio),
    'mtls.principals': !same(principals(before), principals(after)),
  });
}

function diffOf<T extends { id: string }>(before: readonly T[], after: readonly T[], changesOf: (before: T, after: T) => string[]) {
  const old = new Map(before.map((item) => [item.id, item]));
  const added: T[] = [];
  const changed: { id: string; before: T; after: T; changes: string[] }[] = [];
  for (const item of after) {
    const was = old.get(item.id);
    if (was === undefined) {
      added.push(item);
      continue;
    }
    old.delete(item.id);
    const changes = changesOf(was, item);
    if (changes.length > 0) changed.push({ id: item.id, before: was, after: item, changes });
  }
  return { added, removed: [...old.values()], changed };
}

export function diffGraphs(before: MeshGraph, after: MeshGraph): Pick<TopologyDiff, 'nodes' | 'edges'> {
  return { nodes: diffOf(before.nodes, after.nodes, nodeChanges), edges: diffOf(before.edges, after.edges, edgeChanges) };
}

/** Deep equality of plain data; `quantilesAt` may differ a little. */
function same(a: unknown, b: unknown, name = ''): boolean {
  if (a === b) return true;
  if (name === 'quantilesAt' && typeof a === 'string' && typeof b === 'string')
    return Math.abs(Date.parse(a) - Date.parse(b)) < SAME_QUANTILE_MS;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((key) => key in right && same(left[key], right[key], key));
}

function deltaOf<T extends { id: string }>(previous: readonly T[], next: readonly T[]): { upserted: T[]; removed: string[] } {
  const old = new Map(previous.map((item) => [item.id, item]));
  const upserted: T[] = [];
  for (const item of next) {
    if (!same(old.get(item.id), item)) upserted.push(item);
    old.delete(item.id);
  }
  return { upserted, removed: [...old.keys()] };
}

/** Of rounded graphs. `previous` undefined: everything is new. */
export function deltaOfGraphs(previous: MeshGraph | undefined, next: MeshGraph): Pick<TopologyDelta, 'nodes' | 'edges'> {
  return { nodes: deltaOf(previous?.nodes ?? [], next.nodes), edges: deltaOf(previous?.edges ?? [], next.edges) };
}
