/** The audit trail: who asked for what, and what became of it. Any service records, the gateway keeps (append-only, hash-chained). */
import { z } from 'zod';
import { timestamp } from '../common/primitives.js';

/** Who asks: the gateway puts it on every request that changes something. */
export const actor = z.object({ name: z.string().min(1).max(200), kind: z.enum(['person', 'token', 'service']) }).meta({ id: 'Actor' });
export type Actor = z.infer<typeof actor>;

/** One thing that happened. The same `id` twice is one entry: recording again after a fault is safe. */
export const auditEntry = z
  .object({
    id: z.string().min(1).max(200),
    at: timestamp,
    actor,
    /** `<noun>.<past-tense>`, as in `renewal.requested`, `anomaly.suppressed`. */
    action: z.string().regex(/^[a-z-]+(\.[a-z-]+)+$/),
    target: z.object({
      kind: z.string(),
      id: z.string(),
      cluster: z.string().optional(),
      namespace: z.string().optional(),
      name: z.string().optional(),
    }),
    outcome: z.enum(['requested', 'done', 'failed', 'refused']),
    detail: z.string().max(2000).optional(),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof auditEntry>;
