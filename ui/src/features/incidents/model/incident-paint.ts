/**
 * The part of the mesh that an incident is about, as colours on a map: how unusual each was at its worst, and who may feel it next.
 * Invariant: an affected workload is never quieter than one that is only near.
 */
import type { IncidentDetail } from '@observatory/contracts';
import type { MapPaint, PaintTone } from '../../../lib/map-paint.js';
import { degreeOf, scoreText, goesOn } from '../../../lib/scores.js';
import { TYPE_WORDS } from './words.js';

type Painted = Pick<IncidentDetail, 'members' | 'edges' | 'blast' | 'causes' | 'callers' | 'callees'>;

/** The highest score of each subject while the incident went on. */
function peaks({ members, edges }: Pick<Painted, 'members' | 'edges'>): Map<string, number> {
  const scores = new Map<string, number>();
  const raise = (id: string, score: number | null) => score !== null && scores.set(id, Math.max(scores.get(id) ?? 0, score));
  for (const { subject, peakScore } of members) raise(subject.id, peakScore);
  for (const { id, score } of edges) raise(id, score);
  return scores;
}

export function incidentPaint(incident: Painted): MapPaint {
  const { edges, blast, causes, callers, callees, members } = incident;
  const scores = peaks(incident);
  const affected = new Set([...blast.affectedNodes, ...blast.affectedEdges]);
  const tone = (id: string, near: PaintTone): PaintTone => {
    const degree = degreeOf(scores.get(id) ?? null);
    if (degree === 'alert') return 'failing';
    return degree === 'look' || affected.has(id) ? 'degraded' : near;
  };
  const nodes: Record<string, PaintTone> = {};
  for (const { node } of [...callers, ...callees]) nodes[node] = tone(node, 'idle');
  for (const { source, target } of edges) for (const node of [source, target]) nodes[node] = tone(node, 'idle');
  for (const node of blast.exposedNodes) nodes[node] = tone(node, 'accent');
  for (const node of [...blast.affectedNodes, ...causes.slice(0, 1).map((cause) => cause.node)]) nodes[node] = tone(node, 'degraded');
  return {
    title: 'Incident',
    legend: [
      { tone: 'failing', words: 'unusual enough to alert', of: 'node' },
      { tone: 'degraded', words: 'affected, or unusual without an alert', of: 'node' },
      { tone: 'accent', words: 'may feel it next', of: 'node' },
      { tone: 'failing', words: 'unusual calls', of: 'edge' },
    ],
    nodes,
    edges: Object.fromEntries(edges.map(({ id }) => [id, tone(id, 'idle')])),
    words: wordsOf({ scores, members, causes, exposed: blast.exposedNodes }),
  };
}

interface Said extends Pick<Painted, 'members' | 'causes'> {
  scores: ReadonlyMap<string, number>;
  exposed: readonly string[];
}

function wordsOf({ scores, members, causes, exposed }: Said): Record<string, string> {
  const words = new Map<string, string[]>();
  const say = (id: string, line: string) => words.set(id, [...(words.get(id) ?? []), line]);
  if (causes[0]) say(causes[0].node, 'probably starts here');
  for (const { subject, type } of members) if (!words.get(subject.id)?.includes(TYPE_WORDS[type])) say(subject.id, TYPE_WORDS[type]);
  for (const [id, score] of scores) say(id, `highest score ${scoreText(score)}`);
  for (const id of exposed) if (!words.has(id)) say(id, 'may feel it next');
  return Object.fromEntries([...words].map(([id, lines]) => [id, lines.join(', ')]));
}

/** The mesh in which it is drawn: that of now while it goes on, else that of its end. */
export function incidentMesh({
  state,
  closedAt,
  updatedAt,
  namespaces,
}: Pick<IncidentDetail, 'state' | 'closedAt' | 'updatedAt' | 'namespaces'>) {
  return { window: '15m', idle: true, namespaces, ...(goesOn(state) ? {} : { at: closedAt ?? updatedAt }) };
}
