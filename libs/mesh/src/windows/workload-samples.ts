/**
 * What goes into and out of each endpoint? Sums over its edges, of the same units.
 * Invariant: the sums over all endpoints of `in` and of `out` are both the sum over all edges.
 */
import {
  nodeId,
  type EdgeSample,
  type EndpointIdentity,
  type LatencyHistogram,
  type TrafficTotals,
  type WorkloadSample,
} from '@observatory/contracts';
import { mergeAllHistograms } from '../histogram.js';

interface Sums {
  readonly totals: TrafficTotals;
  readonly histograms: LatencyHistogram[];
}

const newSums = (): Sums => ({
  totals: {
    requestsPerSecond: 0,
    errorsPerSecond: 0,
    clientErrorsPerSecond: 0,
    latencySumMsPerSecond: 0,
    latencyCountPerSecond: 0,
    bytesPerSecond: 0,
    connectionsPerSecond: 0,
    mutualTlsPerSecond: 0,
    plaintextPerSecond: 0,
  },
  histograms: [],
});

function add({ totals, histograms }: Sums, sample: EdgeSample): void {
  totals.requestsPerSecond += sample.requestsPerSecond;
  totals.errorsPerSecond += sample.errorsPerSecond;
  totals.clientErrorsPerSecond += sample.clientErrorsPerSecond;
  totals.latencySumMsPerSecond += sample.latencySumMsPerSecond ?? 0;
  totals.latencyCountPerSecond += sample.latencyCountPerSecond ?? 0;
  totals.bytesPerSecond += sample.sentBytesPerSecond + sample.receivedBytesPerSecond;
  totals.connectionsPerSecond += sample.connectionsPerSecond ?? 0;
  totals.mutualTlsPerSecond += sample.mutualTlsPerSecond;
  totals.plaintextPerSecond += sample.plaintextPerSecond;
  if (sample.latency !== undefined) histograms.push(sample.latency);
}

function finished({ totals, histograms }: Sums): TrafficTotals {
  const latency = mergeAllHistograms(histograms);
  return latency === undefined ? totals : { ...totals, latency };
}

/** One sample per endpoint of the edges: workloads, and also hosts and services that were addressed. */
export function workloadSamples(edges: readonly EdgeSample[]): WorkloadSample[] {
  const found = new Map<string, { id: string; identity: EndpointIdentity; in: Sums; out: Sums }>();
  const ids = new Map<EndpointIdentity, string>();
  const entry = (identity: EndpointIdentity) => {
    let id = ids.get(identity);
    if (id === undefined) ids.set(identity, (id = nodeId(identity.kind, identity.cluster, identity.namespace, identity.name)));
    let sums = found.get(id);
    if (sums === undefined) found.set(id, (sums = { id, identity, in: newSums(), out: newSums() }));
    return sums;
  };
  for (const edge of edges) {
    add(entry(edge.source).out, edge);
    add(entry(edge.target).in, edge);
  }
  return Array.from(found.values(), ({ id, identity, in: incoming, out }) => ({
    id,
    identity,
    in: finished(incoming),
    out: finished(out),
  }));
}
