/**
 * Which anomalies are one incident, and how does it go on? An anomaly joins the incident that it touches on the graph (a node in
 * common, or a call between; among those that begin in the same window, a caller in common) while that is open; one that ended lately
 * and had the same subject and type comes back as itself.
 * Invariants: an anomaly is in one incident; `raised` comes once in an incident's life; what is suppressed raises nothing.
 */
import type { Anomaly, AnomalyState, IncidentNote, Severity } from '@observatory/contracts';
import type { CallGraph } from '../graph/call-graph.js';
import { blamed } from '../graph/blame.js';
import { incidentCauses } from './causes.js';
import { isOver } from './is-over.js';

/** An incident that went quiet may come back as the same one for so long. */
export const REOPEN_WITHIN_MS = 30 * 60_000;
/** An incident shows no more: beyond it more of the same says nothing. */
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

function nodesOf({ subject }: Pick<Anomaly, 'subject'>): string[] {
  return subject.kind === 'node' ? [subject.id] : [subject.source ?? '', subject.target ?? ''];
}

/** A node with so many calls joins what has nothing to do with each other: only what is unusual at the node itself counts there. */
const HUB_EDGES = 200;
/** A flood is seen at some of whom it reaches before it is seen between them. */
const SHARED_CALLER_STEPS = 2;

/** Which incident is where on the graph: by the nodes and subjects of what goes on in it. */
class Places {
  private readonly bySubject = new Map<string, IncidentState>();
  private readonly byNode = new Map<string, IncidentState>();
  /** By who calls what began in this very window: what begins at once below one caller is one story, as a flood that he passes on. */
  private readonly byCaller = new Map<string, IncidentState>();

  constructor(
    incidents: Iterable<IncidentState>,
    private readonly graph: CallGraph,
  ) {
    for (const incident of incidents) {
      if (isOver(incident)) continue;
      for (const member of Object.values(incident.members)) if (!isOver(member)) this.add(member, incident);
    }
  }

  add(anomaly: Pick<Anomaly, 'subject'>, incident: IncidentState): void {
    if (!this.bySubject.has(anomaly.subject.id)) this.bySubject.set(anomaly.subject.id, incident);
    for (const node of nodesOf(anomaly)) if (!this.isHub(node) && !this.byNode.has(node)) this.byNode.set(node, incident);
  }

  addBegun(anomaly: Pick<Anomaly, 'subject'>, incident: IncidentState): void {
    this.add(anomaly, incident);
    for (const caller of this.ancestorsOf(anomaly)) if (!this.byCaller.has(caller)) this.byCaller.set(caller, incident);
  }

  /** The incidents that it touches, the nearest first: the same subject, a node in common, a call between, or a caller in common. */
  touched(anomaly: Pick<Anomaly, 'subject'>): IncidentState[] {
    const found = new Set<IncidentState>();
    const note = (incident: IncidentState | undefined) => incident && found.add(incident);
    note(this.bySubject.get(anomaly.subject.id));
    const own = nodesOf(anomaly).filter((node) => !this.isHub(node));
    for (const node of own) note(this.byNode.get(node));
    for (const node of own) {
      for (const { target } of this.graph.out(node)) note(this.byNode.get(target));
      for (const { source } of this.graph.into(node)) note(this.byNode.get(source));
    }
    for (const caller of this.ancestorsOf(anomaly)) note(this.byCaller.get(caller));
    return [...found];
  }

  /** What was of `other` is of `incident` now. */
  move(other: IncidentState, incident: IncidentState): void {
    for (const places of [this.bySubject, this.byNode, this.byCaller])
      for (const [key, of] of places) if (of === other) places.set(key, incident);
  }

  /** Itself and who calls it, directly or through another. */
  private ancestorsOf({ subject }: Pick<Anomaly, 'subject'>): string[] {
    const callee = blamed(subject, 'callee');
    if (this.isHub(callee)) return [];
    return [callee, ...this.graph.callersOf(new Set([callee]), SHARED_CALLER_STEPS)].filter((node) => !this.isHub(node));
  }

  private isHub(node: string): boolean {
    return this.graph.into(node).length + this.graph.out(node).length > HUB_EDGES;
  }
}

/** What fails downstream is the same in many outages: it is the same incident only where it starts at the same place. */
function sameCause(begun: readonly Omit<Anomaly, 'incidentId'>[], { members }: IncidentState, graph: CallGraph): boolean {
  const causeOf = (anomalies: readonly Omit<Anomaly, 'incidentId'>[]) =>
    incidentCauses({ anomalies, graph, label: (node) => node })[0]?.node;
  return causeOf(begun) === causeOf(Object.values(members));
}

