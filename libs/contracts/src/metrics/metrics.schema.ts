/** Requests to the metrics service and what it answers: windows read back, series for charts, the overview. */
import { z } from 'zod';
import { amount, answer, edgeIdSchema, limitSchema, ratio, timestamp } from '../common/primitives.js';
import { edgeSample } from '../mesh/sample.js';

/** The mean of the windows that end in (at - windowSec, at], edge by edge, a page at a time. */
export const windowReadRequest = z
  .object({
    cluster: z.string().optional(),
    at: timestamp,
    windowSec: z
      .number()
      .int()
      .min(1)
      .max(90 * 86_400),
    cursor: z.string().optional(),
    limit: limitSchema.default(2000),
  })
  .meta({ id: 'WindowReadRequest' });
export type WindowReadRequest = z.infer<typeof windowReadRequest>;

export const windowReadReply = answer
  .extend({
    at: timestamp,
    windowSec: z.number().int(),
    /** How many windows (or rollups) the span has, and of how many the mean is: fewer means a hole. */
    windowsExpected: z.number().int(),
    windowsPresent: z.number().int(),
    /** How many of these have rates that are too low, since they reach into a time without samples: none, unless no other is stored. */
    windowsPartial: z.number().int(),
    resolution: z.enum(['raw', '5m', '1h']),
    edges: z.array(edgeSample),
    nextCursor: z.string().optional(),
  })
  .meta({ id: 'WindowReadReply' });
export type WindowReadReply = z.infer<typeof windowReadReply>;

/** Columns of equal length, one entry a step, `null` where nothing is known: a gap is a gap. `at[i]` ends step i. */
export const trafficSeries = z
  .object({
    at: z.array(timestamp),
    requestsPerSecond: z.array(amount.nullable()),
    errorRatio: z.array(ratio.nullable()),
    clientErrorRatio: z.array(ratio.nullable()),
    latencyMsMean: z.array(amount.nullable()),
    latencyMsP50: z.array(amount.nullable()),
    latencyMsP95: z.array(amount.nullable()),
    latencyMsP99: z.array(amount.nullable()),
    sentBytesPerSecond: z.array(amount.nullable()),
    receivedBytesPerSecond: z.array(amount.nullable()),
    connectionsPerSecond: z.array(amount.nullable()),
    mtlsRatio: z.array(ratio.nullable()),
  })
  .meta({ id: 'TrafficSeries' });
export type TrafficSeries = z.infer<typeof trafficSeries>;

const span = { from: timestamp.optional(), to: timestamp.optional(), stepSec: z.coerce.number().int().min(1).max(86_400).optional() };
export const seriesQuery = z.object(span);
export type SeriesQuery = z.infer<typeof seriesQuery>;

const seriesAnswer = answer.extend({
  from: timestamp,
  to: timestamp,
  stepSec: z.number().int(),
  resolution: z.enum(['raw', '5m', '1h']),
});

export const workloadSeriesRequest = z
  .object({ cluster: z.string(), namespace: z.string(), name: z.string(), ...span })
  .meta({ id: 'WorkloadSeriesRequest' });
export type WorkloadSeriesRequest = z.infer<typeof workloadSeriesRequest>;
export const workloadSeriesReply = seriesAnswer
  .extend({ id: z.string(), in: trafficSeries, out: trafficSeries })
  .meta({ id: 'WorkloadSeries' });
export type WorkloadSeriesReply = z.infer<typeof workloadSeriesReply>;

export const edgeSeriesRequest = z.object({ edgeId: edgeIdSchema, ...span }).meta({ id: 'EdgeSeriesRequest' });
export type EdgeSeriesRequest = z.infer<typeof edgeSeriesRequest>;
export const edgeSeriesReply = seriesAnswer.extend({ id: z.string(), traffic: trafficSeries }).meta({ id: 'EdgeSeries' });
export type EdgeSeriesReply = z.infer<typeof edgeSeriesReply>;

/** Golden signals of the whole mesh: the last five minutes, and a series of the last hour (or of from..to). */
export const overviewRequest = z.object({ cluster: z.string().optional(), ...span }).meta({ id: 'OverviewRequest' });
export type OverviewRequest = z.infer<typeof overviewRequest>;
export const overviewReply = seriesAnswer
  .extend({
    now: z.object({
      requestsPerSecond: amount.nullable(),
      errorRatio: ratio.nullable(),
      latencyMsMean: amount.nullable(),
      latencyMsP50: amount.nullable(),
      latencyMsP95: amount.nullable(),
      latencyMsP99: amount.nullable(),
      bytesPerSecond: amount.nullable(),
      mtlsRatio: ratio.nullable(),
    }),
    mesh: trafficSeries,
    namespaces: z.array(z.object({ cluster: z.string(), namespace: z.string(), traffic: trafficSeries })),
  })
  .meta({ id: 'Overview' });
export type OverviewReply = z.infer<typeof overviewReply>;
