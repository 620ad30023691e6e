/**
 * What changed between two times, in words, the most worrying first.
 * Source: the difference that the topology service made (it decided what is beyond noise); here only the wording and the order.
 * Invariant: one line per thing, and every line names what it was and what it is; what differs only in being known is left out.
 */
import type { TopologyDiff, TopologyEdge, TopologyNode } from '@observatory/contracts';
import { byteRate, requestRate } from '../../../lib/format.js';
import { compareHealth } from '../../../lib/health-order.js';
import { parseNodeId } from '../../../lib/node-id.js';
import { type Figures, figureChanges } from './figure-changes.js';

export interface ChangeLine {
  id: string;
  kind: 'worse' | 'better' | 'added' | 'removed' | 'changed';
  subject: string;
  text: string;
  target: { kind: 'node'; node: TopologyNode } | { kind: 'edge'; edgeId: string };
}

const ORDER: readonly ChangeLine['kind'][] = ['worse', 'better', 'removed', 'added', 'changed'];

const nodeTarget = (node: TopologyNode): ChangeLine['target'] => ({ kind: 'node', node });

const ill = ({ health }: TopologyNode) => health.state === 'failing' || health.state === 'degraded';

function nodeChange(id: string, before: TopologyNode, after: TopologyNode): ChangeLine {
  const health = compareHealth(after.health.state, before.health.state);
  const { texts, worse, better } = figureChanges(before.in, after.in);
  if (health !== 0) texts.unshift(`${before.health.state} → ${after.health.state}`);
  const [was, is] = [before.replicas, after.replicas];
  if (was && is && (was.ready !== is.ready || was.desired !== is.desired))
    texts.push(`replicas ${was.ready}/${was.desired} → ${is.ready}/${is.desired}`);
  const [wasIll, isIll] = [ill(before), ill(after)];
  const recovered = wasIll && !isIll && after.health.state !== 'unknown';
  const kind = worse || (health < 0 && isIll) ? 'worse' : better || recovered ? 'better' : 'changed';
  return { id, kind, subject: after.name, text: texts.join(', '), target: nodeTarget(after) };
}

const edgeFigures = (edge: TopologyEdge): Figures => ({
  requestsPerSecond: edge.requestsPerSecond,
  errorRatio: edge.errorRatio,
  latencyMsMean: edge.latencyMs?.mean,
  latencyMsP95: edge.latencyMs?.p95,
  mtlsRatio: edge.mtls.ratio,
  bytesPerSecond: edge.sentBytesPerSecond + edge.receivedBytesPerSecond,
  connectionsPerSecond: edge.connectionsPerSecond,
});

/** What flows over an edge, in the unit that its protocol has. */
const flow = (edge: TopologyEdge) =>
  edge.protocol === 'tcp' ? byteRate(edge.sentBytesPerSecond + edge.receivedBytesPerSecond) : requestRate(edge.requestsPerSecond);

const edgeSubject = ({ source, target }: TopologyEdge) => `${parseNodeId(source).name} → ${parseNodeId(target).name}`;

function edgeChange(id: string, before: TopologyEdge, after: TopologyEdge): ChangeLine {
  const { texts, worse, better } = figureChanges(edgeFigures(before), edgeFigures(after));
  const kind = worse ? 'worse' : better ? 'better' : 'changed';
  return { id, kind, subject: edgeSubject(after), text: texts.join(', '), target: { kind: 'edge', edgeId: id } };
}

const KINDS: Record<TopologyNode['kind'], string> = {
  workload: 'workload',
  app: 'app',
  service: 'service',
  serviceEntry: 'host outside, named by a ServiceEntry',
  external: 'destination outside the mesh',
  unknown: 'peer that the mesh cannot name',
};

/** Whether nothing was recorded of the time before: then all traffic there is now counts as new, and says nothing. */
export function nothingBefore({ edges }: Pick<TopologyDiff, 'edges'>, edgesNow: number): boolean {
  return edgesNow > 0 && edges.added.length >= edgesNow && edges.changed.length === 0 && edges.removed.length === 0;
}

export function changeLines({ nodes, edges }: Pick<TopologyDiff, 'nodes' | 'edges'>): ChangeLine[] {
  const where = ({ kind, namespace }: TopologyNode) => (namespace === '' ? KINDS[kind] : `${KINDS[kind]} in ${namespace}`);
  const lines: ChangeLine[] = [
    ...nodes.changed.map(({ id, before, after }) => nodeChange(id, before, after)),
    ...edges.changed.map(({ id, before, after }) => edgeChange(id, before, after)),
    ...nodes.removed.map((node): ChangeLine => ({
      id: node.id,
      kind: 'removed',
      subject: node.name,
      text: `gone: ${where(node)}`,
      target: nodeTarget(node),
    })),
    ...nodes.added.map((node): ChangeLine => ({
      id: node.id,
      kind: 'added',
      subject: node.name,
      text: `new ${where(node)}`,
      target: nodeTarget(node),
    })),
    ...edges.removed.map((edge): ChangeLine => ({
      id: edge.id,
      kind: 'removed',
      subject: edgeSubject(edge),
      text: `no traffic any more, was ${flow(edge)}`,
      target: { kind: 'edge', edgeId: edge.id },
    })),
    ...edges.added.map((edge): ChangeLine => ({
      id: edge.id,
      kind: 'added',
      subject: edgeSubject(edge),
      text: `new traffic, ${flow(edge)}`,
      target: { kind: 'edge', edgeId: edge.id },
    })),
  ];
  return lines.filter(({ text }) => text !== '').toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}
