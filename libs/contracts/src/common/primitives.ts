/** Building blocks of every schema: times, ids, freshness. Nothing here knows a mesh. */
import { z } from 'zod';

/** RFC 3339 instant in UTC, as `Date.prototype.toISOString` writes it. */
export const timestamp = z.iso.datetime({ offset: true });

/** A share, 0 to 1. */
export const ratio = z.number().min(0).max(1);

/** A rate or an amount: finite and not negative. Never NaN: a value that is not known is `null` or absent. */
export const amount = z.number().min(0);

/** A node id, see `nodeId` in ids.ts: safe in a URL path without escaping. */
export const nodeIdSchema = z.string().min(1).max(1024);
export const edgeIdSchema = z.string().min(1).max(4096);

/** The source of what is read from stored history, as far as a span of it is not there. It has no cluster. */
export const STORED_WINDOWS = 'Stored windows';

/** How fresh one source of an answer is. `freshAt` is the newest fact read from it, null before the first. */
export const sourceFreshness = z
  .object({
    name: z.string(),
    cluster: z.string(),
    freshAt: timestamp.nullable(),
    state: z.enum(['fresh', 'stale', 'down']),
    detail: z.string().optional(),
  })
  .meta({ id: 'SourceFreshness' });
export type SourceFreshness = z.infer<typeof sourceFreshness>;

/** What every answer about the mesh carries. */
export const answer = z.object({ generatedAt: timestamp, sources: z.array(sourceFreshness) });

export const limitSchema = z.coerce.number().int().min(1).max(5000);
