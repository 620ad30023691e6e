/** What does an incident reach: what is unusual itself, and who calls that and may feel it next? */
import type { Anomaly, blastRadius } from '@observatory/contracts';
import type { z } from 'zod';
import type { CallGraph } from '../graph/call-graph.js';

const EXPOSED_STEPS = 4;
const EXPOSED_MAX = 500;

export function blastRadiusOf(anomalies: readonly Anomaly[], graph: CallGraph): z.infer<typeof blastRadius> {
  const nodes = new Set(anomalies.flatMap(({ subject }) => (subject.kind === 'node' ? [subject.id] : [subject.target ?? subject.id])));
  const edges = new Set(anomalies.flatMap(({ subject }) => (subject.kind === 'edge' ? [subject.id] : [])));
  const requestsPerSecond = [...nodes].reduce(
    (sum, node) => sum + graph.into(node).reduce((rate, edge) => rate + edge.requestsPerSecond, 0),
    0,
  );
  return {
    affectedNodes: [...nodes],
    affectedEdges: [...edges],
    exposedNodes: graph.callersOf(nodes, EXPOSED_STEPS).slice(0, EXPOSED_MAX),
    requestsPerSecond,
  };
}
