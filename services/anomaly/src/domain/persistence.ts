/**
 * When does something unusual become an anomaly, and when is it over? `needed` of the last `of` windows at the alert line
 * begin it (Davis' 3 of 5), `closeAfter` windows in a row below half end it: hysteresis, so that it does not flutter.
 * Invariant: one anomaly at a time for a subject and type; the same windows give the same anomalies.
 */
import { ALERT_SCORE } from '@observatory/detect';
import type { AnomalyType, DetectionConfig } from '@observatory/contracts';
import type { Finding } from './finding.js';

const OVER_BELOW = 0.5;
/** A week of windows at 30 s would be 20,160: nothing keeps that many subjects unusual. */
const TRACKED_MAX = 20_000;

export interface Tracked {
  readonly subjectId: string;
  readonly type: AnomalyType;
  /** Windows at the alert line, the newest first bit. */
  hits: number;
  sinceMs: number;
  open: boolean;
  quiet: number;
}
export interface Begun {
  readonly finding: Finding;
  readonly sinceMs: number;
}
export interface Turn {
  readonly begun: Begun[];
  readonly going: Finding[];
  readonly ended: { subjectId: string; type: AnomalyType }[];
}

export class Persistence {
  private readonly tracked = new Map<string, Tracked>();

  /** `isUnknown`: of these types this window says nothing, neither that they go on nor that they are over. */
  advance(
    atMs: number,
    findings: readonly Finding[],
    { config, isUnknown = () => false }: { config: DetectionConfig; isUnknown?: (type: AnomalyType) => boolean },
  ): Turn {
    const turn: Turn = { begun: [], going: [], ended: [] };
    const seen = new Set<string>();
    for (const finding of findings) {
      const key = keyOf(finding.subject.id, finding.type);
      seen.add(key);
      const tracked = this.tracked.get(key) ?? this.track(finding, atMs);
      if (tracked) step(tracked, finding, { atMs, config, turn });
    }
    for (const [key, tracked] of this.tracked) if (!seen.has(key) && !isUnknown(tracked.type)) this.silence(key, tracked, { config, turn });
    return turn;
  }

  /** What is open in the database, after a restart without a snapshot. */
  resume(subjectId: string, type: AnomalyType, sinceMs: number): void {
    const key = keyOf(subjectId, type);
    const known = this.tracked.get(key);
    this.tracked.set(key, { subjectId, type, hits: known?.hits ?? 0, sinceMs, open: true, quiet: known?.quiet ?? 0 });
  }

  /** Somebody said that it is over: it has to begin anew. */
  end(subjectId: string, type: AnomalyType): void {
    this.tracked.delete(keyOf(subjectId, type));
  }

  isOpen(subjectId: string, type: AnomalyType): boolean {
    return this.tracked.get(keyOf(subjectId, type))?.open ?? false;
  }

  save(): Tracked[] {
    return [...this.tracked.values()];
  }

  restore(saved: readonly Tracked[]): void {
    for (const tracked of saved) this.tracked.set(keyOf(tracked.subjectId, tracked.type), { ...tracked });
  }

  private track({ subject, type }: Finding, sinceMs: number): Tracked | undefined {
    if (this.tracked.size >= TRACKED_MAX) return undefined;
    const tracked = { subjectId: subject.id, type, hits: 0, sinceMs, open: false, quiet: 0 };
    this.tracked.set(keyOf(subject.id, type), tracked);
    return tracked;
  }

  private silence(key: string, tracked: Tracked, { config, turn }: { config: DetectionConfig; turn: Turn }): void {
    tracked.hits = shifted(tracked.hits, false, config);
    tracked.quiet += 1;
    if (tracked.quiet < config.closeAfter) return;
    if (tracked.open) turn.ended.push({ subjectId: tracked.subjectId, type: tracked.type });
    this.tracked.delete(key);
  }
}

function step(tracked: Tracked, finding: Finding, { atMs, config, turn }: { atMs: number; config: DetectionConfig; turn: Turn }): void {
  tracked.hits = shifted(tracked.hits, finding.score >= ALERT_SCORE, config);
  tracked.quiet = finding.score < OVER_BELOW ? tracked.quiet + 1 : 0;
  if (tracked.open) turn.going.push(finding);
  else if (count(tracked.hits) >= Math.min(config.persistence.of, finding.needed ?? config.persistence.needed)) {
    tracked.open = true;
    turn.begun.push({ finding, sinceMs: tracked.sinceMs });
  } else if (tracked.hits === 0) tracked.sinceMs = atMs;
}

const shifted = (hits: number, hit: boolean, { persistence }: DetectionConfig): number =>
  ((hits * 2 + (hit ? 1 : 0)) % 2 ** Math.min(31, persistence.of)) >>> 0;

function count(bits: number): number {
  let [left, sum] = [bits, 0];
  for (; left > 0; left = Math.floor(left / 2)) sum += left % 2;
  return sum;
}

const keyOf = (subjectId: string, type: AnomalyType): string => `${type} ${subjectId}`;
