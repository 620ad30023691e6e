/** Replay of recorded traffic: flows, `POST /policies/what-if` and `POST /policies/suggest`. */
import { z } from 'zod';
import { amount, answer, edgeIdSchema, nodeIdSchema, timestamp } from '../common/primitives.js';
import { meshKind, protocol } from '../mesh/identity.js';
import { flowOutcome } from '../metrics/flow.schema.js';
import {
  decidedBy,
  policyDecision,
  policyDiagnostic,
  policyRef,
  policyRequest,
  policySource,
  policyWorkload,
  workloadRef,
} from './policy-object.schema.js';

const cluster = z.string().min(1).max(253);
const span = { from: timestamp.optional(), to: timestamp.optional() };

/** One end of a flow; `id` is the node's on the map. */
export const flowEnd = z.object({
  id: nodeIdSchema,
  cluster: z.string(),
  namespace: z.string(),
  name: z.string(),
  kind: z.string(),
});

/** A recorded flow, with what services, access logs and traces add. What stays unknown is in `request.unknown`. */
export const policyFlow = z
  .object({
    /** Unique in an answer: the edge, and the operation where it is known. */
    id: z.string(),
    edgeId: edgeIdSchema,
    source: flowEnd,
    target: flowEnd,
    protocol,
    mesh: meshKind,
    mtls: z.enum(['mutual', 'plaintext', 'mixed', 'unknown']),
    requestsPerSecond: amount,
    outcomes: z.array(flowOutcome),
    firstSeen: timestamp,
    lastSeen: timestamp,
    /** Ready for `POST /policies/simulate`. */
    request: policyRequest,
    /** Where method, path and host come from. */
    operationFrom: z.enum(['access-log', 'trace', 'unknown']),
  })
  .meta({ id: 'PolicyFlow' });
export type PolicyFlow = z.infer<typeof policyFlow>;

/** What the replay stands on, said beside every figure. */
export const flowCoverage = z
  .object({
    from: timestamp,
    to: timestamp,
    resolution: z.enum(['raw', '5m', '1h']),
    windowsExpected: z.number().int(),
    windowsPresent: z.number().int(),
    flows: z.number().int(),
    requestsPerSecond: amount,
    /** Flows left out since there are more than we replay. */
    flowsOmitted: z.number().int(),
    /** Share of requests whose method, path and host are known, and why not more. */
    operationsKnownRatio: z.number().min(0).max(1),
    operations: z.array(z.object({ source: z.enum(['access-log', 'trace']), state: z.enum(['used', 'off', 'down']), detail: z.string() })),
  })
  .meta({ id: 'FlowCoverage' });
export type FlowCoverage = z.infer<typeof flowCoverage>;

/** `GET /policies/flows`: to prefill a request from what really happened. */
export const policyFlowsRequest = z
  .object({
    cluster,
    ...span,
    /** Only flows to this workload. */
    workload: nodeIdSchema.optional(),
    limit: z.coerce.number().int().min(1).max(2000).default(200),
  })
  .meta({ id: 'PolicyFlowsRequest' });
export type PolicyFlowsRequest = z.infer<typeof policyFlowsRequest>;
export const policyFlowsReply = answer
  .extend({
    coverage: flowCoverage,
    flows: z.array(policyFlow),
    /** The workloads that the flows go to, ready for `POST /policies/simulate`, by node id. */
    workloads: z.record(z.string(), policyWorkload),
  })
  .meta({ id: 'PolicyFlows' });
export type PolicyFlowsReply = z.infer<typeof policyFlowsReply>;

export const policyChanges = z
  .object({ apply: policySource.default([]), delete: z.array(policyRef).max(10_000).default([]) })
  .meta({ id: 'PolicyChanges' });
export type PolicyChanges = z.infer<typeof policyChanges>;
/** Absent `from`: seven days before `to`; absent `to`: now. At most seven days. */
export const policyWhatIfRequest = z.object({ cluster, changes: policyChanges, ...span }).meta({ id: 'PolicyWhatIfRequest' });
export type PolicyWhatIfRequest = z.infer<typeof policyWhatIfRequest>;

