/** What of the certificates can be seen, and what not, with the reason: "n of m workloads observable; the rest not, because …". */
import { z } from 'zod';
import { answer, timestamp } from '../common/primitives.js';
import { meshKind } from '../mesh/identity.js';
import { certificateSource } from './certificate.schema.js';

const count = z.number().int().min(0);

export const unobservedReason = z.enum([
  'no-port',
  'refused',
  'timeout',
  'unreachable',
  'not-tls',
  'garbage',
  'handshake-failed',
  'opted-out',
  'not-tried-yet',
  'no-running-pod',
  'no-metric',
  'no-prometheus',
  'no-permission',
  'no-such-kind',
  'source-off',
  'not-in-mesh',
]);
export type UnobservedReason = z.infer<typeof unobservedReason>;

/** How many of those that a source could see it does see, and why the others not. */
export const sourceCoverage = z
  .object({
    cluster: z.string(),
    source: certificateSource,
    /** `off`: an operator has to allow it. */
    state: z.enum(['on', 'off', 'down']),
    freshAt: timestamp.nullable(),
    observed: count,
    /** Pods for wire and metric, objects for the rest; null where nobody knows how many there should be. */
    expected: count.nullable(),
    unobserved: z.array(z.object({ reason: unobservedReason, message: z.string(), count })),
    /** One sentence on the last pass: when, how long, how many. */
    detail: z.string(),
  })
  .meta({ id: 'CertificateSourceCoverage' });
export type SourceCoverage = z.infer<typeof sourceCoverage>;

export const certificateCoverageRequest = z
  .object({
    cluster: z.string().min(1).max(253).optional(),
    namespace: z.string().max(253).optional(),
    namespaces: z.array(z.string().max(253)).max(2000).optional(),
  })
  .meta({ id: 'CertificateCoverageRequest' });
export type CertificateCoverageRequest = z.infer<typeof certificateCoverageRequest>;
export const certificateCoverage = answer
  .extend({
    /** Workloads of the mesh. */
    workloads: count,
    observed: count,
    bySource: z.array(sourceCoverage),
    byNamespace: z.array(z.object({ cluster: z.string(), namespace: z.string(), mesh: meshKind, workloads: count, observed: count })),
    /** Workloads of which no source shows a certificate; at most 1,000. */
    unobserved: z.array(
      z.object({
        cluster: z.string(),
        namespace: z.string(),
        name: z.string(),
        workloadId: z.string(),
        mesh: meshKind,
        reasons: z.array(z.object({ source: certificateSource, reason: unobservedReason, message: z.string() })),
      }),
    ),
    unobservedOmitted: count,
  })
  .meta({ id: 'CertificateCoverage' });
export type CertificateCoverage = z.infer<typeof certificateCoverage>;
