/** Recorded flows: who called whom over a span, as far as metrics tell. What policies are replayed over. */
import { z } from 'zod';
import { amount, answer, edgeIdSchema, limitSchema, timestamp } from '../common/primitives.js';
import { endpointIdentity, meshKind, protocol, serviceIdentity } from '../mesh/identity.js';

export const FLOW_SPAN_MAX_SEC = 7 * 86_400;
/** One way in which requests of a flow ended; `code` and `flags` as the mesh wrote them. */
export const flowOutcome = z.object({ code: z.string(), grpcStatus: z.string().optional(), flags: z.string(), requestsPerSecond: amount });

/** An edge over a span. Rates are means over the whole span, so that rates of flows add up. */
export const recordedFlow = z
  .object({
    edgeId: edgeIdSchema,
    source: endpointIdentity,
    target: endpointIdentity,
    destinationService: serviceIdentity.optional(),
    protocol,
    mesh: meshKind,
    /** Without `spiffe://`; absent: never seen with an identity. */
    sourcePrincipal: z.string().optional(),
    destinationPrincipal: z.string().optional(),
    /** What the receiving side said; both 0: not known. */
    mutualTlsPerSecond: amount,
    plaintextPerSecond: amount,
    /** Requests; connections for tcp. */
    requestsPerSecond: amount,
    outcomes: z.array(flowOutcome),
    firstSeen: timestamp,
    lastSeen: timestamp,
  })
  .meta({ id: 'RecordedFlow' });
export type RecordedFlow = z.infer<typeof recordedFlow>;

export const flowListRequest = z
  .object({
    cluster: z.string().max(253).optional(),
    from: timestamp,
    to: timestamp,
    cursor: z.string().max(4096).optional(),
    limit: limitSchema.default(2000),
  })
  .meta({ id: 'FlowListRequest' });
export type FlowListRequest = z.infer<typeof flowListRequest>;
export const flowListReply = answer
  .extend({
    from: timestamp,
    to: timestamp,
    resolution: z.enum(['raw', '5m', '1h']),
    /** Fewer present than expected: a hole, or the mesh is younger than the span. */
    windowsExpected: z.number().int(),
    windowsPresent: z.number().int(),
    flows: z.array(recordedFlow),
    nextCursor: z.string().optional(),
  })
  .meta({ id: 'FlowList' });
export type FlowListReply = z.infer<typeof flowListReply>;
