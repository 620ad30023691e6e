/** What is asked of the inventory of certificates: lists, one, summary, timeline, health for the map, and the event of a change. */
import { z } from 'zod';
import { answer, limitSchema, timestamp } from '../common/primitives.js';
import {
  certificate,
  certificateId,
  certificateKind,
  certificateProblemCode,
  certificateSighting,
  certificateSource,
  certificateStatus,
  certificateVersion,
  chainLink,
} from './certificate.schema.js';

const cluster = z.string().min(1).max(253);
const namespace = z.string().max(253);
const namespaces = z.array(namespace).max(2000);
const count = z.number().int().min(0);

/** What narrows every answer about the inventory. Several values of one filter are alternatives. */
export const certificateFilter = z
  .object({
    cluster: cluster.optional(),
    namespace: namespace.optional(),
    /** Any of these, beside `namespace`; what belongs to no namespace is out. */
    namespaces: namespaces.optional(),
    kinds: z.array(certificateKind).max(10).optional(),
    statuses: z.array(certificateStatus).max(10).optional(),
    sources: z.array(certificateSource).max(10).optional(),
    problems: z.array(certificateProblemCode).max(30).optional(),
    /** The id of a node of the topology. */
    workloadId: z.string().max(1024).optional(),
    /** Ends within so many seconds from now; expired ones are in. */
    endsWithinSec: z.number().int().min(0).optional(),
    /** Ends later than so many seconds from now. */
    endsAfterSec: z.number().int().min(0).optional(),
    /** A part of name, workload, SPIFFE id, DNS name, subject, serial or fingerprint; upper and lower case are one. */
    text: z.string().max(200).optional(),
  })
  .meta({ id: 'CertificateFilter' });
export type CertificateFilter = z.infer<typeof certificateFilter>;

export const certificateSort = z.enum(['remaining', 'status', 'name', 'observed', 'lifetime']);
export type CertificateSort = z.infer<typeof certificateSort>;
export const certificateListRequest = certificateFilter
  .extend({
    sort: certificateSort.default('remaining'),
    descending: z.boolean().default(false),
    limit: limitSchema.default(200),
    cursor: z.string().max(2000).optional(),
  })
  .meta({ id: 'CertificateListRequest' });
export type CertificateListRequest = z.infer<typeof certificateListRequest>;
export const certificateList = answer
  .extend({
    /** Of the whole selection, not of this page. */
    total: count,
    certificates: z.array(certificate),
    nextCursor: z.string().optional(),
  })
  .meta({ id: 'CertificateList' });
export type CertificateList = z.infer<typeof certificateList>;

export const certificateGetRequest = z.object({ id: certificateId }).meta({ id: 'CertificateGetRequest' });
export type CertificateGetRequest = z.infer<typeof certificateGetRequest>;
export const certificateDetail = answer
  .extend({
    certificate,
    /** Leaf first, up to the root where it is known. Empty: no source shows the certificate itself. */
    chain: z.array(chainLink),
    /** What verifying the chain found. `unknown`: there is no chain, or no root to verify it against. */
    trust: z.object({ state: z.enum(['trusted', 'untrusted', 'unknown']), message: z.string(), rootFingerprint: z.string().optional() }),
    /** Whether its name is that of who holds it; absent: no source says who that should be. */
    identity: z
      .object({
        /** Who the pod runs as. */
        namespace: z.string(),
        serviceAccount: z.string(),
        /** The mesh's; absent: not known. */
        trustDomain: z.string().optional(),
        state: z.enum(['matches', 'differs', 'unknown']),
        message: z.string(),
      })
      .optional(),
    uris: z.array(z.string()),
    ipAddresses: z.array(z.string()),
    keyUsage: z.array(z.string()),
    extendedKeyUsage: z.array(z.string()),
    /** PEM of the leaf and what came with it. Public parts only: private keys are never read. */
    pem: z.string().optional(),
    sightings: z.array(certificateSighting),
    /** Newest first. */
    history: z.array(certificateVersion),
    /** Where cert-manager looks after it. */
    certManager: z
      .object({
        namespace: z.string(),
        name: z.string(),
        issuer: z.string(),
        ready: z.boolean().nullable(),
        message: z.string().optional(),
        renewalTime: timestamp.optional(),
        revision: z.number().int().optional(),
        secretName: z.string().optional(),
      })
      .optional(),
    /** For a root: how many leafs chain to it, and who trusts it. */
    root: z
      .object({
        signs: count,
        /** Namespaces (or trust bundles) that publish it, and those of the same mesh that do not. */
        publishedIn: z.array(z.string()),
        missingIn: z.array(z.string()),
      })
      .optional(),
  })
  .meta({ id: 'CertificateDetail' });
export type CertificateDetail = z.infer<typeof certificateDetail>;

