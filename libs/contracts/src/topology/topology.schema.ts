/** The graph as REST, NATS, gRPC and the live feed show it. DESIGN §5 is the contract; the field names are binding. */
import { z } from 'zod';
import { amount, answer, edgeIdSchema, nodeIdSchema, ratio, sourceFreshness, timestamp } from '../common/primitives.js';
import { meshKind, nodeKind, nodeRole, protocol, reporter, serviceIdentity } from '../mesh/identity.js';

export const graphKind = z.enum(['workload', 'app', 'versionedApp', 'service']);
export type GraphKind = z.infer<typeof graphKind>;

export const healthState = z.enum(['healthy', 'degraded', 'failing', 'idle', 'unknown']);
export type HealthState = z.infer<typeof healthState>;

export const rates = z.object({ requestsPerSecond: amount, errorRatio: ratio.nullable(), bytesPerSecond: amount }).meta({ id: 'Rates' });
export type Rates = z.infer<typeof rates>;

export const topologyNode = z
  .object({
    id: nodeIdSchema,
    kind: nodeKind,
    cluster: z.string(),
    namespace: z.string(),
    name: z.string(),
    app: z.string().optional(),
    version: z.string().optional(),
    services: z.array(z.string()).optional(),
    mesh: meshKind,
    role: nodeRole.optional(),
    idle: z.boolean(),
    replicas: z.object({ desired: z.number().int().min(0), ready: z.number().int().min(0) }).optional(),
    health: z.object({ state: healthState, reasons: z.array(z.string()) }),
    in: rates,
    out: rates,
    /** Plain words for nodes that puzzle people: unknown, passthrough, black hole. */
    explanation: z.string().optional(),
    serviceAccount: z.string().optional(),
    /** Stable place in the layered layout, in units of one node; absent while it is being computed. */
    position: z.object({ x: z.number(), y: z.number() }).optional(),
  })
  .meta({ id: 'Node' });
export type TopologyNode = z.infer<typeof topologyNode>;

export const topologyEdge = z
  .object({
    id: edgeIdSchema,
    source: nodeIdSchema,
    target: nodeIdSchema,
    destinationService: serviceIdentity.optional(),
    protocol,
    requestsPerSecond: amount,
    errorRatio: ratio.nullable(),
    clientErrorRatio: ratio.nullable(),
    responses: z.array(z.object({ code: z.string(), grpcStatus: z.string().optional(), flags: z.string(), requestsPerSecond: amount })),
    latencyMs: z
      .object({
        mean: amount,
        p50: amount.optional(),
        p95: amount.optional(),
        p99: amount.optional(),
        /** When the quantiles were read; they may be older than the rest (rotation, DESIGN §11). */
        quantilesAt: timestamp.optional(),
      })
      .optional(),
    sentBytesPerSecond: amount,
    receivedBytesPerSecond: amount,
    connectionsPerSecond: amount.optional(),
    mtls: z.object({
      ratio: ratio.nullable(),
      sourcePrincipal: z.string().optional(),
      destinationPrincipal: z.string().optional(),
    }),
    reporters: z.array(reporter),
  })
  .meta({ id: 'Edge' });
export type TopologyEdge = z.infer<typeof topologyEdge>;

/** What the live graph is the mean of, and the default of every question about the graph. */
export const LIVE_SPAN_SEC = 300;

export const topologyQuery = z
  .object({
    graph: graphKind.default('workload'),
    /** Empty: all. An edge is in when one of its ends is. */
    namespaces: z.array(z.string().max(253)).max(2000).default([]),
    cluster: z.string().max(253).optional(),
    windowSec: z
      .number()
      .int()
      .min(1)
      .max(7 * 86_400)
      .default(LIVE_SPAN_SEC),
    /** End of the window; absent: now. */
    at: timestamp.optional(),
    idle: z.boolean().default(true),
  })
  .meta({ id: 'TopologyQuery' });
export type TopologyQuery = z.infer<typeof topologyQuery>;

export const topology = answer
  .extend({
    at: timestamp,
    windowSec: z.number().int(),
    graph: graphKind,
    nodes: z.array(topologyNode),
    edges: z.array(topologyEdge),
  })
  .meta({ id: 'Topology' });
export type Topology = z.infer<typeof topology>;

export const topologyDiffQuery = topologyQuery
  .omit({ at: true })
  .extend({ from: timestamp, to: timestamp })
  .meta({ id: 'TopologyDiffQuery' });
export type TopologyDiffQuery = z.infer<typeof topologyDiffQuery>;

/** `changes` names the fields that differ beyond noise (rates by a tenth, ratios by a percentage point, health at all). */
const changed = <T extends z.ZodType>(item: T) =>
  z.array(z.object({ id: z.string(), before: item, after: item, changes: z.array(z.string()) }));
export const topologyDiff = answer
  .extend({
    from: timestamp,
    to: timestamp,
    windowSec: z.number().int(),
    graph: graphKind,
    nodes: z.object({ added: z.array(topologyNode), removed: z.array(topologyNode), changed: changed(topologyNode) }),
    edges: z.object({ added: z.array(topologyEdge), removed: z.array(topologyEdge), changed: changed(topologyEdge) }),
  })
  .meta({ id: 'TopologyDiff' });
export type TopologyDiff = z.infer<typeof topologyDiff>;

export const exportFormat = z.enum(['json', 'graphml', 'dot', 'csv']);
export type ExportFormat = z.infer<typeof exportFormat>;
export const topologyExportRequest = topologyQuery.extend({ format: exportFormat.default('json') });
export type TopologyExportRequest = z.infer<typeof topologyExportRequest>;
export const topologyExportReply = z.object({ contentType: z.string(), fileName: z.string(), text: z.string() });
export type TopologyExportReply = z.infer<typeof topologyExportReply>;

/**
 * Event `observatory.v1.events.topology.changed` and live `topology:delta`: how the default view (workload graph,
 * 5 minutes, idle included, every cluster and namespace) went from `previousAt` to `at`. Who holds the graph of
 * `previousAt` gets the graph of `at` by replacing and removing; anybody else asks for the whole.
 */
export const topologyDelta = z
  .object({
    at: timestamp,
    previousAt: timestamp.nullable(),
    windowSec: z.number().int(),
    sources: z.array(sourceFreshness),
    chunk: z.object({ index: z.number().int().min(0), count: z.number().int().min(1) }),
    nodes: z.object({ upserted: z.array(topologyNode), removed: z.array(nodeIdSchema) }),
    edges: z.object({ upserted: z.array(topologyEdge), removed: z.array(edgeIdSchema) }),
  })
  .meta({ id: 'TopologyDelta' });
export type TopologyDelta = z.infer<typeof topologyDelta>;
