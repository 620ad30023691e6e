/**
 * What do several Prometheis say about one edge? A call between clusters is reported by its source in one and by its
 * destination in the other: the same requests. The larger view of a pair and protocol is taken, its gaps are filled.
 * Invariant: a request that two Prometheis know is counted once.
 */
import { nodeId, type EdgeSample, type EndpointIdentity } from '@observatory/contracts';

const endOf = ({ kind, cluster, namespace, name }: EndpointIdentity) => nodeId(kind, cluster, namespace, name);
const pairOf = (sample: EdgeSample) => `${endOf(sample.source)} ${endOf(sample.target)} ${sample.protocol}`;

const weightOf = (samples: readonly EdgeSample[]) =>
  samples.reduce(
    (sum, sample) =>
      sum + (sample.protocol === 'tcp' ? sample.sentBytesPerSecond + sample.receivedBytesPerSecond : sample.requestsPerSecond),
    0,
  );

/** The units that security was seen in, as a share of the sample's own. */
function fillSecurity(into: EdgeSample, from: EdgeSample): void {
  const seen = from.mutualTlsPerSecond + from.plaintextPerSecond;
  if (into.mutualTlsPerSecond + into.plaintextPerSecond > 0 || seen === 0) return;
  const units = into.protocol === 'tcp' ? seen : into.requestsPerSecond;
  into.mutualTlsPerSecond = (units * from.mutualTlsPerSecond) / seen;
  into.plaintextPerSecond = (units * from.plaintextPerSecond) / seen;
}

function fillLatency(into: EdgeSample, from: EdgeSample): void {
  if (into.latencyCountPerSecond === undefined && from.latencyCountPerSecond !== undefined) {
    into.latencyCountPerSecond = from.latencyCountPerSecond;
    if (from.latencySumMsPerSecond !== undefined) into.latencySumMsPerSecond = from.latencySumMsPerSecond;
  }
  if (into.latency === undefined && from.latency !== undefined) into.latency = from.latency;
}

function fillGaps(sample: EdgeSample, from: EdgeSample): EdgeSample {
  const filled = { ...sample };
  fillSecurity(filled, from);
  fillLatency(filled, from);
  if (filled.sentBytesPerSecond + filled.receivedBytesPerSecond === 0) {
    filled.sentBytesPerSecond = from.sentBytesPerSecond;
    filled.receivedBytesPerSecond = from.receivedBytesPerSecond;
  }
  for (const field of ['sourcePrincipal', 'destinationPrincipal', 'destinationService'] as const) {
    if (filled[field] === undefined && from[field] !== undefined) Object.assign(filled, { [field]: from[field] });
  }
  if (filled.connectionsPerSecond === undefined && from.connectionsPerSecond !== undefined)
    filled.connectionsPerSecond = from.connectionsPerSecond;
  filled.reporters = (['source', 'destination', 'waypoint'] as const).filter(
    (side) => sample.reporters.includes(side) || from.reporters.includes(side),
  );
  return filled;
}

/** Counterparts are found by id, or, where each side has one edge of the pair, by the pair. */
function mergePair(larger: readonly EdgeSample[], smaller: readonly EdgeSample[]): EdgeSample[] {
  return larger.map((sample) => {
    const counterpart =
      smaller.find(({ id }) => id === sample.id) ?? (larger.length === 1 && smaller.length === 1 ? smaller[0] : undefined);
    return counterpart === undefined ? sample : fillGaps(sample, counterpart);
  });
}

/** One list of samples a Prometheus in, one list of all edges out. */
export function mergeClusters(inputs: readonly (readonly EdgeSample[])[]): EdgeSample[] {
  if (inputs.length === 1) return [...inputs[0]!];
  const merged = new Map<string, EdgeSample[]>();
  for (const input of inputs) {
    const pairs = new Map<string, EdgeSample[]>();
    for (const sample of input) {
      const key = pairOf(sample);
      const list = pairs.get(key);
      if (list === undefined) pairs.set(key, [sample]);
      else list.push(sample);
    }
    for (const [key, samples] of pairs) {
      const before = merged.get(key);
      if (before === undefined) merged.set(key, samples);
      else merged.set(key, weightOf(samples) > weightOf(before) ? mergePair(samples, before) : mergePair(before, samples));
    }
  }
  return [...merged.values()].flat();
}