/** The same thing again, not long after it ended. */
function cameBack(anomaly: Pick<Anomaly, 'subject' | 'type'>, incident: IncidentState, atMs: number): boolean {
  if (incident.state !== 'closed' || incident.closedAt === undefined || atMs - Date.parse(incident.closedAt) > REOPEN_WITHIN_MS)
    return false;
  return Object.values(incident.members).some(({ subject, type }) => subject.id === anomaly.subject.id && type === anomaly.type);
}

export interface StepContext {
  readonly graph: CallGraph;
  newId(index: number): string;
}

/** Changes `incidents` in place and says which changed how. */
export function advanceIncidents(incidents: Map<string, IncidentState>, step: IncidentStep, { graph, newId }: StepContext): StepResult {
  const changed = new Map<IncidentState, IncidentChangeKind>();
  const touch: Touch = (incident, kind) => {
    const known = changed.get(incident);
    if (known === undefined || (known === 'updated' && kind !== 'updated')) changed.set(incident, kind);
  };
  for (const anomaly of step.going) update(incidents, anomaly, touch);
  for (const id of step.ended) end(incidents, { id, at: step.at }, touch);
  joinBegun(incidents, step, { graph, newId, touch });
  for (const incident of changed.keys()) settle(incident, step.at, changed);
  return { changed };
}

type Touch = (incident: IncidentState, kind: IncidentChangeKind) => void;

/** What begins together is looked at together: whoever touches an incident joins it, and only then the strongest of the rest opens one. */
function joinBegun(
  incidents: Map<string, IncidentState>,
  { at, cluster, begun }: IncidentStep,
  { graph, newId, touch }: StepContext & { touch: Touch },
): void {
  const ours = [...incidents.values()].filter((incident) => incident.cluster === cluster);
  const places = new Places(ours, graph);
  let left = [...begun].sort((a, b) => b.score - a.score);
  let created = 0;
  while (left.length > 0) {
    const apart = left.filter((anomaly) => {
      const [incident, ...others] = places.touched(anomaly).sort((a, b) => a.openedAt.localeCompare(b.openedAt));
      if (!incident) return true;
      join(incident, anomaly, { places, touch });
      for (const other of others) merge(other, incident, { at, places, touch });
      return false;
    });
    const [first] = apart;
    if (first && apart.length === left.length) {
      const before = ours.find((one) => cameBack(first, one, Date.parse(at)) && sameCause(apart, one, graph));
      const incident = before ?? opened(first, { id: newId(created), at, cluster });
      if (before) reopen(before, touch);
      else {
        created += 1;
        incidents.set(incident.id, incident);
        touch(incident, 'raised');
      }
      join(incident, first, { places, touch });
      apart.shift();
    }
    left = apart;
  }
}

/** Who writes in an incident's history where nobody decided anything. */
const DETECTION: IncidentNote['actor'] = { name: 'anomaly', kind: 'service' };

/** What lies between two incidents makes them one: the younger ends in the older, and says in which. */
function merge(other: IncidentState, incident: IncidentState, { at, places, touch }: { at: string; places: Places; touch: Touch }): void {
  for (const member of Object.values(other.members)) incident.members[member.id] = { ...member, incidentId: incident.id };
  if (other.startedAt < incident.startedAt) incident.startedAt = other.startedAt;
  other.members = {};
  other.notes = [...other.notes, { at, actor: DETECTION, action: 'merged', note: incident.id }];
  places.move(other, incident);
  touch(other, 'updated');
}

function join(incident: IncidentState, anomaly: Omit<Anomaly, 'incidentId'>, { places, touch }: { places: Places; touch: Touch }): void {
  places.addBegun(anomaly, incident);
  touch(incident, 'updated');
  if (anomaly.startedAt < incident.startedAt) incident.startedAt = anomaly.startedAt;
  if (Object.keys(incident.members).length < MEMBERS_MAX) incident.members[anomaly.id] = { ...anomaly, incidentId: incident.id };
}

function opened(anomaly: Omit<Anomaly, 'incidentId'>, { id, at, cluster }: { id: string; at: string; cluster: string }): IncidentState {
  const { severity, startedAt } = anomaly;
  return { id, cluster, state: 'open', severity, startedAt, openedAt: at, updatedAt: at, reopened: 0, version: 0, notes: [], members: {} };
}

function reopen(incident: IncidentState, touch: Touch): void {
  incident.state = 'open';
  incident.reopened += 1;
  delete incident.closedAt;
  touch(incident, 'reopened');
}

function update(incidents: ReadonlyMap<string, IncidentState>, anomaly: Anomaly, touch: Touch): void {
  const incident = incidents.get(anomaly.incidentId);
  const known = incident?.members[anomaly.id];
  if (!incident || !known || isOver(known)) return;
  incident.members[anomaly.id] = { ...anomaly, state: known.state, peakScore: Math.max(known.peakScore, anomaly.score) };
  touch(incident, 'updated');
}

function end(incidents: ReadonlyMap<string, IncidentState>, { id, at }: { id: string; at: string }, touch: Touch): void {
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
