/**
 * Incidents between the contract and proto: an absent list is an empty one there, what is null is absent.
 * Invariant: what proto has of an incident is what the contract says, value by value.
 */
import type { Anomaly, AnomalyEvidence, IncidentDetail, IncidentEvent, IncidentSummary, ScoresReply } from '@observatory/contracts';
import type { AnomalyProto } from '@observatory/proto';

/** For zod to parse: an empty string, 0 and an absent message are proto's way to say nothing. */
export function said(values: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== 0),
  );
}

const evidenceToProto = ({ signal, unit, observed, since, words, ...evidence }: AnomalyEvidence): AnomalyProto.Evidence => ({
  signal,
  unit,
  observed,
  expected: evidence.expected ?? undefined,
  low: evidence.low ?? undefined,
  high: evidence.high ?? undefined,
  probability: evidence.probability ?? undefined,
  since,
  words,
});

export function anomalyToProto(anomaly: Anomaly): AnomalyProto.Anomaly {
  const { id, incidentId, type, category, subject, state, severity, score, peakScore, startedAt, updatedAt, closedAt, title } = anomaly;
  return {
    id,
    incidentId,
    type,
    category,
    subject: subject.id,
    label: subject.label,
    state,
    severity,
    score,
    peakScore,
    startedAt,
    updatedAt,
    closedAt,
    title,
    evidence: anomaly.evidence.map(evidenceToProto),
    technique: anomaly.technique?.id,
  };
}

export const summaryToProto = (incident: IncidentSummary): AnomalyProto.IncidentSummary => ({
  id: incident.id,
  title: incident.title,
  state: incident.state,
  severity: incident.severity,
  score: incident.score,
  peakScore: incident.peakScore,
  clusters: incident.clusters,
  namespaces: incident.namespaces,
  types: incident.types,
  category: incident.category,
  startedAt: incident.startedAt,
  openedAt: incident.openedAt,
  updatedAt: incident.updatedAt,
  closedAt: incident.closedAt,
  reopened: incident.reopened,
  cause: incident.cause,
  anomalies: incident.anomalies,
  affected: incident.affected,
  version: incident.version,
});

export function incidentToProto(incident: IncidentDetail): AnomalyProto.Incident {
  const { affectedNodes, affectedEdges, exposedNodes } = incident.blast;
  return {
    summary: summaryToProto(incident),
    causes: incident.causes,
    affectedNodes,
    affectedEdges,
    exposedNodes,
    changes: incident.changes.map(({ kind, at, namespace, name, words, onCause }) => ({ kind, at, namespace, name, words, onCause })),
    members: incident.members.map(anomalyToProto),
  };
}

export const eventToProto = ({ change, at, incident, anomalies }: IncidentEvent): AnomalyProto.IncidentEvent => ({
  change,
  at,
  incident: summaryToProto(incident),
  anomalies: anomalies.map(anomalyToProto),
});

export const scoreToProto = ({ id, score, stage, type, incidentId }: ScoresReply['nodes'][number]): AnomalyProto.Score => ({
  id,
  score: score ?? undefined,
  stage,
  type,
  incidentId,
});