export const certificateSummaryRequest = z
  .object({ cluster: cluster.optional(), namespace: namespace.optional(), namespaces: namespaces.optional() })
  .meta({ id: 'CertificateSummaryRequest' });
export type CertificateSummaryRequest = z.infer<typeof certificateSummaryRequest>;
/** `upTo`: days left at most; null: more than the largest. `expired` is apart. */
export const daysLeftBucket = z.object({ upToDays: z.number().int().nullable(), certificates: count });
export const certificateSummary = answer
  .extend({
    total: count,
    byStatus: z.record(certificateStatus, count),
    byKind: z.record(certificateKind, count),
    bySource: z.record(certificateSource, count),
    /** Expired ones in none: up to 1, 7, 30, 60, 90 days, more. */
    byDaysLeft: z.array(daysLeftBucket),
    byProblem: z.array(z.object({ code: certificateProblemCode, certificates: count })),
    namespaces: z.array(z.object({ cluster: z.string(), namespace: z.string(), total: count, unhealthy: count, worst: certificateStatus })),
    /** The next to end of those that live long, and the next renewal that a leaf owes. */
    nextExpiry: z.object({ id: certificateId, name: z.string(), kind: certificateKind, notAfter: timestamp }).optional(),
    openAlerts: count,
    coverage: z.object({ workloads: count, observed: count }),
    /** Share of questions about the inventory that the 15-minute cache answered since the start; null: none yet. */
    cacheHitRatio: z.number().min(0).max(1).nullable(),
  })
  .meta({ id: 'CertificateSummary' });
export type CertificateSummary = z.infer<typeof certificateSummary>;

export const certificateTimelineRequest = certificateFilter
  .extend({
    /** From now; leafs renew by themselves and are left out unless asked for. */
    days: z.coerce.number().int().min(1).max(3650).default(365),
    leafs: z.boolean().default(false),
  })
  .meta({ id: 'CertificateTimelineRequest' });
export type CertificateTimelineRequest = z.infer<typeof certificateTimelineRequest>;
export const certificateTimeline = answer
  .extend({
    from: timestamp,
    to: timestamp,
    /** Length of a step of `steps`: an hour, a day or a week, after `days`. */
    stepSec: z.number().int(),
    /** Steps in which something ends. */
    steps: z.array(z.object({ at: timestamp, ends: count, renews: count, byKind: z.partialRecord(certificateKind, count) })),
    /** Those that end within the span, the first first; at most 500. */
    items: z.array(certificate),
    itemsOmitted: count,
    /** What has ended already. */
    expired: count,
  })
  .meta({ id: 'CertificateTimeline' });
export type CertificateTimeline = z.infer<typeof certificateTimeline>;

export const certificateHealthRequest = z.object({ cluster: cluster.optional() }).meta({ id: 'CertificateHealthRequest' });
export type CertificateHealthRequest = z.infer<typeof certificateHealthRequest>;
/** For the map: the worst of each workload's certificates. A workload in the mesh that is not here is not observed, and `unobserved` says why. */
export const certificateHealth = answer
  .extend({
    workloads: z.array(
      z.object({
        workloadId: z.string(),
        cluster: z.string(),
        namespace: z.string(),
        name: z.string(),
        status: certificateStatus,
        reason: z.string(),
        certificates: count,
        unhealthy: count,
        remainingSec: z.number().int(),
        certificateId,
      }),
    ),
    unobserved: z.array(
      z.object({ workloadId: z.string(), cluster: z.string(), namespace: z.string(), name: z.string(), reason: z.string() }),
    ),
  })
  .meta({ id: 'CertificateHealth' });
export type CertificateHealth = z.infer<typeof certificateHealth>;

/** How a row changed. `gone`: its holder is no longer there. */
export const certificateChange = z
  .object({
    change: z.enum(['appeared', 'renewed', 'status', 'gone']),
    id: certificateId,
    kind: certificateKind,
    namespace: z.string().optional(),
    name: z.string(),
    workloadId: z.string().optional(),
    status: certificateStatus,
    previousStatus: certificateStatus.optional(),
    notAfter: timestamp,
    reason: z.string(),
  })
  .meta({ id: 'CertificateChange' });
export type CertificateChange = z.infer<typeof certificateChange>;
/** Event `observatory.v1.events.certificate.changed`: what one sweep found, in parts of at most CERTIFICATE_CHANGES_MAX. */
export const CERTIFICATE_CHANGES_MAX = 500;
export const certificatesChanged = z
  .object({ cluster: z.string(), at: timestamp, changes: z.array(certificateChange).max(CERTIFICATE_CHANGES_MAX) })
  .meta({ id: 'CertificatesChanged' });
export type CertificatesChanged = z.infer<typeof certificatesChanged>;
