/** What a configuration would have raised over stored history, beside what the current one would have. */
import { z } from 'zod';
import { answer, ratio, timestamp } from '../common/primitives.js';
import { anomalySubject, anomalyType, severity } from './anomaly.schema.js';
import { detectionConfig } from './scores.schema.js';

export const BACKTEST_SPAN_MAX_SEC = 7 * 86_400;
export const backtestRequest = z
  .object({
    from: timestamp,
    to: timestamp,
    cluster: z.string().max(253).optional(),
    /** Absent: all. An edge is in when one of its ends is. */
    namespaces: z.array(z.string().max(253)).max(200).default([]),
    /** What differs from the current configuration; absent: the current one alone. */
    changed: detectionConfig.partial().optional(),
  })
  .refine(({ from, to }) => from < to, { message: 'must be before to', path: ['from'] })
  .meta({ id: 'BacktestRequest' });
export type BacktestRequest = z.infer<typeof backtestRequest>;

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
