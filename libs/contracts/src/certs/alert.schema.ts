/** Alerts about certificates: each raised once for a certificate and a rule, withdrawn when what it says is over. */
import { z } from 'zod';
import { answer, limitSchema, timestamp } from '../common/primitives.js';
import { certificateId, certificateKind } from './certificate.schema.js';

export const certificateAlertRule = z.enum([
  'expires-90-days',
  'expires-60-days',
  'expires-30-days',
  'expires-7-days',
  'expiring',
  'critical',
  'expired',
  'rotation-stuck',
  'untrusted-chain',
  'wrong-identity',
  'weak-key',
  'signing-errors',
  'renewal-failing',
]);
export type CertificateAlertRule = z.infer<typeof certificateAlertRule>;

export const alertSeverity = z.enum(['critical', 'high', 'medium', 'low']);
export type AlertSeverity = z.infer<typeof alertSeverity>;

export const certificateAlert = z
  .object({
    id: z.string(),
    rule: certificateAlertRule,
    severity: alertSeverity,
    state: z.enum(['open', 'withdrawn']),
    cluster: z.string(),
    /** Absent for alerts about a signer as a whole. */
    certificateId: certificateId.optional(),
    kind: certificateKind.optional(),
    namespace: z.string().optional(),
    name: z.string(),
    workloadId: z.string().optional(),
    title: z.string(),
    detail: z.string(),
    raisedAt: timestamp,
    withdrawnAt: timestamp.optional(),
    /** Why it was withdrawn: renewed, gone, over. */
    withdrawnBecause: z.string().optional(),
    notAfter: timestamp.optional(),
    /** What became of it on the way out, per webhook. */
    deliveries: z.array(
      z.object({
        webhook: z.string(),
        transition: z.enum(['raised', 'worsened', 'withdrawn']),
        state: z.enum(['waiting', 'delivered', 'given-up']),
        attempts: z.number().int().min(0),
        lastError: z.string().optional(),
        at: timestamp,
      }),
    ),
  })
  .meta({ id: 'CertificateAlert' });
export type CertificateAlert = z.infer<typeof certificateAlert>;

export const certificateAlertListRequest = z
  .object({
    state: z.enum(['open', 'withdrawn', 'all']).default('open'),
    cluster: z.string().min(1).max(253).optional(),
    namespace: z.string().max(253).optional(),
    namespaces: z.array(z.string().max(253)).max(2000).optional(),
    certificateId: certificateId.optional(),
    limit: limitSchema.default(200),
    cursor: z.string().max(2000).optional(),
  })
  .meta({ id: 'CertificateAlertListRequest' });
export type CertificateAlertListRequest = z.infer<typeof certificateAlertListRequest>;
export const certificateAlertList = answer
  .extend({ total: z.number().int().min(0), alerts: z.array(certificateAlert), nextCursor: z.string().optional() })
  .meta({ id: 'CertificateAlertList' });
export type CertificateAlertList = z.infer<typeof certificateAlertList>;

/** Event `observatory.v1.events.certificate.alerted`: raised (`state: open`) or withdrawn. */
export const certificateAlerted = certificateAlert.omit({ deliveries: true }).meta({ id: 'CertificateAlerted' });
export type CertificateAlerted = z.infer<typeof certificateAlerted>;
