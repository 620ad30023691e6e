/** A row of the inventory: one certificate, what all sources say of it, and what we make of that. Times are milliseconds since 1970. */
import type {
  Certificate,
  CertificateKind,
  CertificateProblem,
  CertificateSighting,
  CertificateSource,
  CertificateStatus,
} from '@observatory/contracts';
import type { ChainOutcome } from './chain.js';
import type { ExpectedIdentity } from './identity.js';
import type { ThresholdDays } from './lifetime.js';
import type { ManagedFact } from './kube-facts.js';
import type { ParsedCertificate } from './parsed.js';

export interface Row {
  readonly id: string;
  readonly kind: CertificateKind;
  readonly mesh: 'istio' | 'linkerd';
  readonly cluster: string;
  readonly namespace?: string;
  readonly name: string;
  readonly workload?: { readonly name: string; readonly id: string };
  readonly leaf?: ParsedCertificate;
  readonly chain: ChainOutcome['links'];
  readonly trust: Pick<ChainOutcome, 'state' | 'message' | 'rootFingerprint'>;
  readonly notBefore?: number;
  readonly notAfter: number;
  readonly status: CertificateStatus;
  readonly reason: string;
  readonly thresholdDays?: ThresholdDays;
  readonly renewalAt?: number;
  readonly source: CertificateSource;
  readonly sources: readonly CertificateSource[];
  readonly sightings: readonly CertificateSighting[];
  readonly observedAt: number;
  readonly problems: readonly CertificateProblem[];
  readonly managed?: ManagedFact;
  readonly identity?: { readonly name: string; readonly trustDomain: string };
  /** Whose name it should carry. */
  readonly expected?: ExpectedIdentity;
}

/** What is known of a row over time. */
export interface Track {
  readonly firstSeenAt: number;
  readonly renewals: number;
}
export type TrackedRow = Row & Track;

const iso = (at: number): string => new Date(at).toISOString();

/** `null`: renewals are off for all. */
export type Renewable = (row: Row) => Certificate['renewable'];

export function toCertificate(row: TrackedRow, now: number, renewable: Renewable): Certificate {
  const { leaf, notBefore, notAfter, workload, identity } = row;
  return {
    id: row.id,
    cluster: row.cluster,
    kind: row.kind,
    ...(row.namespace === undefined ? {} : { namespace: row.namespace }),
    name: row.name,
    ...(workload === undefined ? {} : { workload: workload.name, workloadId: workload.id }),
    ...(identity === undefined ? {} : { spiffeId: identity.name, trustDomain: identity.trustDomain }),
    ...(leaf === undefined ? {} : leafFields(leaf)),
    dnsNames: [...(leaf?.dnsNames ?? row.managed?.dnsNames ?? [])],
    ...(notBefore === undefined ? {} : { notBefore: iso(notBefore), lifetimeSec: Math.round((notAfter - notBefore) / 1000) }),
    notAfter: iso(notAfter),
    remainingSec: Math.floor((notAfter - now) / 1000),
    status: row.status,
    reason: row.reason,
    ...(row.thresholdDays === undefined ? {} : { thresholdDays: row.thresholdDays }),
    ...(row.renewalAt === undefined ? {} : { renewalAt: iso(row.renewalAt) }),
    source: row.source,
    sources: [...row.sources],
    observedAt: iso(row.observedAt),
    firstSeenAt: iso(row.firstSeenAt),
    renewals: row.renewals,
    problems: [...row.problems],
    renewable: renewable(row),
  };
}

function leafFields(leaf: ParsedCertificate) {
  return {
    subject: leaf.subject,
    issuer: leaf.issuer,
    serial: leaf.serial,
    fingerprint: leaf.fingerprint,
    keyAlgorithm: leaf.keyAlgorithm,
    ...(leaf.keyBits === null ? {} : { keyBits: leaf.keyBits }),
    signatureAlgorithm: leaf.signatureAlgorithm,
  };
}
