/**
 * Does more leave the mesh than usual, to a place outside? The residual of bytes to what this edge usually sends, at once (its
 * rarity) or as a slow leak: CUSUM of its deviations (Page 1954); and an edge that never was.
 * Only volumes that matter: 10 MB beyond the usual within an hour. Invariant: what comes in is no exfiltration.
 */
import { CUSUM_LIMIT, seepage, stepCusum } from '../detectors/cusum.js';
import type { EdgeMemories, EdgeMemory } from './edge-memory.js';
import { amountOf } from './evidence.js';
import { isOutside, nameOf, TECHNIQUES, type Flow, type SecurityFinding } from './flow.js';
import { NEWS_FOR_MS } from './new-edges.js';

/** A leak that stopped is over before long. */
const CUSUM_MOST = 4 * CUSUM_LIMIT;
const EXCESS_LEAST_BYTES = 10e6;
const EXCESS_HALF_LIFE_SEC = 3600;
const FACTOR_LEAST = 2;
/** A place that was never sent to, and a volume: as surprising as the strictest preset wants. */
const NEW_EDGE_RARITY = 5.5;

/** What the baseline says of bytes sent; undefined: not learned yet. */
export interface SentBaseline {
  readonly expectedPerSecond: number;
  readonly z: number;
  readonly rarity: number;
}

export interface ExfiltrationContext {
  readonly memories: EdgeMemories;
  readonly atMs: number;
  readonly windowSec: number;
  sent(flow: Flow): SentBaseline | undefined;
}

export function exfiltrationFindings(flows: readonly Flow[], context: ExfiltrationContext): SecurityFinding[] {
  return flows.flatMap((flow) => {
    const memory = isOutside(flow.target) ? context.memories.get(flow.id) : undefined;
    return memory ? (leak(flow, memory, context) ?? []) : [];
  });
}

function leak(flow: Flow, memory: EdgeMemory, { memories, atMs, windowSec, sent }: ExfiltrationContext): SecurityFinding | undefined {
  const baseline = sent(flow);
  const usual = baseline?.expectedPerSecond ?? 0;
  memory.cusum = Math.min(CUSUM_MOST, stepCusum({ up: memory.cusum, down: 0 }, baseline?.z ?? 0).up);
  const kept = memory.excessBytes * 2 ** (-windowSec / EXCESS_HALF_LIFE_SEC);
  memory.excessBytes = kept + Math.max(0, flow.sentBytes - usual) * windowSec;
  const isNew = memories.historySec >= 86_400 && atMs - memory.firstMs <= NEWS_FOR_MS;
  if (memory.excessBytes < EXCESS_LEAST_BYTES || flow.sentBytes < FACTOR_LEAST * usual || flow.sentBytes < 2 * flow.receivedBytes)
    return undefined;
  const seeping = seepage({ up: memory.cusum, down: 0 });
  const slow = seeping >= 1 ? 2 + seeping : 0;
  const rarity = Math.max(baseline?.rarity ?? 0, slow, isNew ? NEW_EDGE_RARITY : 0);
  const megabytes = (memory.excessBytes / 1e6).toFixed(memory.excessBytes < 1e8 ? 1 : 0);
  return {
    type: 'exfiltration',
    subjectId: flow.id,
    sourceId: flow.sourceId,
    targetId: flow.targetId,
    rarity,
    severity: 'critical',
    technique: flow.protocol === 'tcp' ? TECHNIQUES.exfiltration : TECHNIQUES.exfiltrationWeb,
    needed: 2,
    about: { source: nameOf(flow.source), destination: nameOf(flow.target), excessBytes: String(Math.round(memory.excessBytes)) },
    evidence: [
      {
        ...amountOf('sentBytes', flow.sentBytes, rarity, 'bytesPerSecond'),
        expected: baseline ? usual : null,
        words: `${nameOf(flow.source)} sent ${megabytes} MB more than usual to ${nameOf(flow.target)} lately${isNew ? ', to which it never sent before' : ''}`,
      },
    ],
  };
}
