/**
 * The signals of one subject over time with what was to be expected at each moment: its history is learned again, step by step, and
 * judged as the live pass would have, but for the forest, which needs the rest of the mesh.
 * Invariant: what is expected at a step was learned from earlier steps only.
 */
import type { BaselineStage, DetectionConfig, SignalName, SignalSeries, SignalUnit, TrafficSeries } from '@observatory/contracts';
import { scoreOf } from '@observatory/detect';
import { noTraffic, type Traffic } from './facts.js';
import { bandOf, scoreOfCount, stageOf } from './judge-subject.js';
import { Models, type Seen, type Step } from './models.js';
import { COUNTS, QUANTITIES, REQUESTS } from './signals.js';

const PLACE = 0;

/** Rates of a step as the pass sees them; undefined where nothing is known of it. */
export function trafficAt(series: TrafficSeries, step: number): Traffic | undefined {
  const requests = series.requestsPerSecond[step];
  if (requests === null || requests === undefined) return undefined;
  const mean = series.latencyMsMean[step];
  const known = (column: readonly (number | null)[]) => column[step] ?? Number.NaN;
  return {
    ...noTraffic(),
    requests,
    errors: requests * (series.errorRatio[step] ?? 0),
    clientErrors: requests * (series.clientErrorRatio[step] ?? 0),
    latencySumMs: mean === null || mean === undefined ? 0 : mean * requests,
    latencyCount: mean === null || mean === undefined ? 0 : requests,
    latencyP50: known(series.latencyMsP50),
    latencyP95: known(series.latencyMsP95),
    latencyP99: known(series.latencyMsP99),
    sentBytes: series.sentBytesPerSecond[step] ?? 0,
    receivedBytes: series.receivedBytesPerSecond[step] ?? 0,
    connections: series.connectionsPerSecond[step] ?? 0,
  };
}

interface Column {
  readonly signal: SignalName;
  readonly unit: SignalUnit;
  readonly series: SignalSeries;
}
/** Errors as the series of the database tell them: denials are not told apart there. */
const SHOWN_COUNTS = COUNTS.map((count, kind) => ({ ...count, kind })).filter(
  ({ signal }) => signal === 'errors' || signal === 'clientErrors',
);

export class SubjectReplay {
  private readonly models = new Models();
  private readonly columns: Column[];

  constructor(private readonly config: DetectionConfig) {
    this.models.reserve(1);
    const column = (signal: SignalName, unit: SignalUnit): Column => ({
      signal,
      unit,
      series: { signal, unit, observed: [], expected: [], low: [], high: [], score: [] },
    });
    this.columns = [
      ...QUANTITIES.map(({ signal, unit }) => column(signal, unit)),
      ...SHOWN_COUNTS.map(({ signal }) => column(signal, 'ratio')),
    ];
  }

  learn(traffic: Traffic, at: Step): void {
    this.models.learn(PLACE, traffic, at);
  }

  /** Writes a step down, then learns from it. */
  show(traffic: Traffic | undefined, at: Step): void {
    if (!traffic) {
      for (const { series } of this.columns) push(series, [null, null, null, null, null]);
      return;
    }
    this.models.counts.turn();
    this.models.put(PLACE, traffic, at.spanSec);
    const usualRate = this.models.usualRate(PLACE, at.atMs);
    for (let quantity = 0; quantity < QUANTITIES.length; quantity += 1)
      push(this.columns[quantity]!.series, this.quantity(quantity, { ...at, traffic, usualRate }));
    SHOWN_COUNTS.forEach(({ kind }, index) => push(this.columns[QUANTITIES.length + index]!.series, this.count(kind, traffic, at.spanSec)));
    this.learn(traffic, at);
  }

  /** Without signals that were never known. */
  signals(): SignalSeries[] {
    return this.columns.map(({ series }) => series).filter(({ observed }) => observed.some((value) => value !== null && value > 0));
  }

  get stage(): BaselineStage {
    return stageOf(this.models, PLACE);
  }

  get historySec(): number {
    return Math.round(this.models.series.ageSec(PLACE, REQUESTS));
  }

  private quantity(quantity: number, seen: Seen): Row {
    const { value: valueOf, type } = QUANTITIES[quantity]!;
    const value = valueOf(seen.traffic);
    if (Number.isNaN(value)) return [null, null, null, null, null];
    const rarity = this.models.judge(PLACE, quantity, seen);
    if (Number.isNaN(rarity)) return [value, null, null, null, null];
    const { verdict } = this.models.series;
    const { expected, low, high } = bandOf(quantity, verdict);
    // Faster answers and fewer bytes are nobody's trouble, however seldom they are: requests that are denied at once do both.
    return [value, expected, low, high, type(verdict.higher) ? scoreOf(rarity, this.config.budget) : 0];
  }

  private count(kind: number, traffic: Traffic, spanSec: number): Row {
    if (traffic.requests <= 0) return [null, null, null, null, null];
    const observed = Math.min(1, COUNTS[kind]!.count(traffic) / traffic.requests);
    const { counts } = this.models;
    const { share, high } = counts.usual(PLACE, kind, traffic.requests * spanSec);
    const judged = counts.judge(PLACE, kind, spanSec);
    return [observed, share, 0, high, judged ? scoreOfCount(judged.rarity, this.config.budget) : 0];
  }
}

type Row = [observed: number | null, expected: number | null, low: number | null, high: number | null, score: number | null];

function push(series: SignalSeries, [observed, expected, low, high, score]: Row): void {
  series.observed.push(observed);
  series.expected.push(expected);
  series.low.push(low);
  series.high.push(high);
  series.score.push(score);
}
