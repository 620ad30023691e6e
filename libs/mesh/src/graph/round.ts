/**
 * What is sent and compared: three significant digits. Rates are means of extrapolations, so more digits are noise
 * that would make every node differ in every window. Invariant: rounding a rounded graph changes nothing.
 */
import type { Rates, TopologyEdge, TopologyNode } from '@observatory/contracts';
import type { MeshGraph } from '../types.js';

/** As toPrecision(3), without its detour through text. Powers of ten up to 1e22 are exact. */
export function rounded(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const digits = 2 - Math.floor(Math.log10(Math.abs(value)));
  if (digits < 0) return Math.round(value / 10 ** -digits) * 10 ** -digits;
  return digits > 22 ? Number(value.toPrecision(3)) : Math.round(value * 10 ** digits) / 10 ** digits;
}

const ratio = (value: number | null): number | null => (value === null ? null : rounded(value));

const rates = ({ requestsPerSecond, errorRatio, bytesPerSecond }: Rates): Rates => ({
  requestsPerSecond: rounded(requestsPerSecond),
  errorRatio: ratio(errorRatio),
  bytesPerSecond: rounded(bytesPerSecond),
});

const roundNode = (node: TopologyNode): TopologyNode => ({ ...node, in: rates(node.in), out: rates(node.out) });

function roundEdge(edge: TopologyEdge): TopologyEdge {
  const result: TopologyEdge = {
    ...edge,
    requestsPerSecond: rounded(edge.requestsPerSecond),
    errorRatio: ratio(edge.errorRatio),
    clientErrorRatio: ratio(edge.clientErrorRatio),
    responses: edge.responses.map((response) => ({ ...response, requestsPerSecond: rounded(response.requestsPerSecond) })),
    sentBytesPerSecond: rounded(edge.sentBytesPerSecond),
    receivedBytesPerSecond: rounded(edge.receivedBytesPerSecond),
    mtls: { ...edge.mtls, ratio: ratio(edge.mtls.ratio) },
  };
  if (edge.connectionsPerSecond !== undefined) result.connectionsPerSecond = rounded(edge.connectionsPerSecond);
  if (edge.latencyMs !== undefined) {
    const latency = (result.latencyMs = { ...edge.latencyMs, mean: rounded(edge.latencyMs.mean) });
    for (const field of ['p50', 'p95', 'p99'] as const) if (latency[field] !== undefined) latency[field] = rounded(latency[field]);
  }
  return result;
}

export const roundGraph = (graph: MeshGraph): MeshGraph => ({ nodes: graph.nodes.map(roundNode), edges: graph.edges.map(roundEdge) });
