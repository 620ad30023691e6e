/** What a configuration would have raised over stored history, beside what the current one would have. */
import { z } from 'zod';
import { answer, ratio, timestamp } from '../common/primitives.js';
import { anomalySubject, anomalyType, severity } from './anomaly.schema.js';
import { detectionConfig } from './scores.schema.js';

export const BACKTEST_SPAN_MAX_SEC = 7 * 86_400;
const question = z.object({
  from: timestamp,
  to: timestamp,
  cluster: z.string().max(253).optional(),
  /** Absent: all. An edge is in when one of its ends is. */
  namespaces: z.array(z.string().max(253)).max(200).default([]),
  /** What differs from the current configuration; absent: the current one alone. */
  changed: detectionConfig.partial().optional(),
});
const isOrdered = ({ from, to }: { from: string; to: string }) => from < to;
const disordered = { message: 'must be before to', path: ['from'] };
export const backtestRequest = question.refine(isOrdered, disordered).meta({ id: 'BacktestRequest' });
export type BacktestRequest = z.infer<typeof backtestRequest>;

const runId = z.string().min(1).max(100);
/** The same among services. Who gives it an id can end it, when nobody waits for the answer any more. */
export const backtestRun = question.extend({ runId: runId.optional() }).refine(isOrdered, disordered).meta({ id: 'BacktestRun' });
export type BacktestRun = z.infer<typeof backtestRun>;
export const backtestEnd = z.object({ runId }).meta({ id: 'BacktestEnd' });
export type BacktestEnd = z.infer<typeof backtestEnd>;
/** False: there was none, or it was over. */
export const backtestEnded = z.object({ ended: z.boolean() }).meta({ id: 'BacktestEnded' });
export type BacktestEnded = z.infer<typeof backtestEnded>;

export const backtestIncident = z
  .object({
    startedAt: timestamp,
    openedAt: timestamp,
    closedAt: timestamp.optional(),
    severity,
    peakScore: ratio,
    types: z.array(anomalyType),
    title: z.string(),
    subjects: z.array(anomalySubject).max(50),
  })
  .meta({ id: 'BacktestIncident' });
export type BacktestIncident = z.infer<typeof backtestIncident>;
const run = z.object({
  config: detectionConfig,
  incidents: z.array(backtestIncident),
  /** Anomalies that alerted, by series and day. */
  alertsPerSeriesDay: z.number().min(0),
});
export const backtestReply = answer
  .extend({
    from: timestamp,
    to: timestamp,
    stepSec: z.number().int(),
    subjects: z.number().int(),
    series: z.number().int(),
    /** Of history before `from` that was learned from first. */
    warmUpSec: z.number().int(),
    windowsExpected: z.number().int(),
    windowsPresent: z.number().int(),
    current: run,
    changed: run.optional(),
    /** What this answer could not know or did not consider, a sentence each. */
    unknown: z.array(z.string()),
    tookMs: z.number(),
  })
  .meta({ id: 'Backtest' });
export type BacktestReply = z.infer<typeof backtestReply>;
