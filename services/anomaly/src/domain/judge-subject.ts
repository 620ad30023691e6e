/**
 * How unusual is one subject in one window, and in which ways? Quantities by their series, failures by their counts, then gates:
 * enough load, a change that matters, and for bytes and connections one that load does not explain (residual to requests).
 * Cold start (anomaly research §3): under an hour only counts speak, under a day quantities stay below an alert.
 */
import {
  ALERT_SCORE,
  DAY_SEC,
  HOUR_SEC,
  logOf,
  MEAN_TO_TAIL,
  scoreOf,
  valueOf,
  type CountJudgement,
  type Judgement,
} from '@observatory/detect';
import type { AnomalyEvidence, AnomalyType, BaselineStage, DetectionConfig, Severity } from '@observatory/contracts';
import type { Traffic } from './facts.js';
import type { Finding, SubjectScore } from './finding.js';
import { isLatency, type Models } from './models.js';
import { COUNTS, LATENCY_MEAN, QUANTITIES, REQUESTS, type CountSignal } from './signals.js';
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
/** Below it not even a sure forest would bring the mean of the views to be shown. */
const RARITY_ASKED = 0.9;
/** Beside two or three views that count one each. A forest does not see a single odd metric, so it must not decide. */
const FOREST_WEIGHT = 0.25;
/** Less than this is nobody's concern, whatever its share. */
const LEAST_CHANGE: Partial<Record<string, number>> = { ms: 3, bytesPerSecond: 2000, perSecond: 0.5 };
const BAND_SCALES = 3;
/** What always failed is seen to by then. */
const YOUNG_MESH_REQUESTS = 300;
const MEAN_LATENCY_MIN_REQUESTS = 10;

export interface Moment {
  readonly atMs: number;
  readonly windowSec: number;
  readonly config: DetectionConfig;
  /** The mesh was watched for an hour: who is new in it and fails is failing. In a young mesh it may always have been so. */
  readonly meshIsKnown: boolean;
  /** How much went on is not known: rates are too low. */
  readonly ratesAreLow: boolean;
  /** What feedback left of the rarity of this kind of finding, 0 to 1. */
  factor(subjectId: string, type: AnomalyType): number;
}
export interface Verdict {
  readonly score: SubjectScore;
  readonly findings: Finding[];
}

/** The score of a single tail, where `scoreOf` takes the mean of several views. */
export const scoreOfOne = (rarity: number, budget: DetectionConfig['budget']): number => scoreOf(rarity / MEAN_TO_TAIL, budget);

/** `factor`: what feedback left of it. */
export const scoreOfCount = (rarity: number, budget: DetectionConfig['budget'], factor = 1): number =>
  scoreOfOne(Math.min(COUNT_MOST, rarity * COUNT_WEIGHT) * factor, budget);

/** What is to be expected of a quantity, and what is still usual. */
export function bandOf(quantity: number, { expected, scale }: Judgement): { expected: number; low: number; high: number } {
  const at = (x: number) => valueOf(QUANTITIES[quantity]!, x);
  return { expected: at(expected), low: at(expected - BAND_SCALES * scale), high: at(expected + BAND_SCALES * scale) };
}

type Evidence = Omit<AnomalyEvidence, 'since'>;
interface Voice {
  type: AnomalyType;
  score: number;
  evidence: Evidence;
}

export function stageOf({ series }: Models, place: number): BaselineStage {
  const ageSec = series.ageSec(place, REQUESTS);
  if (ageSec < HOUR_SEC) return 'new';
  if (ageSec < DAY_SEC) return 'learning';
  return series.isSeasonal(place, REQUESTS) ? 'seasonal' : 'daily';
}

