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

/** An entry as it is kept: `hash` is SHA-256 over the previous hash and the entry, so that nothing can be changed or left out unseen. */
export const auditRecord = auditEntry
  .extend({ seq: z.number().int().min(1), previousHash: z.string(), hash: z.string() })
  .meta({ id: 'AuditRecord' });
export type AuditRecord = z.infer<typeof auditRecord>;

/** `chain` is what recomputing every hash found: up to which entry, or the first that does not fit. */
export const auditPage = z
  .object({
    generatedAt: timestamp,
    entries: z.array(auditRecord),
    nextCursor: z.string().optional(),
    chain: z.object({
      state: z.enum(['intact', 'broken', 'unchecked']),
      entries: z.number().int().min(0),
      checkedAt: timestamp.optional(),
      firstBroken: z.number().int().optional(),
    }),
  })
  .meta({ id: 'AuditPage' });
export type AuditPage = z.infer<typeof auditPage>;
