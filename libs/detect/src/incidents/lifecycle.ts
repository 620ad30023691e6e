/**
 * Which anomalies are one incident, and how does it go on? An anomaly joins the incident that it touches on the graph (a node in
 * common, or a call between) while that is open; one that ended lately and had the same subject and type comes back as itself.
 * Invariants: an anomaly is in one incident; `raised` comes once in an incident's life; what is suppressed raises nothing.
 */
import type { Anomaly, AnomalyState, IncidentNote, Severity } from '@observatory/contracts';
import type { IncidentGraph } from './call-graph.js';

/** An incident that went quiet may come back as the same one for so long. */
export const REOPEN_WITHIN_MS = 30 * 60_000;
/** An incident takes no more; the next ones open another. */
export const MEMBERS_MAX = 500;

export interface IncidentState {
  readonly id: string;
  readonly cluster: string;
  state: AnomalyState;
  severity: Severity;
  startedAt: string;
  openedAt: string;
  updatedAt: string;
  closedAt?: string;
  reopened: number;
  version: number;
  acknowledgedBy?: string;
  suppressedUntil?: string;
  notes: IncidentNote[];
  /** By id; a closed one stays, as part of the story. */
  members: Record<string, Anomaly>;
}

export type IncidentChangeKind = 'raised' | 'updated' | 'closed' | 'reopened';
export interface IncidentStep {
  readonly at: string;
  readonly cluster: string;
  readonly begun: readonly Omit<Anomaly, 'incidentId'>[];
  /** As they are now. */
  readonly going: readonly Anomaly[];
  readonly ended: readonly string[];
}
export interface StepResult {
  readonly changed: Map<IncidentState, IncidentChangeKind>;
}

const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];
export const worse = (a: Severity, b: Severity): Severity => (SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b);
export const isOver = ({ state }: { state: AnomalyState }): boolean => state === 'closed' || state === 'resolved';

function nodesOf({ subject }: Pick<Anomaly, 'subject'>): string[] {
  return subject.kind === 'node' ? [subject.id] : [subject.source ?? '', subject.target ?? ''];
}

const hub = (graph: IncidentGraph, node: string): boolean => graph.into(node).length + graph.out(node).length > HUB_EDGES;
/** A node with so many calls joins what has nothing to do with each other: only what is unusual at the node itself counts there. */
const HUB_EDGES = 200;

function touches(anomaly: Pick<Anomaly, 'subject'>, incident: IncidentState, graph: IncidentGraph): boolean {
  const own = nodesOf(anomaly);
  for (const member of Object.values(incident.members)) {
    if (isOver(member)) continue;
    const theirs = nodesOf(member);
    if (own.some((node) => theirs.includes(node) && !hub(graph, node))) return true;
    if (member.subject.id === anomaly.subject.id) return true;
    if (own.some((a) => theirs.some((b) => !hub(graph, a) && !hub(graph, b) && graph.touches(a, b)))) return true;
  }
  return false;
}

/** The same thing again, not long after it ended. */
function cameBack(anomaly: Pick<Anomaly, 'subject' | 'type'>, incident: IncidentState, atMs: number): boolean {
  if (incident.state !== 'closed' || incident.closedAt === undefined || atMs - Date.parse(incident.closedAt) > REOPEN_WITHIN_MS)
    return false;
  return Object.values(incident.members).some(({ subject, type }) => subject.id === anomaly.subject.id && type === anomaly.type);
}

export interface StepContext {
  readonly graph: IncidentGraph;
  newId(index: number): string;
}

/** Changes `incidents` in place and says which changed how. */
export function advanceIncidents(incidents: Map<string, IncidentState>, step: IncidentStep, { graph, newId }: StepContext): StepResult {
  const changed = new Map<IncidentState, IncidentChangeKind>();
  const touch = (incident: IncidentState, kind: IncidentChangeKind) => {
    const known = changed.get(incident);
    if (known === undefined || (known === 'updated' && kind !== 'updated')) changed.set(incident, kind);
  };
  for (const anomaly of step.going) update(incidents, anomaly, touch);
  for (const id of step.ended) end(incidents, { id, at: step.at }, touch);
  let created = 0;
  for (const anomaly of step.begun) {
    const atMs = Date.parse(step.at);
    const candidates = [...incidents.values()].filter(
      ({ cluster, members }) => cluster === step.cluster && Object.keys(members).length < MEMBERS_MAX,
    );
    let incident = candidates.find((one) => !isOver(one) && touches(anomaly, one, graph));
    if (!incident) {
      incident = candidates.find((one) => cameBack(anomaly, one, atMs));
      if (incident) reopen(incident, touch);
    }
    if (!incident) {
      incident = opened(newId(created), anomaly, step);
      created += 1;
      incidents.set(incident.id, incident);
      touch(incident, 'raised');
    }
    incident.members[anomaly.id] = { ...anomaly, incidentId: incident.id };
    if (anomaly.startedAt < incident.startedAt) incident.startedAt = anomaly.startedAt;
    touch(incident, 'updated');
  }
  for (const incident of changed.keys()) settle(incident, step.at, changed);
  return { changed };
}

function opened(id: string, anomaly: Omit<Anomaly, 'incidentId'>, { at, cluster }: IncidentStep): IncidentState {
  const { severity, startedAt } = anomaly;
  return { id, cluster, state: 'open', severity, startedAt, openedAt: at, updatedAt: at, reopened: 0, version: 0, notes: [], members: {} };
}

function reopen(incident: IncidentState, touch: (incident: IncidentState, kind: IncidentChangeKind) => void): void {
  incident.state = 'open';
  incident.reopened += 1;
  delete incident.closedAt;
  touch(incident, 'reopened');
}

function update(
  incidents: ReadonlyMap<string, IncidentState>,
  anomaly: Anomaly,
  touch: (incident: IncidentState, kind: IncidentChangeKind) => void,
): void {
  const incident = incidents.get(anomaly.incidentId);
  const known = incident?.members[anomaly.id];
  if (!incident || !known || isOver(known)) return;
  incident.members[anomaly.id] = { ...anomaly, state: known.state, peakScore: Math.max(known.peakScore, anomaly.score) };
  touch(incident, 'updated');
}

function end(
  incidents: ReadonlyMap<string, IncidentState>,
  { id, at }: { id: string; at: string },
  touch: (incident: IncidentState, kind: IncidentChangeKind) => void,
): void {
  for (const incident of incidents.values()) {
    const member = incident.members[id];
    if (!member || isOver(member)) continue;
    incident.members[id] = { ...member, state: 'closed', score: 0, closedAt: at, updatedAt: at };
    touch(incident, 'updated');
  }
}

function settle(incident: IncidentState, at: string, changed: Map<IncidentState, IncidentChangeKind>): void {
  const members = Object.values(incident.members);
  incident.updatedAt = at;
  incident.version += 1;
  incident.severity = members.reduce<Severity>((worst, member) => worse(worst, member.severity), 'info');
  if (!isOver(incident) && members.every(isOver)) {
    incident.state = 'closed';
    incident.closedAt = at;
    changed.set(incident, 'closed');
  }
}
