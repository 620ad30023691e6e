/** Scores of everything now (the overlay on the map), signals of one subject with their expected bands, and the state of what was learned. */
import { z } from 'zod';
import { answer, edgeIdSchema, nodeIdSchema, ratio, timestamp } from '../common/primitives.js';
import { anomalySubject, anomalyType, signalName, signalUnit } from './anomaly.schema.js';

/**
 * How much is known of a series: `new` (under an hour: only counts of errors are judged), `learning` (under a day: scores
 * stay below an alert but for counts), `daily` (no two matching days yet: no seasons), `seasonal`.
 */
export const baselineStage = z.enum(['new', 'learning', 'daily', 'seasonal']);
export type BaselineStage = z.infer<typeof baselineStage>;

/** How many false alerts are accepted: about 0.25, 0.1 or 0.02 a series and day on public series, see services/anomaly. */
export const alertBudget = z.enum(['sensitive', 'balanced', 'strict']);
export type AlertBudget = z.infer<typeof alertBudget>;

export const detectionConfig = z
  .object({
    budget: alertBudget,
    /** `needed` of the last `of` windows must be unusual. */
    persistence: z.object({ needed: z.number().int().min(1).max(60), of: z.number().int().min(1).max(60) }),
    /** So many windows in a row below half close an anomaly. */
    closeAfter: z.number().int().min(1).max(240),
    /** Below it rates and latencies of a subject are not judged. */
    minimumRequestsPerMinute: z.number().min(0).max(100_000),
    /** A change smaller than this share of what was expected is no alert, however unlikely. */
    minimumRelativeChange: z.number().min(0).max(10),
    /** Types that are looked for. */
    types: z.array(anomalyType),
  })
  .meta({ id: 'DetectionConfig' });
export type DetectionConfig = z.infer<typeof detectionConfig>;

/** `score` null: nothing can be said yet, `stage` says why. 0.85 is the alert threshold. */
const scored = {
  score: ratio.nullable(),
  stage: baselineStage,
  signal: signalName.optional(),
  type: anomalyType.optional(),
  incidentId: z.string().optional(),
};
export const scoresRequest = z
  .object({
    cluster: z.string().max(253).optional(),
    namespaces: z.array(z.string().max(253)).max(2000).default([]),
    /** Only subjects with at least this score; 0: all. */
    minimumScore: ratio.default(0),
  })
  .meta({ id: 'AnomalyScoresRequest' });
export type ScoresRequest = z.infer<typeof scoresRequest>;
export const scoresReply = answer
  .extend({
    /** End of the window that was scored; null before the first. */
    at: timestamp.nullable(),
    threshold: ratio,
    nodes: z.array(z.object({ id: nodeIdSchema, ...scored })),
    edges: z.array(z.object({ id: edgeIdSchema, source: nodeIdSchema, target: nodeIdSchema, ...scored })),
  })
  .meta({ id: 'AnomalyScores' });
export type ScoresReply = z.infer<typeof scoresReply>;

/** Columns of equal length; `null`: not known, or too little to say. */
export const signalSeries = z
  .object({
    signal: signalName,
    unit: signalUnit,
    observed: z.array(z.number().nullable()),
    expected: z.array(z.number().nullable()),
    low: z.array(z.number().nullable()),
    high: z.array(z.number().nullable()),
    score: z.array(ratio.nullable()),
  })
  .meta({ id: 'SignalSeries' });
export type SignalSeries = z.infer<typeof signalSeries>;

/** `subject` is a node id or an edge id as on the map. */
export const signalSeriesRequest = z
  .object({ subject: edgeIdSchema, from: timestamp.optional(), to: timestamp.optional() })
  .meta({ id: 'SignalSeriesRequest' });
export type SignalSeriesRequest = z.infer<typeof signalSeriesRequest>;
export const signalSeriesReply = answer
  .extend({
    subject: anomalySubject,
    from: timestamp,
    to: timestamp,
    stepSec: z.number().int(),
    at: z.array(timestamp),
    stage: baselineStage,
    /** Of the history that the expected bands were learned from. */
    historySec: z.number().int().min(0),
    threshold: ratio,
    signals: z.array(signalSeries),
  })
  .meta({ id: 'AnomalySignals' });
export type SignalSeriesReply = z.infer<typeof signalSeriesReply>;

export const baselineRequest = z.object({ cluster: z.string().max(253).optional() }).meta({ id: 'BaselineRequest' });
export type BaselineRequest = z.infer<typeof baselineRequest>;
export const baselineReply = answer
  .extend({
    config: detectionConfig,
    threshold: ratio,
    series: z.number().int(),
    subjects: z.number().int(),
    stages: z.object({ new: z.number().int(), learning: z.number().int(), daily: z.number().int(), seasonal: z.number().int() }),
    clusters: z.array(
      z.object({
        cluster: z.string(),
        historySec: z.number().int(),
        /** `loading` while history is read; `waiting`: no window came yet. */
        state: z.enum(['waiting', 'loading', 'ready']),
        lastWindowAt: timestamp.nullable(),
        detail: z.string().optional(),
      }),
    ),
    lastPassMs: z.number().nullable(),
    /** From the end of the window to its scores. */
    lastDelayMs: z.number().nullable(),
    /** From its close, when metrics had read it and all its edges were out, to its scores. */
    lastDelayFromCloseMs: z.number().nullable(),
    savedAt: timestamp.nullable(),
  })
  .meta({ id: 'AnomalyBaselines' });
export type BaselineReply = z.infer<typeof baselineReply>;
