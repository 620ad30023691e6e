/** Coverage of workloads by policies, compliance with rule sets, and who can reach whom. */
import { z } from 'zod';
import { amount, answer, nodeIdSchema, timestamp } from '../common/primitives.js';
import { meshKind } from '../mesh/identity.js';
import { policyKind, policyRef, workloadRef } from './policy-object.schema.js';

const cluster = z.string().min(1).max(253);
const scope = { cluster: cluster.optional(), namespace: z.string().max(253).optional() };

export const mtlsMode = z.enum(['STRICT', 'PERMISSIVE', 'DISABLE', 'unknown']);

export const workloadCoverage = z
  .object({
    ...workloadRef.shape,
    mesh: meshKind,
    /** Policies that decide about it. */
    policies: z.array(policyRef),
    /** What no rule allows is refused. */
    defaultDeny: z.boolean(),
    mtls: mtlsMode,
    /** Policies whose ALLOW rules let any identity in (`*`, or no source at all). */
    openTo: z.array(policyRef),
    networkPolicy: z.boolean(),
    reasons: z.array(z.string()),
  })
  .meta({ id: 'WorkloadCoverage' });
export type WorkloadCoverage = z.infer<typeof workloadCoverage>;
export const namespaceCoverage = z
  .object({
    cluster,
    namespace: z.string(),
    workloads: z.number().int(),
    covered: z.number().int(),
    defaultDeny: z.number().int(),
    strictMtls: z.number().int(),
    openToAll: z.number().int(),
    networkPolicy: z.number().int(),
    policies: z.number().int(),
  })
  .meta({ id: 'NamespaceCoverage' });
export type NamespaceCoverage = z.infer<typeof namespaceCoverage>;
export const unusedRule = z
  .object({ cluster, policy: policyRef, rule: z.number().int(), path: z.string(), words: z.string() })
  .meta({ id: 'UnusedRule' });
export type UnusedRule = z.infer<typeof unusedRule>;
export const policyCoverageRequest = z.object(scope).meta({ id: 'PolicyCoverageRequest' });
export type PolicyCoverageRequest = z.infer<typeof policyCoverageRequest>;
export const policyCoverageReply = answer
  .extend({
    namespaces: z.array(namespaceCoverage),
    workloads: z.array(workloadCoverage),
    /** Rules that no recorded flow matched, nor could have matched, over the recording. */
    unusedRules: z.array(unusedRule),
    /** What the recording covers; null where there is none, with the reason. */
    usage: z.object({ days: amount.nullable(), detail: z.string() }),
  })
  .meta({ id: 'PolicyCoverage' });
export type PolicyCoverageReply = z.infer<typeof policyCoverageReply>;

/** `off`: not configured. `away`: configured, and does not answer since `since`. */
export const ruleSet = z
  .object({
    name: z.enum(['built-in', 'opa']),
    state: z.enum(['active', 'off', 'away', 'broken']),
    detail: z.string(),
    since: timestamp.optional(),
    rules: z.array(z.object({ id: z.string(), title: z.string() })),
  })
  .meta({ id: 'RuleSet' });
export type RuleSet = z.infer<typeof ruleSet>;
export const complianceFinding = z
  .object({
    ruleSet: z.enum(['built-in', 'opa']),
    rule: z.string(),
    severity: z.enum(['high', 'medium', 'low', 'info']),
    message: z.string(),
    cluster: z.string(),
    subject: z.object({ kind: z.enum(['workload', 'namespace', 'policy', 'mesh']), namespace: z.string(), name: z.string() }),
    workload: nodeIdSchema.optional(),
    policyKind: policyKind.optional(),
    /** What to do about it. */
    remedy: z.string().optional(),
  })
  .meta({ id: 'ComplianceFinding' });
export type ComplianceFinding = z.infer<typeof complianceFinding>;
export const policyComplianceRequest = z.object(scope).meta({ id: 'PolicyComplianceRequest' });
export type PolicyComplianceRequest = z.infer<typeof policyComplianceRequest>;
export const policyComplianceReply = answer
  .extend({
    ruleSets: z.array(ruleSet),
    findings: z.array(complianceFinding),
    findingsOmitted: z.number().int(),
    namespaces: z.array(
      namespaceCoverage.extend({ high: z.number().int(), medium: z.number().int(), low: z.number().int(), info: z.number().int() }),
    ),
  })
  .meta({ id: 'PolicyCompliance' });
export type PolicyComplianceReply = z.infer<typeof policyComplianceReply>;

/** `some`: it hangs on the request; `conditions` says on what. `unknown`: facts of the mesh are missing. */
export const reachVerdict = z.enum(['all', 'some', 'none', 'unknown']);
export type ReachVerdict = z.infer<typeof reachVerdict>;
export const reachEntry = z
  .object({
    source: workloadRef.extend({ principal: z.string().optional() }),
    target: workloadRef,
    verdict: reachVerdict,
    reason: z.string(),
    conditions: z.array(z.string()),
    decidedBy: policyRef.optional(),
    /** Seen in the recording; null: no recording. */
    requestsPerSecond: amount.nullable(),
  })
  .meta({ id: 'ReachEntry' });
export type ReachEntry = z.infer<typeof reachEntry>;
/** Exactly one of the two: who can reach this workload, or what can this identity (principal without `spiffe://`) reach. */
export const policyReachRequest = z
  .object({ cluster: cluster.optional(), workload: nodeIdSchema.optional(), identity: z.string().min(1).max(1024).optional() })
  .refine(({ workload, identity }) => (workload === undefined) !== (identity === undefined), 'give either workload or identity')
  .meta({ id: 'PolicyReachRequest' });
export type PolicyReachRequest = z.infer<typeof policyReachRequest>;
export const policyReachReply = answer
  .extend({
    entries: z.array(reachEntry),
    omitted: z.number().int(),
    /** Callers without an identity (plain text). */ anonymous: reachVerdict.nullable(),
  })
  .meta({ id: 'PolicyReach' });
export type PolicyReachReply = z.infer<typeof policyReachReply>;

/** Namespaces × namespaces; with both `source` and `target`, the workloads of the two. */
export const policyMatrixRequest = z
  .object({ cluster, source: z.string().max(253).optional(), target: z.string().max(253).optional() })
  .meta({ id: 'PolicyMatrixRequest' });
export type PolicyMatrixRequest = z.infer<typeof policyMatrixRequest>;
export const matrixCell = z
  .object({
    source: z.string(),
    target: z.string(),
    /** Pairs of workloads by verdict. */
    all: z.number().int(),
    some: z.number().int(),
    none: z.number().int(),
    unknown: z.number().int(),
    requestsPerSecond: amount.nullable(),
  })
  .meta({ id: 'MatrixCell' });
export type MatrixCell = z.infer<typeof matrixCell>;
export const policyMatrixReply = answer
  .extend({
    cluster,
    /** Rows and columns, in order. */
    namespaces: z.array(z.string()),
    cells: z.array(matrixCell),
    /** Workload by workload, where source and target were given. */
    entries: z.array(reachEntry),
    omitted: z.number().int(),
  })
  .meta({ id: 'PolicyMatrix' });
export type PolicyMatrixReply = z.infer<typeof policyMatrixReply>;
