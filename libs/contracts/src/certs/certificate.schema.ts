/**
 * One certificate that the mesh depends on, as a row of the inventory (DESIGN §5).
 * A row is what somebody holds: the certificate of a pod's proxy, of a gateway's host, a root, an issuer, a Certificate of
 * cert-manager. Its id outlives renewals, `fingerprint` does not. What no source says is absent, never guessed.
 */
import { z } from 'zod';
import { timestamp } from '../common/primitives.js';

export const certificateKind = z.enum(['workload', 'gateway', 'root', 'intermediate', 'issuer', 'certManager', 'webhook']);
export type CertificateKind = z.infer<typeof certificateKind>;

/**
 * `renewalDue`: past the instant at which its holder renews it by itself, not long enough to worry. `rotationStuck`: so far past
 * that the renewal has failed. `expiring` and `critical`: little of its life is left. `untrusted`: its chain ends at no root of the mesh.
 */
export const certificateStatus = z.enum([
  'valid',
  'renewalDue',
  'expiring',
  'critical',
  'expired',
  'notYetValid',
  'rotationStuck',
  'untrusted',
]);
export type CertificateStatus = z.infer<typeof certificateStatus>;

export const certificateSource = z.enum(['wire', 'metric', 'configMap', 'certManager', 'ztunnel', 'envoy']);
export type CertificateSource = z.infer<typeof certificateSource>;

export const certificateProblemCode = z.enum([
  'expired',
  'not-yet-valid',
  'clock-skew',
  'rotation-stuck',
  'expiring',
  'untrusted-root',
  'incomplete-chain',
  'bad-signature',
  'issuer-not-ca',
  'issuer-expires-first',
  'chain-too-long',
  'wrong-identity',
  'no-identity',
  'wrong-host',
  'other-trust-domain',
  'weak-key',
  'weak-signature',
  'old-protocol',
  'replicas-differ',
  'old-root-only',
  'lifetime-too-long',
  'renewal-failing',
]);
export type CertificateProblemCode = z.infer<typeof certificateProblemCode>;
export const certificateProblem = z
  .object({
    code: certificateProblemCode,
    severity: z.enum(['error', 'warning', 'info']),
    /** One sentence for people. */
    message: z.string(),
  })
  .meta({ id: 'CertificateProblem' });
export type CertificateProblem = z.infer<typeof certificateProblem>;

/** A link of a chain, leaf first. */
export const chainLink = z
  .object({
    fingerprint: z.string(),
    subject: z.string(),
    issuer: z.string(),
    serial: z.string(),
    notBefore: timestamp,
    notAfter: timestamp,
    isCa: z.boolean(),
    keyAlgorithm: z.string(),
    keyBits: z.number().int().nullable(),
    signatureAlgorithm: z.string(),
    /** Who sent or published it: the peer, or a trust bundle of the cluster. */
    from: z.enum(['peer', 'trustBundle', 'certManager', 'proxy']),
    /**
     * What came of verifying this link. `signed`: by the key of the next one, which may issue. `anchor`: it is a root of the mesh,
     * byte for byte. `failed`: the path ends here, and why. `unchecked`: nothing to check it against.
     */
    check: z.object({ state: z.enum(['signed', 'anchor', 'failed', 'unchecked']), message: z.string() }),
    /** The row of this link in the inventory, where it has one. */
    certificateId: z.string().optional(),
  })
  .meta({ id: 'ChainLink' });
export type ChainLink = z.infer<typeof chainLink>;

export const certificateId = z.string().min(1).max(1024);

export const certificate = z
  .object({
    id: certificateId,
    cluster: z.string(),
    kind: certificateKind,
    namespace: z.string().optional(),
    /** The pod, the gateway's host, the Certificate object, or for authorities the common name. */
    name: z.string(),
    /** The workload that holds it; the id of its node in the topology's workload graph is `workloadId`. */
    workload: z.string().optional(),
    workloadId: z.string().optional(),
    spiffeId: z.string().optional(),
    trustDomain: z.string().optional(),
    subject: z.string().optional(),
    issuer: z.string().optional(),
    serial: z.string().optional(),
    /** SHA-256 of the DER, lower case hex. Absent: only its end is known, from a metric or a status. */
    fingerprint: z.string().optional(),
    dnsNames: z.array(z.string()),
    /** Absent where only a metric speaks of it. */
    notBefore: timestamp.optional(),
    notAfter: timestamp,
    /** Absent where `notBefore` is. */
    lifetimeSec: z.number().int().optional(),
    /** At `generatedAt` of the answer; negative: expired. */
    remainingSec: z.number().int(),
    status: certificateStatus,
    /** One sentence: why this status. */
    reason: z.string(),
    /** The threshold that a long-lived certificate has passed. */
    thresholdDays: z.union([z.literal(7), z.literal(30), z.literal(60), z.literal(90)]).optional(),
    /** When its holder renews it by itself, where that is known or follows from its lifetime. */
    renewalAt: timestamp.optional(),
    keyAlgorithm: z.string().optional(),
    keyBits: z.number().int().optional(),
    signatureAlgorithm: z.string().optional(),
    /** The freshest source; `sources` names all that see it. */
    source: certificateSource,
    sources: z.array(certificateSource).min(1),
    observedAt: timestamp,
    firstSeenAt: timestamp,
    /** Renewals that we have seen. */
    renewals: z.number().int().min(0),
    problems: z.array(certificateProblem),
    /** Whether `POST …/renewals` may be asked, and why not. */
    renewable: z.object({ allowed: z.boolean(), reason: z.string().optional() }),
  })
  .meta({ id: 'Certificate' });
export type Certificate = z.infer<typeof certificate>;

/** Where it was seen: a port that serves it, a metric's series, an object. */
export const certificateSighting = z
  .object({
    source: certificateSource,
    /** `10.1.2.3:8080`, `istio_agent_cert_expiry_seconds`, `ConfigMap shop/istio-ca-root-cert`. */
    place: z.string(),
    namespace: z.string().optional(),
    pod: z.string().optional(),
    port: z.number().int().optional(),
    sni: z.string().optional(),
    tlsVersion: z.string().optional(),
    alpn: z.string().optional(),
    observedAt: timestamp,
  })
  .meta({ id: 'CertificateSighting' });
export type CertificateSighting = z.infer<typeof certificateSighting>;

/** One certificate that the holder had. The first is the present one. */
export const certificateVersion = z
  .object({
    fingerprint: z.string().optional(),
    serial: z.string().optional(),
    issuer: z.string().optional(),
    notBefore: timestamp.optional(),
    notAfter: timestamp,
    firstSeenAt: timestamp,
    lastSeenAt: timestamp,
  })
  .meta({ id: 'CertificateVersion' });
export type CertificateVersion = z.infer<typeof certificateVersion>;
