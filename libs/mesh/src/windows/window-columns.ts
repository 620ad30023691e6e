/**
 * One window in columns: numbers in typed arrays, everything that repeats as an index into tables of the ring.
 * Invariant: single precision (7 digits) is kept; identities are not here.
 */
import type { EdgeSample, LatencyHistogram, ResponseRate } from '@observatory/contracts';

/** Columns of an edge's row. The last three may be unknown, which is written as NaN. */
export const FIELDS = [
  'requestsPerSecond',
  'errorsPerSecond',
  'clientErrorsPerSecond',
  'sentBytesPerSecond',
  'receivedBytesPerSecond',
  'mutualTlsPerSecond',
  'plaintextPerSecond',
  'latencySumMsPerSecond',
  'latencyCountPerSecond',
  'connectionsPerSecond',
] as const;
export const ALWAYS_KNOWN = 7;

/** What of an edge is the same in every window. */
export type EdgeFacts = Pick<
  EdgeSample,
  'id' | 'source' | 'target' | 'destinationService' | 'protocol' | 'mesh' | 'sourcePrincipal' | 'destinationPrincipal' | 'reporters'
>;

export interface WindowColumns {
  readonly atMs: number;
  /** The ring's slot of each row. */
  readonly slots: Uint32Array;
  /** FIELDS.length numbers a row. */
  readonly numbers: Float32Array;
  /** Responses of row i: responseEnds[i - 1] to responseEnds[i]. */
  readonly responseEnds: Uint32Array;
  readonly responseKinds: Uint16Array;
  readonly responseRates: Float32Array;
  /**
   * One entry a histogram: its row's slot, its bounds, when it was read, its first bucket that is not empty, and
   * where its rates end. Empty buckets before and after are most of a histogram and are not kept.
   */
  readonly histogramSlots: Uint32Array;
  readonly histogramBounds: Uint16Array;
  readonly histogramReadAts: Uint16Array;
  readonly histogramFirsts: Uint16Array;
  readonly histogramEnds: Uint32Array;
  readonly histogramRates: Float32Array;
}

/** Response kinds or bounds that a ring tells apart; what comes later shares one entry an outcome. */
const MAX_KINDS = 4096;

/** Numbers for values that repeat. */
export class Interned<T> {
  private readonly numbers = new Map<string, number>();
  readonly values: T[] = [];

  number(key: string, make: () => T): number {
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.values.length;
      this.numbers.set(key, number);
      this.values.push(make());
    }
    return number;
  }

  get full(): boolean {
    return this.values.length >= MAX_KINDS;
  }
}

export type ResponseKind = Omit<ResponseRate, 'requestsPerSecond'>;

export class RingTables {
  readonly kinds = new Interned<ResponseKind>();
  readonly bounds = new Interned<number[]>();
  private latestBounds = 0;

  kind({ code, grpcStatus, flags, outcome }: ResponseRate): number {
    const key = `${code} ${grpcStatus ?? ''} ${flags} ${outcome}`;
    if (this.kinds.full) return this.kinds.number(`other ${outcome}`, () => ({ code: 'other', flags: '-', outcome }));
    return this.kinds.number(key, () => (grpcStatus === undefined ? { code, flags, outcome } : { code, grpcStatus, flags, outcome }));
  }

  /** Undefined for a histogram whose bounds are one kind too many. Nearly all histograms have the same few bounds. */
  boundsOf({ upperBoundsMs }: LatencyHistogram): number | undefined {
    const latest = this.bounds.values[this.latestBounds];
    if (latest !== undefined && latest.length === upperBoundsMs.length && latest.every((bound, index) => bound === upperBoundsMs[index])) {
      return this.latestBounds;
    }
    if (this.bounds.full) return undefined;
    this.latestBounds = this.bounds.number(upperBoundsMs.join(), () => upperBoundsMs);
    return this.latestBounds;
  }
}

/** The buckets from the first to the last that is not empty. */
function filledPart(perSecond: readonly number[]): { first: number; end: number } {
  let end = perSecond.length;
  while (end > 0 && perSecond[end - 1] === 0) end -= 1;
  let first = 0;
  while (first < end && perSecond[first] === 0) first += 1;
  return { first, end };
}

function histogramColumns(edges: readonly EdgeSample[], slots: Uint32Array, tables: RingTables) {
  const found = edges.flatMap(({ latency }, row) => {
    const bounds = latency === undefined ? undefined : tables.boundsOf(latency);
    return bounds === undefined ? [] : [{ latency: latency!, bounds, slot: slots[row]!, ...filledPart(latency!.perSecond) }];
  });
  const readAts = new Interned<string>();
  const columns = {
    histogramSlots: Uint32Array.from(found, ({ slot }) => slot),
    histogramBounds: Uint16Array.from(found, ({ bounds }) => bounds),
    histogramReadAts: Uint16Array.from(found, ({ latency }) => readAts.number(latency.readAt, () => latency.readAt)),
    histogramFirsts: Uint16Array.from(found, ({ first }) => first),
    histogramEnds: new Uint32Array(found.length),
    histogramRates: new Float32Array(found.reduce((sum, { first, end }) => sum + end - first, 0)),
  };
  let at = 0;
  found.forEach(({ latency, first, end }, index) => {
    columns.histogramRates.set(latency.perSecond.slice(first, end), at);
    at += end - first;
    columns.histogramEnds[index] = at;
  });
  return { columns, readAts: readAts.values };
}

export type StoredWindow = WindowColumns & { readonly readAts: readonly string[] };

export function columnsOf(
  window: { readonly atMs: number; readonly edges: readonly EdgeSample[] },
  slots: Uint32Array,
  tables: RingTables,
): StoredWindow {
  const { edges, atMs } = window;
  const numbers = new Float32Array(edges.length * FIELDS.length);
  const responseEnds = new Uint32Array(edges.length);
  const responseCount = edges.reduce((sum, { responses }) => sum + responses.length, 0);
  const responseKinds = new Uint16Array(responseCount);
  const responseRates = new Float32Array(responseCount);
  let end = 0;
  edges.forEach((edge, row) => {
    for (let field = 0; field < FIELDS.length; field += 1) numbers[row * FIELDS.length + field] = edge[FIELDS[field]!] ?? Number.NaN;
    for (const response of edge.responses) {
      responseKinds[end] = tables.kind(response);
      responseRates[end] = response.requestsPerSecond;
      end += 1;
    }
    responseEnds[row] = end;
  });
  const { columns, readAts } = histogramColumns(edges, slots, tables);
  return { atMs, slots, numbers, responseEnds, responseKinds, responseRates, ...columns, readAts };
}
