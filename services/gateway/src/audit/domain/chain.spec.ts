import type { AuditEntry, AuditRecord } from '@observatory/contracts';
import { CHAIN_START, GENESIS, hashOfEntry, verifyOn } from './chain.js';

const entry = (id: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
  id,
  at: '2026-06-03T14:02:30.000Z',
  actor: { name: 'Administrator', kind: 'person' },
  action: 'fault.injected',
  target: { kind: 'fault', id },
  outcome: 'done',
  ...more,
});

function chained(entries: readonly AuditEntry[]): AuditRecord[] {
  let previousHash = GENESIS;
  return entries.map((one, index) => {
    const record = { ...one, seq: index + 1, previousHash, hash: hashOfEntry(previousHash, one) };
    previousHash = record.hash;
    return record;
  });
}

describe('the chain of the audit trail', () => {
  const records = chained(['a', 'b', 'c', 'd'].map((id) => entry(id)));
  const check = (found: readonly AuditRecord[], brokenAt: number | undefined) =>
    expect(verifyOn(CHAIN_START, found).brokenAt).toBe(brokenAt);

  it('is intact when nothing was touched', () => {
    check([], undefined);
    check(records, undefined);
    expect(verifyOn(CHAIN_START, records).place).toEqual({ seq: 4, hash: records[3]!.hash });
  });
  it('goes on from where it was checked to', () => {
    const { place } = verifyOn(CHAIN_START, records.slice(0, 2));
    expect(verifyOn(place, records.slice(2))).toEqual({ place: { seq: 4, hash: records[3]!.hash } });
  });
  it('shows what was changed, left out, moved or put in', () => {
    const changed = records.map((record, index) => (index === 1 ? { ...record, detail: 'nothing happened' } : record));
    check(changed, 2);
    check(
      records.filter((_, index) => index !== 2),
      3,
    );
    check([records[0]!, records[2]!, records[1]!, records[3]!], 2);
    check([...records, { ...entry('e'), seq: 5, previousHash: records[3]!.hash, hash: 'f'.repeat(64) }], 5);
  });
  it('hangs on every fact', () => {
    const variants: Partial<AuditEntry>[] = [
      { id: 'x' },
      { at: '2026-06-03T14:02:31.000Z' },
      { actor: { name: 'Administrator', kind: 'token' } },
      { action: 'fault.ended' },
      { target: { kind: 'fault', id: 'a', namespace: 'shop' } },
      { outcome: 'failed' },
      { detail: 'x' },
    ];
    const hashes = variants.map((more) => hashOfEntry(GENESIS, entry('a', more)));
    expect(new Set([...hashes, hashOfEntry(GENESIS, entry('a'))]).size).toBe(variants.length + 1);
  });
  it('is the same however a time is written', () =>
    expect(hashOfEntry(GENESIS, entry('a', { at: '2026-06-03T16:02:30+02:00' }))).toBe(hashOfEntry(GENESIS, entry('a'))));
});
