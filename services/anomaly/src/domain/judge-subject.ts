/**
 * How unusual is one subject in one window, and in which ways? Quantities by their series, failures by their counts, then gates:
 * enough load, a change that matters, and for bytes and connections one that load does not explain (residual to requests).
 * Cold start (anomaly research §3): under an hour only counts speak, under a day quantities stay below an alert.
 */
import { ALERT_SCORE, MEAN_TO_TAIL, scoreOf } from '@observatory/detect';
import type { AnomalyEvidence, AnomalyType, BaselineStage, DetectionConfig, Severity } from '@observatory/contracts';
import { COUNTS, type CountJudgement, type CountModel } from './counts.js';
import type { Traffic } from './facts.js';
import type { Finding, SubjectScore } from './finding.js';
import { DAY_SEC, HOUR_SEC, logOf, valueOf, type Judgement, type SeriesModel } from './series-model.js';
import { CONNECTIONS, countedOf, LATENCY_MEAN, QUANTITIES, REQUESTS } from './signals.js';
import type { Known } from './subjects.js';
import { evidenceWords } from './words.js';

/** Counts are tested in every window against one hypothesis, so they need p < 1e-5 where the mean of views needs 10^-2.9. */
const COUNT_WEIGHT = 2.9 / 5;
const COUNT_MOST = 12;
const LEARNING_CAP = ALERT_SCORE - 0.01;
/** A change below the gates is shown, and is no alert. */
const GATED_CAP = 0.6;
export const SHOWN_FROM = 0.5;
/** No preset shows less. */
const RARITY_SHOWN = 1.5;
/** Less than this is nobody's concern, whatever its share. */
const LEAST_CHANGE: Partial<Record<string, number>> = { ms: 3, bytesPerSecond: 2000, perSecond: 0.5 };
const BAND_SCALES = 3;
/** What always failed is seen to by then. */
const YOUNG_MESH_REQUESTS = 300;
const MEAN_LATENCY_MIN_REQUESTS = 10;

export interface Models {
  readonly series: SeriesModel;
  readonly counts: CountModel;
}
export interface Moment {
  readonly atMs: number;
  readonly windowSec: number;
  readonly config: DetectionConfig;
  /** The mesh was watched for an hour: who is new in it and fails is failing. In a young mesh it may always have been so. */
  readonly meshIsKnown: boolean;
  /** What feedback left of the rarity of this kind of finding, 0 to 1. */
  factor(subjectId: string, type: AnomalyType): number;
}
export interface Verdict {
  readonly score: SubjectScore;
  readonly findings: Finding[];
}

/** The score of a single tail, where `scoreOf` takes the mean of several views. */
export const scoreOfOne = (rarity: number, budget: DetectionConfig['budget']): number => scoreOf(rarity / MEAN_TO_TAIL, budget);

type Evidence = Omit<AnomalyEvidence, 'since'>;
interface Voice {
  type: AnomalyType;
  score: number;
  evidence: Evidence;
}

export function stageOf(series: SeriesModel, place: number): BaselineStage {
  const ageSec = series.ageSec(place, REQUESTS);
  if (ageSec < HOUR_SEC) return 'new';
  if (ageSec < DAY_SEC) return 'learning';
  return series.isSeasonal(place, REQUESTS) ? 'seasonal' : 'daily';
}

/** Variance that counting alone brings to the logarithm of a quantity. Where nothing came, what was to be expected tells how many it could have been. */
export function noiseOf(quantity: number, counted: { traffic: Traffic; usualRate: number; spanSec: number }): number {
  const seen = countedOf(quantity, counted.traffic, counted.spanSec);
  const count = isLatency(quantity) ? seen : Math.max(seen, counted.usualRate * counted.spanSec);
  return QUANTITIES[quantity]!.dispersion / (count + 1);
}

export function judgeSubject({ series, counts }: Models, subject: Known, traffic: Traffic, moment: Moment): Verdict {
  const stage = stageOf(series, subject.place);
  const voices: Voice[] = [];
  addCountVoices(voices, counts, { subject, traffic, ...moment });
  if (stage !== 'new') {
    const usual = series.usual({ subject: subject.place, quantity: REQUESTS, atMs: moment.atMs });
    addQuantityVoices(voices, { ...moment, series, subject, traffic, usual, capped: stage === 'learning' });
  }
  const top = voices.reduce<Voice | undefined>((best, voice) => (voice.score > (best?.score ?? 0) ? voice : best), undefined);
  const silent = stage === 'new' && counts.learnedFrom(subject.place) === 0;
  return {
    score: {
      subject,
      score: silent ? null : (top?.score ?? 0),
      stage,
      ...(top && top.score >= SHOWN_FROM ? { signal: top.evidence.signal, type: top.type } : {}),
    },
    findings: findingsOf(subject, traffic, voices),
  };
}

function findingsOf(subject: Known, traffic: Traffic, voices: readonly Voice[]): Finding[] {
  const byType = new Map<AnomalyType, Voice[]>();
  for (const voice of voices) if (voice.score >= SHOWN_FROM) byType.set(voice.type, [...(byType.get(voice.type) ?? []), voice]);
  return [...byType].map(([type, own]) => {
    own.sort((a, b) => b.score - a.score);
    const evidence = own.map((voice) => voice.evidence);
    return {
      subject,
      type,
      score: own[0]!.score,
      severity: severityOf(type, own[0]!.score, evidence[0]!),
      evidence,
      requestsPerSecond: traffic.requests,
    };
  });
}

