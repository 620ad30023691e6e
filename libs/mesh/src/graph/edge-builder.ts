/**
 * One edge of a view: the samples between two of its nodes in one protocol, added up.
 * Invariant: ratios come from sums, latency from merged buckets; a principal or service is of the largest sample.
 */
import { edgeId, type EdgeSample, type Protocol, type Reporter, type TopologyEdge } from '@observatory/contracts';
import { mergeAllHistograms, quantile } from '../histogram.js';
import type { NodeBuilder } from './node-builder.js';

type Response = TopologyEdge['responses'][number];
const REPORTERS: readonly Reporter[] = ['source', 'destination', 'waypoint'];

function mergedResponses(samples: readonly EdgeSample[]): Response[] {
  const merged: Response[] = [];
  for (const { responses } of samples) {
    for (const { code, grpcStatus, flags, requestsPerSecond } of responses) {
      const found = merged.find((response) => response.code === code && response.flags === flags && response.grpcStatus === grpcStatus);
      if (found !== undefined) found.requestsPerSecond += requestsPerSecond;
      else merged.push(grpcStatus === undefined ? { code, flags, requestsPerSecond } : { code, grpcStatus, flags, requestsPerSecond });
    }
  }
  return merged.sort((a, b) => b.requestsPerSecond - a.requestsPerSecond);
}

function latencyOf(samples: readonly EdgeSample[]): TopologyEdge['latencyMs'] {
  let sum = 0;
  let count = 0;
  for (const sample of samples) {
    sum += sample.latencySumMsPerSecond ?? 0;
    count += sample.latencyCountPerSecond ?? 0;
  }
  if (count === 0) return undefined;
  const latency: NonNullable<TopologyEdge['latencyMs']> = { mean: sum / count };
  const histogram = mergeAllHistograms(samples.map((sample) => sample.latency));
  if (histogram === undefined) return latency;
  const p50 = quantile(histogram, 0.5);
  const p95 = quantile(histogram, 0.95);
  const p99 = quantile(histogram, 0.99);
  return p50 === undefined ? latency : { ...latency, p50, p95: p95!, p99: p99!, quantilesAt: histogram.readAt };
}

const weightOf = (sample: EdgeSample): number => sample.requestsPerSecond * 1e6 + sample.sentBytesPerSecond + sample.receivedBytesPerSecond;

export class EdgeBuilder {
  private readonly samples: EdgeSample[] = [];

  constructor(
    private readonly source: NodeBuilder,
    private readonly target: NodeBuilder,
    private readonly protocol: Protocol,
  ) {}

  add(sample: EdgeSample): void {
    this.samples.push(sample);
  }

  edge(): TopologyEdge {
    const { samples, source, target, protocol } = this;
    const sum = (
      field:
        | 'requestsPerSecond'
        | 'errorsPerSecond'
        | 'clientErrorsPerSecond'
        | 'sentBytesPerSecond'
        | 'receivedBytesPerSecond'
        | 'mutualTlsPerSecond'
        | 'plaintextPerSecond',
    ) => samples.reduce((total, sample) => total + sample[field], 0);
    const requests = sum('requestsPerSecond');
    const ratio = (part: number) => (requests > 0 ? Math.min(1, part / requests) : null);
    const edge: TopologyEdge = {
      id: edgeId(source.id, target.id, protocol),
      source: source.id,
      target: target.id,
      protocol,
      requestsPerSecond: requests,
      errorRatio: ratio(sum('errorsPerSecond')),
      clientErrorRatio: ratio(sum('clientErrorsPerSecond')),
      responses: mergedResponses(samples),
      sentBytesPerSecond: sum('sentBytesPerSecond'),
      receivedBytesPerSecond: sum('receivedBytesPerSecond'),
      mtls: mtlsOf(sum('mutualTlsPerSecond'), sum('plaintextPerSecond')),
      reporters: REPORTERS.filter((reporter) => samples.some(({ reporters }) => reporters.includes(reporter))),
    };
    this.addDetails(edge);
    return edge;
  }

  private addDetails(edge: TopologyEdge): void {
    const bySize = this.samples.length === 1 ? this.samples : this.samples.toSorted((a, b) => weightOf(b) - weightOf(a));
    const service = bySize.find((sample) => sample.destinationService !== undefined)?.destinationService;
    const latency = latencyOf(this.samples);
    const connections = this.samples.filter((sample) => sample.connectionsPerSecond !== undefined);
    if (service !== undefined) edge.destinationService = service;
    if (latency !== undefined) edge.latencyMs = latency;
    if (connections.length > 0) edge.connectionsPerSecond = connections.reduce((total, sample) => total + sample.connectionsPerSecond!, 0);
    for (const field of ['sourcePrincipal', 'destinationPrincipal'] as const) {
      const principal = bySize.find((sample) => sample[field] !== undefined)?.[field];
      if (principal !== undefined) edge.mtls[field] = principal;
    }
  }
}

/** Null where nobody said: unknown is not plaintext. */
function mtlsOf(mutual: number, plain: number): TopologyEdge['mtls'] {
  return { ratio: mutual + plain > 0 ? mutual / (mutual + plain) : null };
}
