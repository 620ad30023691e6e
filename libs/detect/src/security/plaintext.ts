/**
 * Is traffic in plain text that was under mutual TLS? The share that the receiving side saw over 7 days against this window's.
 * Invariant: unknown is not plain text; an edge that never was encrypted raises nothing.
 */
import type { EdgeMemories } from './edge-memory.js';
import { amountOf } from './evidence.js';
import { nameOf, TECHNIQUES, type Flow, type SecurityFinding } from './flow.js';

const ENCRYPTED_FROM = 0.99;
const UNITS_LEAST = 100;
const SEEN_LEAST_SEC = 3600;
const SHARE_LEAST = 0.05;
const UNITS_NOW_LEAST = 3;
/** Where 99.9 % were encrypted, a share like that does not come of chance. */
const RARITY = 6;

export const isPlaintextNow = ({ plaintext, mutualTls }: Flow): boolean => plaintext > SHARE_LEAST * (plaintext + mutualTls);

export function plaintextFindings(
  flows: readonly Flow[],
  { memories, windowSec }: { memories: EdgeMemories; windowSec: number },
): SecurityFinding[] {
  return flows.flatMap((flow): SecurityFinding[] => {
    if (flow.plaintext * windowSec < UNITS_NOW_LEAST || !isPlaintextNow(flow)) return [];
    const memory = memories.get(flow.id);
    if (!memory || memory.seenSec < SEEN_LEAST_SEC || memory.mutual < UNITS_LEAST) return [];
    const before = memory.mutual / (memory.mutual + memory.plain);
    if (before < ENCRYPTED_FROM) return [];
    const now = flow.mutualTls / (flow.mutualTls + flow.plaintext);
    const percent = (share: number) => `${(100 * share).toFixed(share > 0.99 ? 1 : 0)} %`;
    return [
      {
        type: 'plaintext',
        subjectId: flow.id,
        sourceId: flow.sourceId,
        targetId: flow.targetId,
        rarity: RARITY,
        severity: 'critical',
        technique: TECHNIQUES.downgrade,
        needed: 2,
        about: { source: nameOf(flow.source), target: nameOf(flow.target) },
        evidence: [
          {
            ...amountOf('mtlsShare', now, RARITY, 'ratio'),
            expected: before,
            words: `${percent(now)} of ${nameOf(flow.source)} to ${nameOf(flow.target)} is under mutual TLS where ${percent(before)} was`,
          },
        ],
      },
    ];
  });
}