export function judgeSubject(models: Models, subject: Known, traffic: Traffic, moment: Moment): Verdict {
  const { counts } = models;
  const stage = stageOf(models, subject.place);
  const voices: Voice[] = [];
  addCountVoices(voices, models, { subject, traffic, ...moment });
  if (stage !== 'new') {
    const usualRate = models.usualRate(subject.place, moment.atMs);
    addQuantityVoices(voices, { ...moment, models, subject, traffic, usualRate, spanSec: moment.windowSec, capped: stage === 'learning' });
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
  { counts }: Models,
  { subject, traffic, windowSec, config, factor, meshIsKnown }: Moment & { subject: Known; traffic: Traffic },
): void {
  if (traffic.requests === 0 || (!meshIsKnown && counts.learnedFrom(subject.place) < YOUNG_MESH_REQUESTS)) return;
  for (const [kind, { type, signal }] of COUNTS.entries()) {
    const judged = counts.judge(subject.place, kind, windowSec);
    if (judged === undefined || !config.types.includes(type)) continue;
    const score = scoreOfCount(judged.rarity, config.budget, factor(subject.id, type));
    voices.push({ type, score, evidence: countEvidence(signal, judged) });
  }
}

function countEvidence(signal: CountSignal['signal'], judged: CountJudgement): Evidence {
  const { observed, expected, high, rarity } = judged;
  const compared = { signal, unit: 'ratio' as const, observed, expected, low: 0, high };
  const probability = 10 ** -rarity;
  return { ...compared, probability, score: 0, detectors: [{ name: 'beta-binomial', probability }], words: evidenceWords(compared) };
}

interface Weighed extends Moment {
  readonly models: Models;
  readonly subject: Known;
  readonly traffic: Traffic;
  /** Requests per second that were to be expected. */
  readonly usualRate: number;
  readonly spanSec: number;
  /** Learned from for less than a day. */
  readonly capped: boolean;
}
interface Odd {
  readonly quantity: number;
  readonly value: number;
  /** Of all views together. */
  readonly rarity: number;
  /** Of the forest; NaN: it says nothing. */
  readonly relation: number;
}

function addQuantityVoices(voices: Voice[], weighed: Weighed): void {
  const { models, subject, traffic } = weighed;
  // Most subjects are usual in everything: the forest is asked about the others only, once.
  let relation: number | undefined;
  for (let quantity = 0; quantity < QUANTITIES.length; quantity += 1) {
    const alone = models.judge(subject.place, quantity, weighed);
    if (!(alone >= RARITY_ASKED)) continue;
    relation ??= models.relation(subject.place, subject.kind, weighed);
    const rarity = withForest(models.series.verdict, relation);
    if (rarity < RARITY_SHOWN) continue;
    const voice = quantityVoice({ quantity, value: QUANTITIES[quantity]!.value(traffic), rarity, relation }, weighed);
    if (voice) voices.push(voice);
  }
}

/** The weighted mean of the views and the forest. */
function withForest({ rarity, views }: Judgement, relation: number): number {
  return Number.isNaN(relation) ? rarity : (views * rarity + FOREST_WEIGHT * relation) / (views + FOREST_WEIGHT);
}

function quantityVoice(odd: Odd, weighed: Weighed): Voice | undefined {
  const { quantity, rarity } = odd;
  const { models, subject, traffic, config, windowSec, capped, factor } = weighed;
  const { verdict } = models.series;
  const type = QUANTITIES[quantity]!.type(verdict.higher);
  if (!type) return undefined;
  let score = scoreOf(rarity * factor(subject.id, type), config.budget);
  if (!config.types.includes(type) || score < SHOWN_FROM) return undefined;
  const enough =
    perMinute(weighed) >= config.minimumRequestsPerMinute &&
    (quantity !== LATENCY_MEAN || traffic.latencyCount * windowSec >= MEAN_LATENCY_MIN_REQUESTS);
  if (!enough || !matters(odd, weighed)) score = Math.min(score, GATED_CAP);
  if (capped) score = Math.min(score, LEARNING_CAP);
  return { type, score, evidence: quantityEvidence(odd, verdict) };
}

function perMinute({ traffic: { requests, connections }, usualRate }: Weighed): number {
  return 60 * Math.max(requests, usualRate, requests + usualRate === 0 ? connections * 10 : 0);
}

/** How much of a change of bytes and connections more requests explain, as a logarithm. */
function explainedByLoad(quantity: number, { traffic, usualRate }: Weighed): number {
  if (isLatency(quantity) || quantity === REQUESTS || usualRate <= 0) return 0;
  const spec = QUANTITIES[REQUESTS]!;
  return Math.max(0, logOf(spec, traffic.requests) - logOf(spec, usualRate));
}

/** Large enough in itself and against what was expected, after what the load explains. */
function matters({ quantity, value }: Odd, weighed: Weighed): boolean {
  const spec = QUANTITIES[quantity]!;
  const { expected } = weighed.models.series.verdict;
  const unexplained = Math.abs(logOf(spec, value) - expected) - explainedByLoad(quantity, weighed);
  return (
    Math.abs(value - valueOf(spec, expected)) >= (LEAST_CHANGE[spec.unit] ?? 0) &&
    unexplained >= Math.log(1 + weighed.config.minimumRelativeChange)
  );
}

function quantityEvidence({ quantity, value, rarity, relation }: Odd, verdict: Judgement): Evidence {
  const { signal, unit } = QUANTITIES[quantity]!;
  const compared = { signal, unit, observed: value, ...bandOf(quantity, verdict) };
  const { week, hour, season } = verdict;
  const views = Object.entries({ week, 'last hour': hour, 'time of day': season, 'isolation forest': relation });
  const detectors = views.filter(([, own]) => own > 1).map(([name, own]) => ({ name, probability: 10 ** -own }));
  return { ...compared, probability: 10 ** -rarity, score: 0, detectors, words: evidenceWords(compared) };
}
