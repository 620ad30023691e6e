/** What the certs service may answer, by subject. */
import type { CERTS_SUBJECTS, Certificate } from '@observatory/contracts';

const AT = '2026-06-03T14:02:30.000Z';
const head = { generatedAt: AT, sources: [{ name: 'wire', cluster: 'east', freshAt: AT, state: 'fresh' as const }] };
const ID = 'workload~east~shop~cart-1';

const row: Certificate = {
  id: ID,
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
  notBefore: '2026-06-03T02:02:30.000Z',
  notAfter: '2026-06-04T02:02:30.000Z',
  lifetimeSec: 86_400,
  remainingSec: 43_200,
  status: 'valid',
  reason: 'half of its life is left',
  source: 'wire',
  sources: ['wire', 'metric'],
  observedAt: AT,
  firstSeenAt: AT,
  renewals: 0,
  problems: [],
  renewable: { allowed: false, reason: 'its proxy renews it' },
};

const byStatus = { valid: 1, renewalDue: 0, expiring: 0, critical: 0, expired: 0, notYetValid: 0, rotationStuck: 0, untrusted: 0 };
const byKind = { workload: 1, gateway: 0, root: 0, intermediate: 0, issuer: 0, certManager: 0, webhook: 0 };
const bySource = { wire: 1, metric: 1, configMap: 0, certManager: 0, ztunnel: 0, envoy: 0 };

export const CERTS_ANSWERS: Record<keyof typeof CERTS_SUBJECTS, unknown> = {
  certificateList: { ...head, total: 1, certificates: [row] },
  certificateGet: {
    ...head,
    certificate: row,
    chain: [],
    trust: { state: 'unknown', message: 'there is no chain' },
    uris: ['spiffe://cluster.local/ns/shop/sa/cart'],
    ipAddresses: [],
    keyUsage: [],
    extendedKeyUsage: [],
    sightings: [{ source: 'wire', place: '10.1.2.3:8080', observedAt: AT }],
    history: [{ notAfter: row.notAfter, firstSeenAt: AT, lastSeenAt: AT }],
  },
  summaryGet: {
    ...head,
    total: 1,
    byStatus,
    byKind,
    bySource,
    byDaysLeft: [{ upToDays: 1, certificates: 1 }],
    byProblem: [],
    namespaces: [{ cluster: 'east', namespace: 'shop', total: 1, unhealthy: 0, worst: 'valid' }],
    openAlerts: 0,
    coverage: { workloads: 1, observed: 1 },
    cacheHitRatio: null,
  },
  timelineGet: { ...head, from: AT, to: '2027-06-03T14:02:30.000Z', stepSec: 604_800, steps: [], items: [], itemsOmitted: 0, expired: 0 },
  coverageGet: { ...head, workloads: 1, observed: 1, bySource: [], byNamespace: [], unobserved: [], unobservedOmitted: 0 },
  healthGet: { ...head, workloads: [], unobserved: [] },
  alertList: { ...head, total: 0, alerts: [] },
  renew: {
    renewalId: 'r1',
    certificateId: ID,
    via: 'certManager',
    state: 'requested',
    requestedAt: AT,
    requestedBy: { name: 'admin', kind: 'token' },
    detail: 'cert-manager was asked',
  },
};
