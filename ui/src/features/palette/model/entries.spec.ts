import type { Certificate } from '@observatory/contracts';
import { certificateEntries, certificateText } from './entries.js';
import { search } from './fuzzy.js';

const certificate = (name: string, change: Partial<Certificate> = {}): Certificate => ({
  id: `id of ${name}`,
  cluster: 'east',
  kind: 'workload',
  namespace: 'shop',
  name,
  dnsNames: [],
  notAfter: '2026-06-04T14:00:00Z',
  remainingSec: 86_400,
  status: 'valid',
  reason: 'It is valid.',
  source: 'wire',
  sources: ['wire'],
  observedAt: '2026-06-03T14:00:00Z',
  firstSeenAt: '2026-06-03T14:00:00Z',
  renewals: 0,
  problems: [],
  renewable: { allowed: false },
  ...change,
});

describe('certificates in the palette', () => {
  it.each<[typed: string, expected: string | undefined]>([
    ['', undefined],
    ['p', undefined],
    ['pay', 'pay'],
    ['cert', ''],
    ['Certificate payments', 'payments'],
    ['payments certs', 'payments'],
    ['shop payments', 'payments'],
  ])('%j asks for %j', (typed, expected) => expect(certificateText(typed)).toBe(expected));

  it.each(['payments', 'cert pay', 'payments certs', 'partners.shop', 'shop/sa/payments', '4fe2'])(
    'are found by %j and lead to their page',
    (typed) => {
      const entries = certificateEntries([
        certificate('cart-7d9'),
        certificate('payments-v1', {
          spiffeId: 'spiffe://cluster.local/ns/shop/sa/payments',
          dnsNames: ['partners.shop.example'],
          serial: '4FE2A1',
          status: 'expiring',
        }),
      ]);
      expect(search(typed, entries, 10)[0]).toMatchObject({
        label: 'payments-v1',
        hint: 'certificate in shop, expiring',
        destination: { kind: 'certificate', id: 'id of payments-v1' },
      });
    },
  );
});
