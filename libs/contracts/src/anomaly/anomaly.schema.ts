/**
 * What is unusual on one workload or edge, and how we know. An anomaly is one kind of thing on one subject from its
 * first window to its last; anomalies that belong together are one incident, and alerts are the incident's.
 */
import { z } from 'zod';
import { amount, edgeIdSchema, nodeIdSchema, ratio, timestamp } from '../common/primitives.js';

export const severity = z.enum(['info', 'warning', 'critical']);
export type Severity = z.infer<typeof severity>;

/** What may be measured of a subject in one window. */
export const signalName = z.enum([
  'requests',
  'errors',
  'clientErrors',
  'latencyP50',
  'latencyP95',
  'latencyP99',
  'latencyMean',
  'sentBytes',
  'receivedBytes',
  'connections',
  'flags',
  'denials',
  'authFailures',
  'mtlsShare',
  'newCallees',
  'regularity',
]);
export type SignalName = z.infer<typeof signalName>;

export const signalUnit = z.enum(['perSecond', 'bytesPerSecond', 'ms', 'ratio', 'count']);
export type SignalUnit = z.infer<typeof signalUnit>;

export const behaviourType = z.enum(['errors', 'client-errors', 'latency', 'traffic-spike', 'traffic-drop', 'bytes', 'connections']);
export type BehaviourType = z.infer<typeof behaviourType>;
export const securityType = z.enum([
  'exfiltration',
  'lateral-movement',
  'denial-of-service',
  'brute-force',
  'credential-spraying',
  'scanning',
  'beaconing',
  'plaintext',
  'denied-requests',
]);
export type SecurityType = z.infer<typeof securityType>;
export const anomalyType = z.enum([...behaviourType.options, ...securityType.options]);
export type AnomalyType = z.infer<typeof anomalyType>;

/** MITRE ATT&CK (enterprise). */
export const attackTechnique = z
  .object({ id: z.string().regex(/^T\d{4}(\.\d{3})?$/), name: z.string(), tactic: z.string() })
  .meta({ id: 'AttackTechnique' });
export type AttackTechnique = z.infer<typeof attackTechnique>;

/** A workload, or an edge with its two ends. `id` is the id on the map. */
export const anomalySubject = z
  .object({
    kind: z.enum(['node', 'edge']),
    id: edgeIdSchema,
    cluster: z.string(),
    /** Of the node; of the edge's target. */
    namespace: z.string(),
    name: z.string(),
    source: nodeIdSchema.optional(),
    target: nodeIdSchema.optional(),
    /** As people say it: `shop/cart`, `shop/cart -> shop/payments`. */
    label: z.string(),
  })
  .meta({ id: 'AnomalySubject' });
export type AnomalySubject = z.infer<typeof anomalySubject>;

/** One reason: what was seen, what was to be expected, how unlikely it is, who says so. */
export const anomalyEvidence = z
  .object({
    signal: signalName,
    unit: signalUnit,
    observed: z.number(),
    /** Null: nothing was known to expect (an edge that is new). */
    expected: z.number().nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
    /** Of seeing this or worse in a normal window; null where the finding is not one of probability. */
    probability: z.number().min(0).max(1).nullable(),
    score: ratio,
    /** Which detectors agree, each with its own probability. */
    detectors: z.array(z.object({ name: z.string(), probability: z.number().min(0).max(1) })),
    since: timestamp,
    /** The same in one sentence. */
    words: z.string(),
  })
  .meta({ id: 'AnomalyEvidence' });
export type AnomalyEvidence = z.infer<typeof anomalyEvidence>;

/** `closed`: it ended by itself; `resolved`: somebody said so; `suppressed`: it goes on and nobody is told. */
export const anomalyState = z.enum(['open', 'acknowledged', 'resolved', 'suppressed', 'closed']);
export type AnomalyState = z.infer<typeof anomalyState>;

export const anomaly = z
  .object({
    id: z.string().min(1).max(100),
    incidentId: z.string().min(1).max(100),
    type: anomalyType,
    category: z.enum(['behaviour', 'security']),
    subject: anomalySubject,
    state: anomalyState,
    severity,
    /** Of the last window; `peakScore` the highest since it started. */
    score: ratio,
    peakScore: ratio,
    startedAt: timestamp,
    updatedAt: timestamp,
    closedAt: timestamp.optional(),
    title: z.string(),
    evidence: z.array(anomalyEvidence),
    technique: attackTechnique.optional(),
    /** What the pattern is about besides its subject: the host, the identity, the route. */
    about: z.record(z.string(), z.string()).optional(),
    requestsPerSecond: amount.nullable(),
  })
  .meta({ id: 'Anomaly' });
export type Anomaly = z.infer<typeof anomaly>;
