/**
 * What a window does to the incidents of its cluster: anomalies that begin join or open one, those that go on are brought up to date,
 * those that end are closed. The same live, in a backtest and in tests. Invariant: a finding that goes on is one anomaly.
 */
import type { Anomaly } from '@observatory/contracts';
import { advanceIncidents, isOver, type IncidentChangeKind, type IncidentState } from '@observatory/detect';
import { anomalyOf, goingOn, shortId } from './anomaly-view.js';
import type { Observation } from './cluster-detector.js';
import type { Begun } from './persistence.js';

type Fresh = Omit<Anomaly, 'incidentId'>;
export interface IncidentStepOptions {
  readonly cluster: string;
  /** What ids of incidents are made of, beside the cluster and the time. */
  readonly kind: string;
  /** What people decided beforehand of an anomaly that begins. */
  readonly decided?: (anomaly: Fresh) => Fresh;
}

/** Changes `incidents` in place and says which changed how. */
export function stepIncidents(
  incidents: Map<string, IncidentState>,
  { turn, graph, atMs }: Pick<Observation, 'turn' | 'graph' | 'atMs'>,
  { cluster, kind, decided = (anomaly) => anomaly }: IncidentStepOptions,
): Map<IncidentState, IncidentChangeKind> {
  const { open, resolved } = membersOf(incidents.values());
  const begun: Begun[] = [...turn.begun];
  const going: Anomaly[] = [];
  for (const finding of turn.going) {
    const key = keyOf(finding.subject.id, finding.type);
    const member = open.get(key);
    if (member) going.push(goingOn(member, finding, atMs));
    // Begun by a replica that died before it could say so; not what somebody resolved and goes on.
    else if (!resolved.has(key)) begun.push({ finding, sinceMs: atMs });
  }
  const step = {
    at: new Date(atMs).toISOString(),
    cluster,
    begun: begun.map(({ finding, sinceMs }) => decided(anomalyOf(finding, { cluster, atMs, sinceMs }))),
    going,
    ended: turn.ended.flatMap(({ subjectId, type }) => open.get(keyOf(subjectId, type))?.id ?? []),
  };
  return advanceIncidents(incidents, step, { graph, newId: (index) => shortId(kind, cluster, atMs, index) }).changed;
}

const keyOf = (subjectId: string, type: string): string => `${type} ${subjectId}`;

function membersOf(incidents: Iterable<IncidentState>): { open: Map<string, Anomaly>; resolved: Set<string> } {
  const open = new Map<string, Anomaly>();
  const resolved = new Set<string>();
  for (const { members } of incidents)
    for (const member of Object.values(members)) {
      const key = keyOf(member.subject.id, member.type);
      if (!isOver(member)) open.set(key, member);
      else if (member.state === 'resolved') resolved.add(key);
    }
  return { open, resolved };
}