export const flowVerdict = z.enum(['newlyDenied', 'newlyAllowed', 'undecidable', 'unchanged']);
export type FlowVerdict = z.infer<typeof flowVerdict>;
const side = z.object({
  decision: policyDecision,
  decidedBy: decidedBy.optional(),
  reason: z.string(),
  missing: z.array(z.string()).optional(),
});
export const flowChange = z.object({ flow: policyFlow, verdict: flowVerdict, current: side, proposed: side }).meta({ id: 'FlowChange' });
export type FlowChange = z.infer<typeof flowChange>;
const tally = z.object({ flows: z.number().int().min(0), requestsPerSecond: amount });
export const whatIfSummary = z
  .object({ newlyDenied: tally, newlyAllowed: tally, undecidable: tally, unchanged: tally })
  .meta({ id: 'WhatIfSummary' });
export type WhatIfSummary = z.infer<typeof whatIfSummary>;

export const policyWhatIfReply = answer
  .extend({
    cluster,
    coverage: flowCoverage,
    summary: whatIfSummary,
    /** What changes or cannot be decided, most requests first; `flowsOmitted` more were left out. Unchanged flows are counted only. */
    flows: z.array(flowChange),
    flowsOmitted: z.number().int(),
    /** Workloads of which everything that called them, or everything that they call, would be denied. */
    cutOff: z.array(z.object({ workload: workloadRef, direction: z.enum(['in', 'out']), requestsPerSecond: amount })),
    /** Edges of the map to colour, the worst verdict of their flows. */
    edges: z.array(z.object({ id: edgeIdSchema, verdict: flowVerdict, requestsPerSecond: amount })),
    diagnostics: z.array(policyDiagnostic),
    applied: z.array(policyRef),
    deleted: z.array(policyRef),
  })
  .meta({ id: 'PolicyWhatIf' });
export type PolicyWhatIfReply = z.infer<typeof policyWhatIfReply>;

export const policySuggestRequest = z
  .object({
    cluster,
    ...span,
    /** Both empty: every workload of the mesh that has traffic. */
    namespaces: z.array(z.string().max(253)).max(2000).default([]),
    workloads: z.array(nodeIdSchema).max(2000).default([]),
    /** `callers`: who may call; `operations`: also ports, methods and paths where they are known for every request. */
    detail: z.enum(['callers', 'operations']).default('operations'),
    /** Also a default deny for each namespace where nobody would be cut off. */
    defaultDeny: z.boolean().default(true),
  })
  .meta({ id: 'PolicySuggestRequest' });
export type PolicySuggestRequest = z.infer<typeof policySuggestRequest>;
export const policySuggestion = z
  .object({
    /** The workload that it protects; absent for a namespace's default deny. */
    workload: workloadRef.optional(),
    namespace: z.string(),
    name: z.string(),
    /** Not made, and why: callers without identity, existing policies that cover it already. */
    state: z.enum(['suggested', 'withheld', 'covered']),
    yaml: z.string(),
    /** Why it looks as it does. */
    reasons: z.array(z.string()),
    /** What to think about before using it. */
    cautions: z.array(z.string()),
  })
  .meta({ id: 'PolicySuggestion' });
export type PolicySuggestion = z.infer<typeof policySuggestion>;
export const policySuggestReply = answer
  .extend({
    cluster,
    coverage: flowCoverage,
    suggestions: z.array(policySuggestion),
    /** Everything suggested as one stream. */
    yaml: z.string(),
    /** The suggestion replayed over the same traffic. */
    replay: policyWhatIfReply.pick({ summary: true, flows: true, flowsOmitted: true, cutOff: true, edges: true }),
  })
  .meta({ id: 'PolicySuggestions' });
export type PolicySuggestReply = z.infer<typeof policySuggestReply>;
