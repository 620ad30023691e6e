/** Findings as anomalies, and incidents as people and other programs see them. Invariant: an id follows from cluster, subject, type and beginning. */
import { createHash } from 'node:crypto';
import {
  securityType,
  type Anomaly,
  type AnomalyEvidence,
  type AnomalyType,
  type IncidentCause,
  type IncidentDetail,
  type IncidentEvent,
  type IncidentSummary,
} from '@observatory/contracts';
import {
  blastRadiusOf,
  changesBefore,
  incidentCauses,
  isOver,
  type CallGraph,
  type IncidentState,
  type RecordedChange,
} from '@observatory/detect';
import type { Finding } from './finding.js';
import { subjectOf } from './subjects.js';
import { titleOf } from './words.js';

const SECURITY = new Set<AnomalyType>(securityType.options);
const NEIGHBOURS_MAX = 10;
const EVENT_ANOMALIES_MAX = 20;
const EVENT_SUBJECTS_MAX = 200;
const EDGES_MAX = 500;
const EVIDENCE_MAX = 6;
/** What ended so long before the last one began is another story. */
const SPEAKS_FOR_MS = 10 * 60_000;

export const shortId = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 16);

const evidenceOf = (finding: Finding, sinceMs: number): AnomalyEvidence[] =>
  finding.evidence
    .slice(0, EVIDENCE_MAX)
    .map((evidence) => ({ ...evidence, score: finding.score, since: new Date(sinceMs).toISOString() }));

export interface Occurrence {
  readonly cluster: string;
  readonly atMs: number;
  readonly sinceMs: number;
}

export function anomalyOf(finding: Finding, { cluster, atMs, sinceMs }: Occurrence): Omit<Anomaly, 'incidentId'> {
  const subject = subjectOf(finding.subject);
  const { type, score, severity, technique, about, requestsPerSecond } = finding;
  return {
    id: shortId('anomaly', cluster, subject.id, type, sinceMs),
    type,
    category: SECURITY.has(type) ? 'security' : 'behaviour',
    subject,
    state: 'open',
    severity,
    score,
    peakScore: score,
    startedAt: new Date(sinceMs).toISOString(),
    updatedAt: new Date(atMs).toISOString(),
    title: titleOf(type, subject.label),
    evidence: evidenceOf(finding, sinceMs),
    ...(technique ? { technique } : {}),
    ...(about ? { about: { ...about } } : {}),
    requestsPerSecond,
  };
}

/** An anomaly one window later. Its severity is the worst that it had. */
export function goingOn(known: Anomaly, finding: Finding, atMs: number): Anomaly {
  const next = anomalyOf(finding, { cluster: known.subject.cluster, atMs, sinceMs: Date.parse(known.startedAt) });
  return {
    ...next,
    id: known.id,
    incidentId: known.incidentId,
    state: known.state,
    startedAt: known.startedAt,
    peakScore: Math.max(known.peakScore, next.score),
    severity: known.severity === 'critical' ? 'critical' : next.severity === 'info' ? known.severity : next.severity,
  };
}

export interface Surroundings {
  readonly graph: CallGraph;
  readonly changes: readonly RecordedChange[];
  readonly changesUnknown: readonly string[];
  label(node: string): string;
  namespace(node: string): string;
  score(subjectId: string): number | null;
}

/** What the causes and the rest hang on is worked out while it goes on, and stays as it was afterwards. */
export function detailOf(incident: IncidentState, around: Surroundings): IncidentDetail {
  const members = Object.values(incident.members).sort((a, b) => b.peakScore - a.peakScore);
  const causes = incidentCauses({
    anomalies: speaking(members, Date.parse(incident.updatedAt)),
    graph: around.graph,
    label: (node) => around.label(node),
  });
  const blast = blastRadiusOf(members, around.graph);
  const [cause] = causes;
  const affected = new Map([...blast.affectedNodes, ...causes.map(({ node }) => node)].map((node) => [node, around.namespace(node)]));
  const changes = changesBefore({ changes: around.changes, startedMs: Date.parse(incident.startedAt), cause: cause?.node, affected });
  return {
    ...summaryOf(incident, members, cause),
    causes,
    blast,
    changes,
    changesUnknown: [...around.changesUnknown],
    members,
    callers: cause ? neighbours(around, cause.node, 'callers') : [],
    callees: cause ? neighbours(around, cause.node, 'callees') : [],
    edges: edgesAmong(around, [...affected.keys(), ...blast.exposedNodes]),
    notes: incident.notes,
  };
}

/**
 * What says something of the cause of what goes on now. Endings say nothing new: whoever still went on when the last one began, or
 * not long before, speaks along; what was over by then, or has been over for so long while others go on, speaks against nobody.
 */
function speaking(members: readonly Anomaly[], atMs: number): readonly Anomaly[] {
  const lastMs = Math.max(...members.map(({ startedAt }) => Date.parse(startedAt)));
  const sinceMs = (members.every(isOver) ? lastMs : Math.max(lastMs, atMs)) - SPEAKS_FOR_MS;
  return members.filter((member) => !isOver(member) || Date.parse(member.closedAt ?? member.updatedAt) >= sinceMs);
}

