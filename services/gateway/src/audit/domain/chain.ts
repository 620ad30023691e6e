/**
 * Was the trail tampered with? Each entry's hash is SHA-256 over the hash before it and its own canonical JSON.
 * Invariant: changing, leaving out, adding or moving one entry changes every hash after it.
 */
import { createHash } from 'node:crypto';
import type { AuditEntry, AuditRecord } from '@observatory/contracts';

/** What stands before the first entry. */
export const GENESIS = '0'.repeat(64);

export function hashOfEntry(previousHash: string, entry: AuditEntry): string {
  return createHash('sha256')
    .update(`${previousHash}\n${canonical(entry)}`)
    .digest('hex');
}

/** Keys in a fixed order, absent ones left out: the same entry is the same text whoever wrote it. */
function canonical({ id, at, actor, action, target, outcome, detail }: AuditEntry): string {
  const { kind, id: targetId, cluster, namespace, name } = target;
  return JSON.stringify([
    id,
    new Date(at).toISOString(),
    [actor.name, actor.kind],
    action,
    [kind, targetId, cluster ?? null, namespace ?? null, name ?? null],
    outcome,
    detail ?? null,
  ]);
}

export interface ChainPlace {
  readonly seq: number;
  readonly hash: string;
}
export const CHAIN_START: ChainPlace = { seq: 0, hash: GENESIS };

/** Goes on from `place` over the next entries in order. `brokenAt` is the first place where what is there is not what belongs there. */
export function verifyOn(place: ChainPlace, records: readonly AuditRecord[]): { place: ChainPlace; brokenAt?: number } {
  let { seq, hash } = place;
  for (const record of records) {
    const expected = seq + 1;
    const fits = record.seq === expected && record.previousHash === hash && record.hash === hashOfEntry(hash, record);
    if (!fits) return { place: { seq, hash }, brokenAt: expected };
    ({ seq, hash } = record);
  }
  return { place: { seq, hash } };
}
