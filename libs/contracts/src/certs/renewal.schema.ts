/** Asking for the renewal of a certificate: off by default, audited, and only for what can be renewed safely. */
import { z } from 'zod';
import { actor } from '../audit/audit.schema.js';
import { timestamp } from '../common/primitives.js';
import { certificateId } from './certificate.schema.js';

export const renewalRequest = z
  .object({ id: certificateId, actor, reason: z.string().max(500).optional() })
  .meta({ id: 'CertificateRenewalRequest' });
export type RenewalRequest = z.infer<typeof renewalRequest>;

/** `requested`: the one who renews has been told; whether it did shows in the certificate's history and in the audit trail. */
export const renewal = z
  .object({
    renewalId: z.string(),
    certificateId,
    via: z.enum(['certManager', 'webhook', 'nats']),
    state: z.enum(['requested', 'renewed', 'failed']),
    requestedAt: timestamp,
    requestedBy: actor,
    detail: z.string(),
  })
  .meta({ id: 'CertificateRenewal' });
export type Renewal = z.infer<typeof renewal>;

/** Event `observatory.v1.events.renewal.requested`: the command for an operator's own automation. */
export const renewalCommanded = renewal
  .extend({
    cluster: z.string(),
    namespace: z.string().optional(),
    name: z.string(),
    spiffeId: z.string().optional(),
    serial: z.string().optional(),
    notAfter: timestamp,
  })
  .meta({ id: 'CertificateRenewalCommanded' });
export type RenewalCommanded = z.infer<typeof renewalCommanded>;
