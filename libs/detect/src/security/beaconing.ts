/**
 * Does something call home? Connections to a rare place outside that come as regularly as a clock: regularity of gaps as in RITA
 * (Bowley skew and median absolute deviation of inter-arrival times), and Fisher's g on the periodogram, which still sees a rhythm
 * below other traffic (anomaly research §4). Health checks and scrapes are periodic too: only edges that are young count.
 * Invariant: fewer than ARRIVALS_MIN arrivals, or traffic in most windows, is no beacon.
 */
import type { EdgeMemories, EdgeMemory } from './edge-memory.js';
import { amountOf } from './evidence.js';
import { isOutside, nameOf, TECHNIQUES, type Flow, type SecurityFinding } from './flow.js';

const ARRIVALS_MIN = 8;
const WINDOWS_MIN = 24;
const ACTIVE_SHARE_MAX = 0.6;
const YOUNG_MS = 7 * 86_400_000;
const REGULAR_FROM = 0.85;
/** So many usual gaps without a call, and at least WINDOWS_MIN windows, are a pause. */
const SILENT_GAPS = 6;

/** 0 to 1: how even the gaps between arrivals are. */
export function regularityOf(gaps: readonly number[]): number {
  if (gaps.length < 3) return 0;
  const sorted = [...gaps].sort((a, b) => a - b);
  const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * (sorted.length - 1) + 0.5))]!;
  const [low, middle, high] = [at(0.25), at(0.5), at(0.75)];
  const skew = high === low ? 0 : Math.abs((low + high - 2 * middle) / (high - low));
  const deviations = gaps.map((gap) => Math.abs(gap - middle)).sort((a, b) => a - b);
  const spread = deviations[Math.floor(deviations.length / 2)]! / middle;
  return Math.max(0, (1 - skew + (1 - Math.min(1, spread))) / 2);
}

/** -log10 p of the strongest line of the periodogram: P(g > x) ≤ m (1 - x)^(m-1) (Fisher 1929). */
export function periodicity(values: readonly number[]): { rarity: number; period: number } {
  const n = values.length;
  const m = Math.floor((n - 1) / 2);
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  let [total, strongest, period] = [0, 0, 0];
  for (let k = 1; k <= m; k += 1) {
    let [re, im] = [0, 0];
    for (let t = 0; t < n; t += 1) {
      const angle = (2 * Math.PI * k * t) / n;
      re += (values[t]! - mean) * Math.cos(angle);
      im -= (values[t]! - mean) * Math.sin(angle);
    }
    const power = re * re + im * im;
    total += power;
    if (power > strongest) [strongest, period] = [power, n / k];
  }
  if (total <= 0) return { rarity: 0, period: 0 };
  const g = Math.min(1 - 1e-12, strongest / total);
  return { rarity: Math.max(0, -(Math.log10(m) + (m - 1) * Math.log10(1 - g))), period };
}

export interface BeaconContext {
  readonly memories: EdgeMemories;
  readonly atMs: number;
  readonly windowSec: number;
}

/** Notes this window's connections of every edge outside, and looks at those that had some. */
export function beaconFindings(flows: readonly Flow[], context: BeaconContext): SecurityFinding[] {
  const { memories } = context;
  const present = new Map(flows.filter(({ target }) => isOutside(target)).map((flow) => [flow.id, flow]));
  const findings: SecurityFinding[] = [];
  for (const [id, flow] of present) {
    const memory = memories.get(id);
    if (!memory) continue;
    memories.noteArrivals(memory, Math.max(flow.connections, flow.requests) * context.windowSec);
    const found = beacon(flow, memory, context);
    if (found) findings.push(found);
  }
  for (const memory of memories.outside()) if (!present.has(memory.id)) memories.noteArrivals(memory, 0);
  return findings;
}

const placesOf = (arrivals: readonly number[]): number[] => arrivals.flatMap((count, place) => (count >= 0.5 ? [place] : []));
const gapsOf = (places: readonly number[]): number[] => places.slice(1).map((place, index) => place - places[index]!);
const medianOf = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** What came after the last long silence: when somebody begins anew, the pause is no part of the rhythm. */
function sinceSilence(arrivals: readonly number[]): readonly number[] {
  const places = placesOf(arrivals);
  const gaps = gapsOf(places);
  if (gaps.length === 0) return arrivals;
  const last = gaps.findLastIndex((gap) => gap > Math.max(WINDOWS_MIN, SILENT_GAPS * medianOf(gaps)));
  return last < 0 ? arrivals : arrivals.slice(places[last + 1]);
}

function beacon(flow: Flow, memory: EdgeMemory, { memories, atMs, windowSec }: BeaconContext): SecurityFinding | undefined {
  if (memories.historySec < 86_400 || atMs - memory.firstMs > Math.min(YOUNG_MS, memories.historySec * 1000 - 86_400_000)) return undefined;
  const arrivals = sinceSilence(memory.arrivals);
  const places = placesOf(arrivals);
  if (arrivals.length < WINDOWS_MIN || places.length < ARRIVALS_MIN || places.length > ACTIVE_SHARE_MAX * arrivals.length) return undefined;
  const gaps = gapsOf(places);
  const regularity = regularityOf(gaps);
  const { rarity: rhythm, period } = periodicity(arrivals.map((count) => Math.min(3, count)));
  const chance = regularity >= REGULAR_FROM ? 2 + places.length * 0.35 : 0;
  const rarity = Math.max(rhythm, chance);
  const everySec = Math.round((regularity >= REGULAR_FROM ? medianOf(gaps) : period) * windowSec);
  return {
    type: 'beaconing',
    subjectId: flow.id,
    sourceId: flow.sourceId,
    targetId: flow.targetId,
    rarity: Math.min(12, rarity),
    severity: 'warning',
    technique: TECHNIQUES.beaconing,
    needed: 1,
    about: { source: nameOf(flow.source), destination: nameOf(flow.target), everySec: String(everySec) },
    evidence: [
      {
        ...amountOf('regularity', regularity, rarity, 'ratio'),
        words: `${nameOf(flow.source)} connects to ${nameOf(flow.target)} about every ${everySec} s, ${places.length} times lately, and did not a week ago`,
      },
    ],
  };
}
