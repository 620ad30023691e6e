/**
 * How are places kept, and for how long? A node that goes away keeps its place for KEEP_DAYS, so that it comes back to it.
 * Invariant: what is written reads back the same; no more than MAX_PLACES are kept, those seen longest ago go first.
 */
import type { Place, Places } from './geometry.js';

export interface SeenPlace extends Place {
  /** Days since 1970. */
  readonly seenDay: number;
}
export type SeenPlaces = ReadonlyMap<string, SeenPlace>;

const KEEP_DAYS = 7;
const MAX_PLACES = 20_000;

/** `present` nodes are seen today; the others were last seen when `before` says. */
export function seenPlaces(
  places: Places,
  before: SeenPlaces,
  { present, today }: { present: ReadonlySet<string>; today: number },
): SeenPlaces {
  const kept: [string, SeenPlace][] = [];
  for (const [id, { x, y, block }] of places) {
    const seenDay = present.has(id) ? today : (before.get(id)?.seenDay ?? today);
    if (today - seenDay <= KEEP_DAYS) kept.push([id, { x, y, block, seenDay }]);
  }
  if (kept.length > MAX_PLACES) kept.sort(([, a], [, b]) => b.seenDay - a.seenDay).splice(MAX_PLACES);
  return new Map(kept);
}

export const dayOf = (nowMs: number): number => Math.floor(nowMs / 86_400_000);

/** Two decimals are a hundredth of a node's room. */
const cut = (value: number): number => Math.round(value * 100) / 100;

export function serialisePlaces(places: SeenPlaces): string {
  const rows = Array.from(places, ([id, { x, y, block, seenDay }]) => [id, cut(x), cut(y), block, seenDay]);
  return JSON.stringify(rows.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}

/** Undefined when the text is not what `serialisePlaces` writes. */
export function parsePlaces(text: string): SeenPlaces | undefined {
  try {
    const rows = JSON.parse(text) as unknown;
    if (!Array.isArray(rows) || !rows.every(isRow)) return undefined;
    return new Map(rows.map(([id, x, y, block, seenDay]) => [id, { x, y, block, seenDay }]));
  } catch {
    return undefined;
  }
}

function isRow(row: unknown): row is [string, number, number, string, number] {
  const types = ['string', 'number', 'number', 'string', 'number'];
  return Array.isArray(row) && types.every((type, at) => typeof row[at] === type);
}
