/** A certificate for specs: a workload's, ten hours into a day. */
import type { Certificate, CertificateDetail, ChainLink } from '@observatory/contracts';

export const NOW = Date.parse('2026-06-03T12:00:00Z');

export const aCertificate = (change: Partial<Certificate> = {}): Certificate => ({
  id: 'workload~east~shop~cart-1',
  cluster: 'east',
  kind: 'workload',
  namespace: 'shop',
  name: 'cart-1',
  workload: 'cart',
  workloadId: 'workload~east~shop~cart',
  spiffeId: 'spiffe://cluster.local/ns/shop/sa/cart',
  trustDomain: 'cluster.local',
  fingerprint: 'ab'.repeat(32),
  dnsNames: [],
  notBefore: '2026-06-03T02:00:00Z',
  notAfter: '2026-06-04T02:00:00Z',
  lifetimeSec: 86_400,
  remainingSec: 50_400,
  status: 'valid',
  reason: '14 h left of 24 h',
  renewalAt: '2026-06-03T14:00:00Z',
  source: 'wire',
  sources: ['wire', 'metric'],
  observedAt: '2026-06-03T11:59:00Z',
  firstSeenAt: '2026-06-01T00:00:00Z',
  renewals: 3,
  problems: [],
  renewable: { allowed: false, reason: 'its proxy renews it' },
  ...change,
});

export const aLink = (change: Partial<ChainLink> = {}): ChainLink => ({
  fingerprint: 'ab'.repeat(32),
  subject: 'CN=cart,O=shop',
  issuer: 'CN=istiod',
  serial: '01',
  notBefore: '2026-06-03T02:00:00Z',
  notAfter: '2026-06-04T02:00:00Z',
  isCa: false,
  keyAlgorithm: 'EC P-256',
  keyBits: 256,
  signatureAlgorithm: 'ECDSA with SHA-256',
  from: 'peer',
  check: { state: 'unchecked', message: 'there is no root to check it against' },
  ...change,
});

export const aDetail = (change: Partial<CertificateDetail> = {}): CertificateDetail => ({
  generatedAt: '2026-06-03T12:00:00Z',
  sources: [],
  certificate: aCertificate(),
  chain: [],
  trust: { state: 'trusted', message: 'it chains to root' },
  uris: [],
  ipAddresses: [],
  keyUsage: [],
  extendedKeyUsage: [],
  sightings: [],
  history: [],
  ...change,
});
