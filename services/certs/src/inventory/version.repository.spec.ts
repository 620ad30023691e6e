import type { Database } from '@observatory/platform';
import type { TrackedRow } from '../domain/row.js';
import { VersionRepository } from './version.repository.js';

const AT = (hour: number) => new Date(Date.UTC(2026, 5, 1, hour));
const stored = (fingerprint: string, hour: number) => ({
  fingerprint,
  serial: '01',
  issuer: 'CN=ca',
  not_before: AT(hour),
  not_after: AT(hour + 24),
  first_seen_at: AT(hour),
  last_seen_at: AT(hour + 1),
});
/** What certs.versions has, newest first. */
const history = (rows: object[], now: Partial<TrackedRow>) =>
  new VersionRepository({ query: () => Promise.resolve(rows) } as unknown as Database).history(now as TrackedRow);
const leafOf = (fingerprint: string) => ({ fingerprint, serial: '01', issuer: 'CN=ca' }) as TrackedRow['leaf'] & object;
const seen = (fingerprint: string, renewals: number): Partial<TrackedRow> => ({
  id: 'web',
  leaf: leafOf(fingerprint),
  notAfter: AT(36).getTime(),
  firstSeenAt: AT(0).getTime(),
  observedAt: AT(20).getTime(),
  renewals,
});

describe('the versions of a certificate', () => {
  it('begins with the one that is seen, which was seen until now', async () => {
    const versions = await history([stored('b', 12), stored('a', 0)], seen('b', 1));
    expect(versions.map(({ fingerprint, lastSeenAt }) => [fingerprint, lastSeenAt])).toEqual([
      ['b', AT(20).toISOString()],
      ['a', AT(1).toISOString()],
    ]);
  });

  it('begins with it before it is written down, and says nothing new of the one before', async () => {
    const versions = await history([stored('a', 0)], seen('b', 1));
    expect(versions.map(({ fingerprint, firstSeenAt, lastSeenAt }) => [fingerprint, firstSeenAt, lastSeenAt])).toEqual([
      ['b', AT(20).toISOString(), AT(20).toISOString()],
      ['a', AT(0).toISOString(), AT(1).toISOString()],
    ]);
  });

  it('is the present one where nothing is written', async () => {
    const versions = await history([], seen('a', 0));
    expect(versions.map(({ fingerprint, firstSeenAt }) => [fingerprint, firstSeenAt])).toEqual([['a', AT(0).toISOString()]]);
  });
});
