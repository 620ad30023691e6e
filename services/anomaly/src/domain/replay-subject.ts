/**
 * The signals of one subject over time with what was to be expected at each moment: its history is learned again, step by step,
 * and judged as the live pass would have. Invariant: what is expected at a step was learned from earlier steps only.
 */
import type { BaselineStage, DetectionConfig, SignalName, SignalSeries, SignalUnit, TrafficSeries } from '@observatory/contracts';
import { scoreOf } from '@observatory/detect';
import { COUNTS, CountModel } from './counts.js';
import { noTraffic, type Traffic } from './facts.js';
import { noiseOf, scoreOfOne, stageOf } from './judge-subject.js';
import { HOUR_SEC, SeriesModel, valueOf } from './series-model.js';
import { QUANTITIES, REQUESTS } from './signals.js';

const BAND_SCALES = 3;
const PLACE = 0;
/** As in the live pass. */
const COUNT_WEIGHT = 2.9 / 5;

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
  private readonly series = new SeriesModel();
  private readonly counts = new CountModel();
  private readonly columns: Column[];

  constructor(private readonly config: DetectionConfig) {
    this.series.reserve(1);
    this.counts.reserve(1);
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

  learn(traffic: Traffic, at: { atMs: number; spanSec: number }): void {
    const usualRate = this.series.usual({ subject: PLACE, quantity: REQUESTS, atMs: at.atMs });
    for (let quantity = 0; quantity < QUANTITIES.length; quantity += 1) {
      const value = QUANTITIES[quantity]!.value(traffic);
      if (Number.isNaN(value)) continue;
      const noise = noiseOf(quantity, { traffic, usualRate, spanSec: at.spanSec });
      this.series.learn({ subject: PLACE, quantity, atMs: at.atMs }, value, { spanSec: at.spanSec, noise });
    }
    this.counts.learn(PLACE, traffic, { spanSec: at.spanSec });
  }

  /** Writes a step down, then learns from it. */
  show(traffic: Traffic | undefined, at: { atMs: number; spanSec: number }): void {
    if (!traffic) {
      for (const { series } of this.columns) push(series, [null, null, null, null, null]);
      return;
    }
    this.counts.turn();
    this.counts.put(PLACE, traffic, at.spanSec);
    const usualRate = this.series.usual({ subject: PLACE, quantity: REQUESTS, atMs: at.atMs });
    for (let quantity = 0; quantity < QUANTITIES.length; quantity += 1)
      push(this.columns[quantity]!.series, this.quantity(quantity, traffic, { ...at, usualRate }));
    SHOWN_COUNTS.forEach(({ kind }, index) => push(this.columns[QUANTITIES.length + index]!.series, this.count(kind, traffic, at.spanSec)));
    this.learn(traffic, at);
  }

  /** Without signals that were never known. */
  signals(): SignalSeries[] {
    return this.columns.map(({ series }) => series).filter(({ observed }) => observed.some((value) => value !== null && value > 0));
  }

  get stage(): BaselineStage {
    return stageOf(this.series, PLACE);
  }

  get historySec(): number {
    return Math.round(this.series.ageSec(PLACE, REQUESTS));
  }

  private quantity(quantity: number, traffic: Traffic, at: { atMs: number; spanSec: number; usualRate: number }): Row {
    const value = QUANTITIES[quantity]!.value(traffic);
    if (Number.isNaN(value)) return [null, null, null, null, null];
    if (this.series.ageSec(PLACE, quantity) < HOUR_SEC) return [value, null, null, null, null];
    const noise = noiseOf(quantity, { traffic, usualRate: at.usualRate, spanSec: at.spanSec });
    const rarity = this.series.judge({ subject: PLACE, quantity, atMs: at.atMs }, value, noise);
    const { expected, scale } = this.series.verdict;
    const of = (x: number) => valueOf(quantity, x);
    return [
      value,
      of(expected),
      of(expected - BAND_SCALES * scale),
      of(expected + BAND_SCALES * scale),
      scoreOf(rarity, this.config.budget),
    ];
  }

  private count(kind: number, traffic: Traffic, spanSec: number): Row {
    if (traffic.requests <= 0) return [null, null, null, null, null];
    const observed = Math.min(1, COUNTS[kind]!.count(traffic) / traffic.requests);
    const { share, high } = this.counts.usual(PLACE, kind, traffic.requests * spanSec);
    const judged = this.counts.judge(PLACE, kind, spanSec);
    return [observed, share, 0, high, judged ? scoreOfOne(Math.min(12, judged.rarity * COUNT_WEIGHT), this.config.budget) : 0];
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