function severityOf(type: AnomalyType, score: number, { observed, expected }: Evidence): Severity {
  if (score < ALERT_SCORE) return 'info';
  const factor = observed / Math.max(expected ?? 0, 1e-9);
  if (type === 'errors' || type === 'denied-requests') return observed >= 0.1 ? 'critical' : 'warning';
  if (type === 'latency') return factor >= 3 ? 'critical' : 'warning';
  if (type === 'traffic-drop') return factor <= 0.2 ? 'critical' : 'warning';
  return factor >= 4 && type === 'traffic-spike' ? 'critical' : 'warning';
}

function addCountVoices(
  voices: Voice[],
  counts: CountModel,
  { subject, traffic, windowSec, config, factor, meshIsKnown }: Moment & { subject: Known; traffic: Traffic },
): void {
  if (traffic.requests === 0 || (!meshIsKnown && counts.learnedFrom(subject.place) < YOUNG_MESH_REQUESTS)) return;
  for (const [kind, { type, signal }] of COUNTS.entries()) {
    const judged = counts.judge(subject.place, kind, windowSec);
    if (judged === undefined || !config.types.includes(type)) continue;
    const score = scoreOfOne(Math.min(COUNT_MOST, judged.rarity * COUNT_WEIGHT) * factor(subject.id, type), config.budget);
    voices.push({ type, score, evidence: countEvidence(signal, judged) });
  }
}

function countEvidence(signal: (typeof COUNTS)[number]['signal'], judged: CountJudgement): Evidence {
  const { observed, expected, high, rarity } = judged;
  const compared = { signal, unit: 'ratio' as const, observed, expected, low: 0, high };
  const probability = 10 ** -rarity;
  return { ...compared, probability, score: 0, detectors: [{ name: 'beta-binomial', probability }], words: evidenceWords(compared) };
}

interface Weighed extends Moment {
  readonly series: SeriesModel;
  readonly subject: Known;
  readonly traffic: Traffic;
  /** Requests per second that were to be expected. */
  readonly usual: number;
  /** Learned from for less than a day. */
  readonly capped: boolean;
}

function addQuantityVoices(voices: Voice[], weighed: Weighed): void {
  const { series, subject, traffic, usual, windowSec, atMs } = weighed;
  const perMinute = 60 * Math.max(traffic.requests, usual, traffic.requests + usual === 0 ? traffic.connections * 10 : 0);
  const load = Math.max(0, logOf(REQUESTS, traffic.requests) - logOf(REQUESTS, usual));
  for (let quantity = 0; quantity < QUANTITIES.length; quantity += 1) {
    const value = QUANTITIES[quantity]!.value(traffic);
    if (Number.isNaN(value) || series.ageSec(subject.place, quantity) < HOUR_SEC) continue;
    const noise = noiseOf(quantity, { traffic, usualRate: usual, spanSec: windowSec });
    const rarity = series.judge({ subject: subject.place, quantity, atMs }, value, noise);
    if (rarity < RARITY_SHOWN) continue;
    const voice = quantityVoice(quantity, { value, perMinute, load: usual > 0 ? load : 0 }, weighed);
    if (voice) voices.push(voice);
  }
}

function quantityVoice(
  quantity: number,
  { value, perMinute, load }: { value: number; perMinute: number; load: number },
  { series, subject, traffic, config, windowSec, capped, factor }: Weighed,
): Voice | undefined {
  const { verdict } = series;
  const type = QUANTITIES[quantity]!.type(verdict.higher);
  if (!type) return undefined;
  let score = scoreOf(verdict.rarity * factor(subject.id, type), config.budget);
  if (!config.types.includes(type) || score < SHOWN_FROM) return undefined;
  const byLoad = isLatency(quantity) || quantity === REQUESTS ? 0 : load;
  const enough =
    perMinute >= config.minimumRequestsPerMinute &&
    (quantity !== LATENCY_MEAN || traffic.latencyCount * windowSec >= MEAN_LATENCY_MIN_REQUESTS);
  if (!enough || !matters(quantity, value, { verdict, byLoad, config })) score = Math.min(score, GATED_CAP);
  if (capped) score = Math.min(score, LEARNING_CAP);
  return { type, score, evidence: quantityEvidence(quantity, value, verdict) };
}

const isLatency = (quantity: number): boolean => quantity === LATENCY_MEAN || quantity > CONNECTIONS;

/** Large enough in itself and against what was expected, after what the load explains. */
function matters(
  quantity: number,
  value: number,
  { verdict, byLoad, config }: { verdict: Judgement; byLoad: number; config: DetectionConfig },
): boolean {
  const expected = valueOf(quantity, verdict.expected);
  const least = LEAST_CHANGE[QUANTITIES[quantity]!.unit] ?? 0;
  const unexplained = Math.abs(logOf(quantity, value) - verdict.expected) - byLoad;
  return Math.abs(value - expected) >= least && unexplained >= Math.log(1 + config.minimumRelativeChange);
}

function quantityEvidence(quantity: number, observed: number, { expected, scale, rarity, week, hour, season }: Judgement): Evidence {
  const { signal, unit } = QUANTITIES[quantity]!;
  const at = (x: number) => valueOf(quantity, x);
  const compared = {
    signal,
    unit,
    observed,
    expected: at(expected),
    low: at(expected - BAND_SCALES * scale),
    high: at(expected + BAND_SCALES * scale),
  };
  const views = Object.entries({ week, 'last hour': hour, 'time of day': season });
  const detectors = views.filter(([, own]) => own > 1).map(([name, own]) => ({ name, probability: 10 ** -own }));
  return { ...compared, probability: 10 ** -rarity, score: 0, detectors, words: evidenceWords(compared) };
}
