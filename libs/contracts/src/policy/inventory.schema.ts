/** The policies that the watch sees, every version of them, and the event of a change. */
import { z } from 'zod';
import { answer, limitSchema, timestamp } from '../common/primitives.js';
import { policyDiagnostic, policyKind, policyRef, workloadRef } from './policy-object.schema.js';

const cluster = z.string().min(1).max(253);

/** `mesh`: the root namespace without selector; `attached`: by targetRefs. */
export const policyScope = z.enum(['mesh', 'namespace', 'workload', 'attached']);

export const policySummary = z
  .object({
    cluster,
    ...policyRef.shape,
    apiVersion: z.string(),
    /** ALLOW, DENY, AUDIT, CUSTOM; the mode of a PeerAuthentication; absent for kinds without. */
    action: z.string().optional(),
    dryRun: z.boolean(),
    scope: policyScope,
    rules: z.number().int().min(0),
    /** How many workloads it selects now; null: not known, since workloads are not. */
    selects: z.number().int().min(0).nullable(),
    problems: z.object({ errors: z.number().int(), warnings: z.number().int() }),
    /** One sentence: what it does. */
    words: z.string(),
    /** Absent: not known, since the database that keeps versions was not reached yet. */
    version: z.number().int().min(1).optional(),
    createdAt: timestamp.optional(),
    /** When this version was seen first. */
    seenAt: timestamp.optional(),
    /** Who wrote it last, as managedFields name them; absent: not said. */
    changedBy: z.string().optional(),
    /** When it was deleted; absent: it is there. */
    deletedAt: timestamp.optional(),
  })
  .meta({ id: 'PolicySummary' });
export type PolicySummary = z.infer<typeof policySummary>;

/** Whether policies of one kind can be read in one cluster. `missing`: the cluster has no such kind; nothing is wrong. */
export const policyKindState = z
  .object({
    cluster,
    kind: policyKind,
    state: z.enum(['watched', 'missing', 'forbidden', 'down', 'starting']),
    detail: z.string().optional(),
  })
  .meta({ id: 'PolicyKindState' });
export type PolicyKindState = z.infer<typeof policyKindState>;

export const policyListRequest = z
  .object({
    cluster: cluster.optional(),
    namespace: z.string().max(253).optional(),
    kind: policyKind.optional(),
    /** With those that were deleted. */
    deleted: z.boolean().default(false),
    limit: limitSchema.default(1000),
    cursor: z.string().max(2000).optional(),
  })
  .meta({ id: 'PolicyListRequest' });
export type PolicyListRequest = z.infer<typeof policyListRequest>;
export const policyListReply = answer
  .extend({ policies: z.array(policySummary), kinds: z.array(policyKindState), nextCursor: z.string().optional() })
  .meta({ id: 'PolicyList' });
export type PolicyListReply = z.infer<typeof policyListReply>;

export const policyGetRequest = z.object({ cluster, ...policyRef.shape }).meta({ id: 'PolicyGetRequest' });
export type PolicyGetRequest = z.infer<typeof policyGetRequest>;
export const policyGetReply = answer
  .extend({
    policy: policySummary,
    yaml: z.string(),
    object: z.record(z.string(), z.unknown()),
    /** What it says, sentence by sentence. */
    words: z.array(z.string()),
    /** The workloads that it selects; null: not known. */
    workloads: z.array(workloadRef).nullable(),
    diagnostics: z.array(policyDiagnostic),
    /**
     * Rules of an AuthorizationPolicy and how many recorded flows matched each over `usage.days`;
     * null: there is no recording, or the facts that the rule asks for are not recorded.
     */
    rules: z.array(
      z.object({
        rule: z.number().int(),
        path: z.string(),
        flowsMatched: z.number().int().nullable(),
        lastMatchedAt: timestamp.optional(),
      }),
    ),
    usageDays: z.number().int(),
  })
  .meta({ id: 'PolicyDetail' });
export type PolicyGetReply = z.infer<typeof policyGetReply>;

export const policyVersion = z
  .object({
    version: z.number().int().min(1),
    change: z.enum(['found', 'created', 'changed', 'deleted']),
    seenAt: timestamp,
    /** From managedFields: who and when, as the API server says. */
    changedBy: z.string().optional(),
    changedAt: timestamp.optional(),
    linesAdded: z.number().int(),
    linesRemoved: z.number().int(),
    /** Unified diff against the version before, on the YAML without status and bookkeeping. */
    diff: z.string(),
  })
  .meta({ id: 'PolicyVersion' });
export type PolicyVersion = z.infer<typeof policyVersion>;
export const policyVersionsRequest = policyGetRequest
  .extend({ limit: limitSchema.default(100), cursor: z.string().max(100).optional() })
  .meta({ id: 'PolicyVersionsRequest' });
export type PolicyVersionsRequest = z.infer<typeof policyVersionsRequest>;
export const policyVersionsReply = z
  .object({ generatedAt: timestamp, versions: z.array(policyVersion), nextCursor: z.string().optional() })
  .meta({ id: 'PolicyVersions' });
export type PolicyVersionsReply = z.infer<typeof policyVersionsReply>;

export const policyDiffRequest = policyGetRequest
  .extend({ from: z.coerce.number().int().min(1), to: z.coerce.number().int().min(1) })
  .meta({ id: 'PolicyDiffRequest' });
export type PolicyDiffRequest = z.infer<typeof policyDiffRequest>;
export const policyDiffReply = z
  .object({ generatedAt: timestamp, from: policyVersion, to: policyVersion, fromYaml: z.string(), toYaml: z.string(), diff: z.string() })
  .meta({ id: 'PolicyDiff' });
export type PolicyDiffReply = z.infer<typeof policyDiffReply>;

/** Event `observatory.v1.events.policy.changed` and live `policy:changed`. */
export const policyChanged = z.object({ cluster, ...policyRef.shape, ...policyVersion.shape }).meta({ id: 'PolicyChanged' });
export type PolicyChanged = z.infer<typeof policyChanged>;
