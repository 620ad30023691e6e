/** Incidents: anomalies that belong together in time and on the graph, with the likely cause, what it reaches and what changed just before. */
import { z } from 'zod';
import { amount, answer, edgeIdSchema, limitSchema, nodeIdSchema, ratio, timestamp } from '../common/primitives.js';
import { actor } from '../audit/audit.schema.js';
import { anomaly, anomalyState, anomalySubject, anomalyType, severity } from './anomaly.schema.js';

const id = z.string().min(1).max(100);
const cluster = z.string().max(253);

/** Most probable first. `score` says how much of the evidence is this node's own and not explained by what it calls. */
export const incidentCause = z
  .object({ node: nodeIdSchema, label: z.string(), score: ratio, evidence: z.array(z.string()) })
  .meta({ id: 'IncidentCause' });
export type IncidentCause = z.infer<typeof incidentCause>;

/** Something that the suite itself recorded shortly before the incident began. */
export const incidentChange = z
  .object({
    kind: z.enum(['deployment', 'policy', 'certificate', 'workload']),
    at: timestamp,
    cluster,
    namespace: z.string(),
    name: z.string(),
    words: z.string(),
    /** Whether it touches the likely cause itself. */
    onCause: z.boolean(),
  })
  .meta({ id: 'IncidentChange' });
export type IncidentChange = z.infer<typeof incidentChange>;

export const blastRadius = z
  .object({
    /** With anomalies of their own. */
    affectedNodes: z.array(nodeIdSchema),
    affectedEdges: z.array(edgeIdSchema),
    /** That call what is affected, directly or not, and may feel it next. */
    exposedNodes: z.array(nodeIdSchema),
    requestsPerSecond: amount,
  })
  .meta({ id: 'BlastRadius' });
export type BlastRadius = z.infer<typeof blastRadius>;

export const incidentSummary = z
  .object({
    id,
    title: z.string(),
    state: anomalyState,
    severity,
    score: ratio,
    peakScore: ratio,
    clusters: z.array(cluster),
    namespaces: z.array(z.string()),
    types: z.array(anomalyType),
    category: z.enum(['behaviour', 'security']),
    /** First unusual window; `openedAt` when it was enough for an alert. */
    startedAt: timestamp,
    openedAt: timestamp,
    updatedAt: timestamp,
    closedAt: timestamp.optional(),
    /** How many times it came back within the time in which that is the same incident. */
    reopened: z.number().int().min(0),
    cause: incidentCause.optional(),
    anomalies: z.number().int().min(0),
    affected: z.number().int().min(0),
    acknowledgedBy: z.string().optional(),
    suppressedUntil: timestamp.optional(),
    /** Grows with each change; a reader that holds a higher one passes an older one over. */
    version: z.number().int().min(1),
  })
  .meta({ id: 'IncidentSummary' });
export type IncidentSummary = z.infer<typeof incidentSummary>;

export const incidentNote = z
  .object({ at: timestamp, actor, action: z.string(), note: z.string().optional() })
  .meta({ id: 'IncidentNote' });
export type IncidentNote = z.infer<typeof incidentNote>;

export const incidentDetail = incidentSummary
  .extend({
    causes: z.array(incidentCause),
    blast: blastRadius,
    changes: z.array(incidentChange),
    /** What kinds of changes we could not look for, with the reason. */
    changesUnknown: z.array(z.string()),
    members: z.array(anomaly),
    /** Who calls and who is called by the likely cause, heaviest first, with their current scores. */
    callers: z.array(z.object({ node: nodeIdSchema, label: z.string(), requestsPerSecond: amount, score: ratio.nullable() })),
    callees: z.array(z.object({ node: nodeIdSchema, label: z.string(), requestsPerSecond: amount, score: ratio.nullable() })),
    /** Edges among all nodes that are named here, for the map of the affected part. */
    edges: z.array(z.object({ id: edgeIdSchema, source: nodeIdSchema, target: nodeIdSchema, score: ratio.nullable() })),
    notes: z.array(incidentNote),
  })
  .meta({ id: 'Incident' });
export type IncidentDetail = z.infer<typeof incidentDetail>;

const filters = {
  state: anomalyState.optional(),
  severity: severity.optional(),
  type: anomalyType.optional(),
  cluster: cluster.optional(),
  namespace: z.string().max(253).optional(),
  from: timestamp.optional(),
  to: timestamp.optional(),
  limit: limitSchema.max(1000).default(200),
  cursor: z.string().max(500).optional(),
};
export const incidentListRequest = z.object(filters).meta({ id: 'IncidentListRequest' });
export type IncidentListRequest = z.infer<typeof incidentListRequest>;
export const incidentListReply = answer
  .extend({ incidents: z.array(incidentSummary), nextCursor: z.string().optional() })
  .meta({ id: 'IncidentList' });
export type IncidentListReply = z.infer<typeof incidentListReply>;

export const incidentGetRequest = z.object({ id }).meta({ id: 'IncidentGetRequest' });
export const incidentGetReply = answer.extend({ incident: incidentDetail }).meta({ id: 'IncidentAnswer' });
export type IncidentGetReply = z.infer<typeof incidentGetReply>;

export const anomalyListRequest = z
  .object({ ...filters, incidentId: id.optional(), subject: edgeIdSchema.optional() })
  .meta({ id: 'AnomalyListRequest' });
export type AnomalyListRequest = z.infer<typeof anomalyListRequest>;
export const anomalyListReply = answer
  .extend({ anomalies: z.array(anomaly), nextCursor: z.string().optional() })
  .meta({ id: 'AnomalyList' });
export type AnomalyListReply = z.infer<typeof anomalyListReply>;
export const anomalyGetReply = answer.extend({ anomaly }).meta({ id: 'AnomalyAnswer' });
export type AnomalyGetReply = z.infer<typeof anomalyGetReply>;

/** Incidents as spans over time, and how many were open at each step. */
export const incidentTimelineRequest = z
  .object({
    from: timestamp.optional(),
    to: timestamp.optional(),
    stepSec: z.coerce.number().int().min(30).max(86_400).optional(),
    cluster: cluster.optional(),
  })
  .meta({ id: 'IncidentTimelineRequest' });
export type IncidentTimelineRequest = z.infer<typeof incidentTimelineRequest>;
export const incidentTimelineReply = answer
  .extend({
    from: timestamp,
    to: timestamp,
    stepSec: z.number().int(),
    at: z.array(timestamp),
    open: z.object({ info: z.array(z.number().int()), warning: z.array(z.number().int()), critical: z.array(z.number().int()) }),
    incidents: z.array(incidentSummary),
  })
  .meta({ id: 'IncidentTimeline' });
export type IncidentTimelineReply = z.infer<typeof incidentTimelineReply>;

/** Event `observatory.v1.events.incident.<raised|updated|closed>` and live `anomaly:raised`, `anomaly:updated`. One `raised` an incident. */
export const incidentEvent = z
  .object({
    change: z.enum(['raised', 'updated', 'closed', 'reopened', 'acknowledged', 'resolved', 'suppressed']),
    at: timestamp,
    incident: incidentSummary,
    /** The heaviest anomalies of it, at most 20. */
    anomalies: z.array(anomaly).max(20),
    subjects: z.array(anomalySubject).max(200),
  })
  .meta({ id: 'IncidentEvent' });
export type IncidentEvent = z.infer<typeof incidentEvent>;
