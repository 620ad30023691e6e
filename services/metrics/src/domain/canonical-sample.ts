/**
 * The one form of a sample that is stored and published: six significant digits, edges in the order of their ids.
 * Six digits survive a PostgreSQL `real` unchanged (FLT_DIG), so a window that is read back is the one that was stored,
 * digit by digit, and its chunks are the same. Invariant: canonical(canonical(x)) equals canonical(x).
 */
import type { EdgeSample, LatencyHistogram, ResponseRate } from '@observatory/contracts';

export function sixDigits(value: number): number {
  return Number.isSafeInteger(value) && Math.abs(value) < 1e6 ? value : Number(value.toPrecision(6));
}

const optional = (value: number | undefined): number | undefined => (value === undefined ? undefined : sixDigits(value));

function canonicalLatency({ upperBoundsMs, perSecond, readAt }: LatencyHistogram): LatencyHistogram {
  return { upperBoundsMs, perSecond: perSecond.map(sixDigits), readAt };
}

const canonicalResponse = (response: ResponseRate): ResponseRate => ({
  ...response,
  requestsPerSecond: sixDigits(response.requestsPerSecond),
});

function canonicalEdge(edge: EdgeSample): EdgeSample {
  return {
    ...edge,
    responses: edge.responses.map(canonicalResponse),
    requestsPerSecond: sixDigits(edge.requestsPerSecond),
    errorsPerSecond: sixDigits(edge.errorsPerSecond),
    clientErrorsPerSecond: sixDigits(edge.clientErrorsPerSecond),
    latencySumMsPerSecond: optional(edge.latencySumMsPerSecond),
    latencyCountPerSecond: optional(edge.latencyCountPerSecond),
    latency: edge.latency && canonicalLatency(edge.latency),
    sentBytesPerSecond: sixDigits(edge.sentBytesPerSecond),
    receivedBytesPerSecond: sixDigits(edge.receivedBytesPerSecond),
    connectionsPerSecond: optional(edge.connectionsPerSecond),
    mutualTlsPerSecond: sixDigits(edge.mutualTlsPerSecond),
    plaintextPerSecond: sixDigits(edge.plaintextPerSecond),
  };
}

/** True where anything at all went over the edge. */
const hasTraffic = (edge: EdgeSample): boolean =>
  edge.requestsPerSecond > 0 || edge.sentBytesPerSecond > 0 || edge.receivedBytesPerSecond > 0 || (edge.connectionsPerSecond ?? 0) > 0;

/**
 * Takes the edges over: the list is emptied, so that no more than one form of each is in memory.
 * Edges without traffic are left out: in a window that was read, an absent edge had none.
 */
export function canonicalWindow(edges: EdgeSample[]): EdgeSample[] {
  const canonical: EdgeSample[] = [];
  for (let edge = edges.pop(); edge; edge = edges.pop()) if (hasTraffic(edge)) canonical.push(canonicalEdge(edge));
  return canonical.sort((a, b) => (a.id < b.id ? -1 : 1));
}