function neighbours({ graph, label, score }: Surroundings, node: string, which: 'callers' | 'callees'): IncidentDetail['callers'] {
  const rates = new Map<string, number>();
  for (const edge of which === 'callers' ? graph.into(node) : graph.out(node)) {
    const other = which === 'callers' ? edge.source : edge.target;
    rates.set(other, (rates.get(other) ?? 0) + edge.requestsPerSecond);
  }
  const heaviest = [...rates].sort((a, b) => b[1] - a[1]).slice(0, NEIGHBOURS_MAX);
  return heaviest.map(([other, requestsPerSecond]) => ({ node: other, label: label(other), requestsPerSecond, score: score(other) }));
}

function edgesAmong({ graph, score }: Surroundings, nodes: readonly string[]): IncidentDetail['edges'] {
  const named = new Set(nodes);
  const edges = [...named].flatMap((node) => graph.out(node).filter(({ target }) => named.has(target)));
  return edges.slice(0, EDGES_MAX).map(({ id, source, target }) => ({ id, source, target, score: score(id) }));
}

function summaryOf(incident: IncidentState, members: readonly Anomaly[], cause: IncidentCause | undefined): IncidentSummary {
  const live = members.filter((member) => !isOver(member));
  const types = [...new Set(members.map(({ type }) => type))].sort((a, b) => Number(SECURITY.has(b)) - Number(SECURITY.has(a)));
  const { id, state, severity, startedAt, openedAt, updatedAt, closedAt, reopened, version, acknowledgedBy, suppressedUntil } = incident;
  return {
    id,
    title: titleFor(members, cause),
    state,
    severity,
    score: Math.max(0, ...live.map(({ score }) => score)),
    peakScore: Math.max(0, ...members.map(({ peakScore }) => peakScore)),
    clusters: [...new Set(members.map(({ subject }) => subject.cluster))],
    namespaces: [...new Set(members.flatMap(({ subject }) => (subject.namespace === '' ? [] : [subject.namespace])))],
    types,
    category: types.some((type) => SECURITY.has(type)) ? 'security' : 'behaviour',
    startedAt,
    openedAt,
    updatedAt,
    reopened,
    anomalies: members.length,
    affected: new Set(members.map(({ subject }) => subject.target ?? subject.id)).size,
    version: Math.max(1, version),
    ...(closedAt === undefined ? {} : { closedAt }),
    ...(cause ? { cause } : {}),
    ...(acknowledgedBy === undefined ? {} : { acknowledgedBy }),
    ...(suppressedUntil === undefined ? {} : { suppressedUntil }),
  };
}

/** At the node itself, or on a call of it or to it. */
const isAt = ({ subject }: Anomaly, cause: IncidentCause | undefined): boolean =>
  cause !== undefined && [subject.id, subject.source, subject.target].includes(cause.node);

/** Patterns of attack: those by the likely cause or at it, the worst, the first. The same as long as nothing worse comes. */
function patternsFirst(members: readonly Anomaly[], cause: IncidentCause | undefined): Anomaly[] {
  const order = (member: Anomaly): string => {
    const { severity, startedAt, id } = member;
    return [isAt(member, cause) ? 0 : 1, severity === 'critical' ? 0 : 1, startedAt, id].join(' ');
  };
  const patterns = members.filter(({ category, type }) => category === 'security' && type !== 'denied-requests');
  return patterns
    .map((member) => [order(member), member] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, member]) => member);
}

/** A pattern of attack names the incident, else what speaks most at the likely cause. */
function titleFor(members: readonly Anomaly[], cause: IncidentCause | undefined): string {
  const [pattern, ...more] = patternsFirst(members, cause);
  if (pattern) {
    const others = new Set(
      more.filter(({ type, subject }) => type === pattern.type && subject.id !== pattern.subject.id).map(({ subject }) => subject.id),
    );
    return others.size > 0 ? `${pattern.title} and ${others.size} more` : pattern.title;
  }
  const atCause = members.filter((member) => isAt(member, cause));
  const [first] = [...atCause, ...members];
  const own =
    atCause.find(({ subject }) => subject.id === cause?.node) ?? atCause.find(({ subject }) => subject.target === cause?.node) ?? first;
  return own && cause ? titleOf(own.type, cause.label) : (first?.title ?? 'Something is unusual');
}

export function eventOf(change: IncidentEvent['change'], detail: IncidentDetail, at: string): IncidentEvent {
  const {
    causes: _c,
    blast: _b,
    changes: _h,
    changesUnknown: _u,
    members,
    callers: _a,
    callees: _e,
    edges: _g,
    notes: _n,
    ...incident
  } = detail;
  return {
    change,
    at,
    incident,
    anomalies: members.slice(0, EVENT_ANOMALIES_MAX),
    subjects: members.slice(0, EVENT_SUBJECTS_MAX).map(({ subject }) => subject),
  };
}
