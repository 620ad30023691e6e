/**
 * The mean over windows in columns. One pass over the numbers, one over the responses, one over the histograms;
 * objects are made for the result only.
 */
import type { EdgeSample, LatencyHistogram, ResponseRate } from '@observatory/contracts';
import { scaledHistogram } from './mean.js';
import { ALWAYS_KNOWN, FIELDS, type EdgeFacts, type RingTables, type StoredWindow } from './window-columns.js';

const WIDTH = FIELDS.length;

/** Sums by slot; `seen` says which slots any window has, `knownBits` which of the optional columns. */
function sumNumbers(windows: readonly StoredWindow[], slotCount: number) {
  const sums = new Float64Array(slotCount * WIDTH);
  const seen = new Uint8Array(slotCount);
  const knownBits = new Uint8Array(slotCount);
  for (const { slots, numbers } of windows) {
    for (let row = 0; row < slots.length; row += 1) {
      const slot = slots[row]!;
      seen[slot] = 1;
      for (let field = 0; field < WIDTH; field += 1) {
        const value = numbers[row * WIDTH + field]!;
        if (Number.isNaN(value)) continue;
        sums[slot * WIDTH + field]! += value;
        if (field >= ALWAYS_KNOWN) knownBits[slot]! |= 1 << (field - ALWAYS_KNOWN);
      }
    }
  }
  return { sums, seen, knownBits };
}

/** Responses by slot, in one stretch of an array each, as long as the slot could need. */
function sumResponses(windows: readonly StoredWindow[], slotCount: number) {
  const starts = new Uint32Array(slotCount + 1);
  for (const { slots, responseEnds } of windows) {
    for (let row = 0; row < slots.length; row += 1)
      starts[slots[row]! + 1]! += responseEnds[row]! - (row === 0 ? 0 : responseEnds[row - 1]!);
  }
  for (let slot = 0; slot < slotCount; slot += 1) starts[slot + 1]! += starts[slot]!;
  const kinds = new Uint16Array(starts[slotCount]!);
  const rates = new Float64Array(starts[slotCount]!);
  const used = new Uint32Array(slotCount);
  for (const { slots, responseEnds, responseKinds, responseRates } of windows) {
    let from = 0;
    for (let row = 0; row < slots.length; row += 1) {
      const slot = slots[row]!;
      const start = starts[slot]!;
      for (; from < responseEnds[row]!; from += 1) {
        let at = start;
        const end = start + used[slot]!;
        while (at < end && kinds[at] !== responseKinds[from]) at += 1;
        if (at === end) {
          kinds[at] = responseKinds[from]!;
          used[slot]! += 1;
        }
        rates[at]! += responseRates[from]!;
      }
    }
  }
  return { starts, used, kinds, rates };
}

interface HistogramSum {
  readonly bounds: number;
  readonly perSecond: number[];
  readonly readAt: string;
  count: number;
}

function addHistograms(
  sums: (HistogramSum | undefined)[],
  window: StoredWindow,
  { fillOnly, tables }: { fillOnly: boolean; tables: RingTables },
): void {
  for (let entry = 0; entry < window.histogramSlots.length; entry += 1) {
    const from = entry === 0 ? 0 : window.histogramEnds[entry - 1]!;
    const to = window.histogramEnds[entry]!;
    const slot = window.histogramSlots[entry]!;
    const bounds = window.histogramBounds[entry]!;
    let sum = sums[slot];
    if (sum === undefined) {
      const perSecond = Array.from({ length: tables.bounds.values[bounds]!.length + 1 }, () => 0);
      sums[slot] = sum = { bounds, perSecond, readAt: window.readAts[window.histogramReadAts[entry]!]!, count: 0 };
    } else if (fillOnly || sum.bounds !== bounds) continue;
    const shift = window.histogramFirsts[entry]! - from;
    for (let at = from; at < to; at += 1) sum.perSecond[at + shift]! += window.histogramRates[at]!;
    sum.count += 1;
  }
}

/** Newest first, so that the first histogram of a slot decides which bounds count; older windows fill gaps only. */
function sumHistograms(windows: readonly StoredWindow[], older: readonly StoredWindow[], tables: RingTables): (HistogramSum | undefined)[] {
  const sums: (HistogramSum | undefined)[] = [];
  for (const window of windows.toReversed()) addHistograms(sums, window, { fillOnly: false, tables });
  for (const window of older.toReversed()) addHistograms(sums, window, { fillOnly: true, tables });
  return sums;
}

function histogramOf({ bounds, perSecond, readAt, count }: HistogramSum, tables: RingTables): LatencyHistogram {
  if (count > 1) for (let index = 0; index < perSecond.length; index += 1) perSecond[index]! /= count;
  return { upperBoundsMs: tables.bounds.values[bounds]!, perSecond, readAt };
}

interface MeanContext {
  /** Windows before the span, for histograms that it has none of. */
  readonly older: readonly StoredWindow[];
  readonly facts: readonly (EdgeFacts | undefined)[];
  readonly tables: RingTables;
}

/** `windows` oldest first. */
export function meanOfWindows(windows: readonly StoredWindow[], { older, facts, tables }: MeanContext): EdgeSample[] {
  const slotCount = facts.length;
  const { sums, seen, knownBits } = sumNumbers(windows, slotCount);
  const responsesBySlot = sumResponses(windows, slotCount);
  const histograms = sumHistograms(windows, older, tables);
  const edges: EdgeSample[] = [];
  const value = (slot: number, field: number) => sums[slot * WIDTH + field]! / windows.length;
  for (let slot = 0; slot < slotCount; slot += 1) {
    if (seen[slot] === 0) continue;
    const start = responsesBySlot.starts[slot]!;
    const responses: ResponseRate[] = [];
    for (let at = start; at < start + responsesBySlot.used[slot]!; at += 1) {
      responses.push({
        ...tables.kinds.values[responsesBySlot.kinds[at]!]!,
        requestsPerSecond: responsesBySlot.rates[at]! / windows.length,
      });
    }
    const edge: EdgeSample = {
      ...facts[slot]!,
      responses,
      requestsPerSecond: value(slot, 0),
      errorsPerSecond: value(slot, 1),
      clientErrorsPerSecond: value(slot, 2),
      sentBytesPerSecond: value(slot, 3),
      receivedBytesPerSecond: value(slot, 4),
      mutualTlsPerSecond: value(slot, 5),
      plaintextPerSecond: value(slot, 6),
    };
    for (let field = ALWAYS_KNOWN; field < WIDTH; field += 1) {
      if ((knownBits[slot]! & (1 << (field - ALWAYS_KNOWN))) !== 0) edge[FIELDS[field]!] = value(slot, field);
    }
    const histogram = histograms[slot];
    if (histogram !== undefined) edge.latency = scaledHistogram(histogramOf(histogram, tables), edge.latencyCountPerSecond);
    edges.push(edge);
  }
  return edges;
}
