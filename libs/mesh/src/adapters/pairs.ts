/**
 * What did each reporter see between two ends in one protocol? Both ends report the same request, so their views
 * stay apart until one of them is chosen. Invariant: exactly one view of a pair becomes its edges.
 *
 * The rule: a waypoint's view, else the source's, else the destination's; a later one is taken instead of an earlier
 * one when it answered more than the earlier one reported at all, by a tenth (`MATERIALLY`). Answers, because retries
 * and time-outs make the destination see more attempts than there are requests, but never more good answers. To a
 * destination's view belong the requests that the source alone can know: those that never left it.
 */
import { MAX_ENDS, type Endpoint, type Service } from './endpoints.js';
import { DESTINATION, SOURCE, WAYPOINT, type Ends, type Side } from './istio-ends.js';
import { neverReached, type Outcome } from './outcome.js';

export const MATERIALLY = 1.1;

/** One way in which requests to one service ended. */
export interface RequestRow {
  readonly service: Service | undefined;
  readonly code: string;
  readonly grpcStatus: string | undefined;
  readonly flags: string;
  readonly outcome: Outcome;
  rate: number;
}

/** Sums of the duration and size histograms towards one service. */
export interface Measures {
  /** '' where the service is not known. */
  readonly host: string;
  durationSum: number;
  durationCount: number;
  requestBytes: number;
  responseBytes: number;
  buckets: [number, number][] | undefined;
}

export interface View {
  readonly rows: RequestRow[];
  total: number;
  /** Requests that did not fail: of those, both ends see equally many. */
  answered: number;
  /** Requests that ended at the reporter, before the other end. */
  unreached: number;
  mutualTls: number;
  plaintext: number;
  sourcePrincipal: string | undefined;
  destinationPrincipal: string | undefined;
  /** One a host; undefined for none, since most windows have tens of thousands of views. */
  measures: Measures[] | undefined;
}

/** What runs between two ends, one kind apart from the other: a connection of ztunnel's may carry the HTTP of a sidecar. */
export const LANES = ['http', 'grpc', 'tcp', 'ztunnel'] as const;
export type Lane = (typeof LANES)[number];

export interface Pair<V> {
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly lane: Lane;
  /** By side; undefined for who reported nothing. */
  readonly views: (V | undefined)[];
}

const keyOf = (source: Endpoint, target: Endpoint, lane: Lane): number =>
  (source.index * MAX_ENDS + target.index) * LANES.length + LANES.indexOf(lane);

export class Pairs<V> {
  private readonly byKey = new Map<number, Pair<V>>();

  constructor(private readonly newView: () => V) {}

  has(source: Endpoint, target: Endpoint, lane: Lane): boolean {
    return this.byKey.has(keyOf(source, target, lane));
  }

  view({ source, target, side }: Ends, lane: Lane): V {
    const key = keyOf(source, target, lane);
    let pair = this.byKey.get(key);
    if (pair === undefined) this.byKey.set(key, (pair = { source, target, lane, views: [undefined, undefined, undefined] }));
    return (pair.views[side] ??= this.newView());
  }

  values(): IterableIterator<Pair<V>> {
    return this.byKey.values();
  }
}

export const newView = (): View => ({
  rows: [],
  total: 0,
  answered: 0,
  unreached: 0,
  mutualTls: 0,
  plaintext: 0,
  sourcePrincipal: undefined,
  destinationPrincipal: undefined,
  measures: undefined,
});

export function addRow(view: View, row: RequestRow): void {
  view.rows.push(row);
  view.total += row.rate;
  if (row.outcome !== 'error') view.answered += row.rate;
  if (neverReached(row.flags)) view.unreached += row.rate;
}

export interface Choice {
  readonly side: Side;
  readonly view: View;
  /** Rows of the source that the chosen view cannot have. */
  readonly added: readonly RequestRow[];
}

/** Undefined for a pair of which only measures are known. */
export function chooseView({ views }: Pair<View>): Choice | undefined {
  let side: Side | undefined;
  for (const candidate of [WAYPOINT, SOURCE, DESTINATION]) {
    const view = views[candidate];
    if (view === undefined || view.rows.length === 0) continue;
    if (side === undefined || view.answered > MATERIALLY * views[side]!.total) side = candidate;
  }
  if (side === undefined) return undefined;
  const added = side === DESTINATION ? (views[SOURCE]?.rows.filter((row) => neverReached(row.flags)) ?? []) : [];
  return { side, view: views[side]!, added };
}
