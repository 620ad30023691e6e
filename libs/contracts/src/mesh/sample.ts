/**
 * What one closed window says about one edge: the unit that metrics stores and publishes.
 * Every request is in it once, though both ends reported it. Rates are per second over the window.
 */
import { z } from 'zod';
import { amount, edgeIdSchema, sourceFreshness, timestamp } from '../common/primitives.js';
import { endpointIdentity, meshKind, protocol, reporter, serviceIdentity } from './identity.js';

/** One way in which requests ended. `code` is as the mesh wrote it (`200`, `2xx`, `0` for no response). */
export const responseRate = z
  .object({
    code: z.string(),
    grpcStatus: z.string().optional(),
    /** Comma list of response flags, `-` for none. */
    flags: z.string(),
    requestsPerSecond: amount,
    /** What the mesh's own rules call this outcome; DESIGN §5 has the rule. */
    outcome: z.enum(['ok', 'clientError', 'error']),
  })
  .meta({ id: 'ResponseRate' });
export type ResponseRate = z.infer<typeof responseRate>;

/**
 * Rates of a latency histogram, not cumulative: `perSecond[i]` fell in (upperBoundsMs[i-1], upperBoundsMs[i]];
 * one more entry than bounds, the last is above every bound. Adding histograms of equal bounds is exact.
 */
export const latencyHistogram = z
  .object({ upperBoundsMs: z.array(z.number()), perSecond: z.array(amount), readAt: timestamp })
  .meta({ id: 'LatencyHistogram' });
export type LatencyHistogram = z.infer<typeof latencyHistogram>;

export const edgeSample = z
  .object({
    /** edgeId(source, target, protocol, service host or ''). */
    id: edgeIdSchema,
    source: endpointIdentity,
    target: endpointIdentity,
    destinationService: serviceIdentity.optional(),
    protocol,
    mesh: meshKind,
    responses: z.array(responseRate),
    requestsPerSecond: amount,
    errorsPerSecond: amount,
    clientErrorsPerSecond: amount,
    /** Sum and count of the duration histogram; mean latency = sum / count. Absent where the mesh has none. */
    latencySumMsPerSecond: amount.optional(),
    latencyCountPerSecond: amount.optional(),
    latency: latencyHistogram.optional(),
    /** Source to target, whatever the metric is called. */
    sentBytesPerSecond: amount,
    receivedBytesPerSecond: amount,
    connectionsPerSecond: amount.optional(),
    /** Units that the receiving side saw under mutual TLS, and in plain text: requests, or connections for tcp. Both 0: not known. */
    mutualTlsPerSecond: amount,
    plaintextPerSecond: amount,
    sourcePrincipal: z.string().optional(),
    destinationPrincipal: z.string().optional(),
    reporters: z.array(reporter),
  })
  .meta({ id: 'EdgeSample' });
export type EdgeSample = z.infer<typeof edgeSample>;

/** Traffic of one endpoint in one window, summed over its edges (see `workloadSamples` in libs/mesh). */
export const trafficTotals = z.object({
  requestsPerSecond: amount,
  errorsPerSecond: amount,
  clientErrorsPerSecond: amount,
  latencySumMsPerSecond: amount,
  latencyCountPerSecond: amount,
  latency: latencyHistogram.optional(),
  bytesPerSecond: amount,
  connectionsPerSecond: amount,
  mutualTlsPerSecond: amount,
  plaintextPerSecond: amount,
});
export type TrafficTotals = z.infer<typeof trafficTotals>;

export const workloadSample = z
  .object({ id: z.string(), identity: endpointIdentity, in: trafficTotals, out: trafficTotals })
  .meta({ id: 'WorkloadSample' });
export type WorkloadSample = z.infer<typeof workloadSample>;

/**
 * Event `observatory.v1.events.window.closed`, in chunks since NATS carries at most 1 MiB a message.
 * A reader has the window when it holds chunks 0..count-1; a window with no traffic is one chunk without edges.
 */
export const windowClosed = z
  .object({
    cluster: z.string(),
    /** End of the window. */
    at: timestamp,
    windowSec: z.number().int().positive(),
    chunk: z.object({ index: z.number().int().min(0), count: z.number().int().min(1) }),
    /** True where this window was read later from Prometheus' history. */
    backfilled: z.boolean(),
    /**
     * Absent: rates say what went on. `partial`: their span reaches into a time without samples, so rates are too low, shares and
     * latency are not. `none`: no sample is recent enough, and an edge that is missing or low says nothing.
     */
    coverage: z.enum(['partial', 'none']).optional(),
    sources: z.array(sourceFreshness),
    edges: z.array(edgeSample),
  })
  .meta({ id: 'WindowClosed' });
export type WindowClosed = z.infer<typeof windowClosed>;

/**
 * Event `observatory.v1.events.window.stored`: all chunks of a window are out, and metrics answers about it from now on
 * (not while its database is away). Small: for whoever asks instead of reading the edges.
 */
export const windowStored = z
  .object({
    cluster: z.string(),
    at: timestamp,
    windowSec: z.number().int(),
    edges: z.number().int(),
    backfilled: z.boolean(),
    sources: z.array(sourceFreshness),
  })
  .meta({ id: 'WindowStored' });
export type WindowStored = z.infer<typeof windowStored>;
