/** The REST door to policies (DESIGN §5, §8). Bodies may be large: 5 MB of YAML, 10,000 requests. */
import {
  POLICY_TEXT_MAX,
  policyComplianceReply,
  policyCoverageReply,
  policyDiffReply,
  policyFlowsReply,
  policyGetReply,
  policyKind,
  policyListReply,
  policyMatrixReply,
  policyReachReply,
  policySimulateReply,
  policySimulateRequest,
  policySuggestReply,
  policySuggestRequest,
  policyValidateReply,
  policyValidateRequest,
  policyVersionsReply,
  policyWhatIfReply,
  policyWhatIfRequest,
} from '@observatory/contracts';
import { z } from 'zod';
import { booleanParam, clusterParam, IN_ORDER, inOrder, timeParam } from '../http/query.js';
import { route } from '../http/route.js';

/** JSON writes a character of YAML in at most two bytes where it is text at all, and 10,000 requests are some 5 MB. */
export const POLICY_BODY_MAX_BYTES = 2 * POLICY_TEXT_MAX + 1024 * 1024;

const errors = ['service/unavailable', 'service/timeout', 'resource/not-found'] as const;
const heavy = [...errors, 'request/too-large', 'request/too-many'] as const;
const name = z.string().min(1).max(253);
const namespace = z.string().max(253).optional();
const kind = policyKind.default('AuthorizationPolicy').meta({ description: 'the kind; two kinds may share a name' });
const wholeNumber = (max: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,6}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value <= max, `must be at most ${max}`);
const limit = wholeNumber(5000).optional();
const one = z.object({ cluster: name, namespace: name, name });

export const GET_POLICIES = route({
  method: 'GET',
  path: '/api/v1/policies',
  tag: 'policy',
  summary: 'Policies of the clusters, with what they select and what is wrong with them',
  query: z.object({
    cluster: clusterParam.optional(),
    namespace,
    kind: policyKind.optional(),
    deleted: booleanParam.default(false).meta({ description: 'with those that were deleted' }),
    limit,
    cursor: z.string().max(2000).optional(),
  }),
  answer: policyListReply,
  errors: [...errors],
});

export const GET_COVERAGE = route({
  method: 'GET',
  path: '/api/v1/policies/coverage',
  tag: 'policy',
  summary: 'How each namespace and workload is covered by policies',
  query: z.object({ cluster: clusterParam.optional(), namespace }),
  answer: policyCoverageReply,
  errors: [...heavy],
});

export const GET_COMPLIANCE = route({
  method: 'GET',
  path: '/api/v1/policies/compliance',
  tag: 'policy',
  summary: 'Where the mesh falls short of the built-in rules and of those in OPA',
  query: z.object({ cluster: clusterParam.optional(), namespace }),
  answer: policyComplianceReply,
  errors: [...heavy],
});

export const GET_REACH = route({
  method: 'GET',
  path: '/api/v1/policies/reach',
  tag: 'policy',
  summary: 'Who can reach a workload, or what an identity can reach',
  query: z
    .object({ cluster: clusterParam.optional(), workload: z.string().max(1024).optional(), identity: z.string().max(1024).optional() })
    .refine(({ workload, identity }) => (workload === undefined) !== (identity === undefined), 'give either workload or identity'),
  answer: policyReachReply,
  errors: [...heavy],
});

export const GET_REACH_MATRIX = route({
  method: 'GET',
  path: '/api/v1/policies/reach/matrix',
  tag: 'policy',
  summary: 'Who can reach whom: namespaces × namespaces, or the workloads of two',
  query: z.object({ cluster: name, source: namespace, target: namespace }),
  answer: policyMatrixReply,
  errors: [...heavy],
});

export const GET_POLICY_FLOWS = route({
  method: 'GET',
  path: '/api/v1/policies/flows',
  tag: 'policy',
  summary: 'Recorded flows as requests that can be simulated',
  query: z
    .object({
      cluster: name,
      workload: z.string().max(1024).optional(),
      from: timeParam.optional(),
      to: timeParam.optional(),
      limit: wholeNumber(2000).optional(),
    })
    .refine(inOrder, IN_ORDER),
  answer: policyFlowsReply,
  errors: [...heavy],
});

export const GET_POLICY = route({
  method: 'GET',
  path: '/api/v1/policies/{cluster}/{namespace}/{name}',
  tag: 'policy',
  summary: 'One policy: its text, in plain words, whom it selects, which rules are used',
  params: one,
  query: z.object({ kind }),
  answer: policyGetReply,
  errors: [...errors],
});

export const GET_POLICY_VERSIONS = route({
  method: 'GET',
  path: '/api/v1/policies/{cluster}/{namespace}/{name}/versions',
  tag: 'policy',
  summary: 'Every version of a policy, newest first, each with its diff',
  params: one,
  query: z.object({ kind, limit, cursor: z.string().max(100).optional() }),
  answer: policyVersionsReply,
  errors: [...errors, 'database/unavailable'],
});

export const GET_POLICY_DIFF = route({
  method: 'GET',
  path: '/api/v1/policies/{cluster}/{namespace}/{name}/diff',
  tag: 'policy',
  summary: 'What changed between two versions of a policy',
  params: one,
  query: z.object({ kind, from: wholeNumber(1_000_000), to: wholeNumber(1_000_000) }),
  answer: policyDiffReply,
  errors: [...errors, 'database/unavailable'],
});

const body = { method: 'POST', tag: 'policy', bodyMaxBytes: POLICY_BODY_MAX_BYTES } as const;

export const POST_VALIDATE = route({
  ...body,
  path: '/api/v1/policies/validate',
  summary: 'Everything that is wrong or suspicious about policies, with its place',
  body: policyValidateRequest,
  answer: policyValidateReply,
  errors: [...heavy],
});

export const POST_SIMULATE = route({
  ...body,
  path: '/api/v1/policies/simulate',
  summary: 'Decides requests at a workload under policies',
  body: policySimulateRequest,
  answer: policySimulateReply,
  errors: [...heavy],
});

export const POST_WHAT_IF = route({
  ...body,
  path: '/api/v1/policies/what-if',
  summary: 'Replays recorded traffic through a change of policies',
  body: policyWhatIfRequest,
  answer: policyWhatIfReply,
  errors: [...heavy, 'database/unavailable'],
});

export const POST_SUGGEST = route({
  ...body,
  path: '/api/v1/policies/suggest',
  summary: 'The least that observed traffic needs, as policies',
  body: policySuggestRequest,
  answer: policySuggestReply,
  errors: [...heavy, 'database/unavailable'],
});

export const POLICY_ROUTES = [
  GET_POLICIES,
  GET_COVERAGE,
  GET_COMPLIANCE,
  GET_REACH,
  GET_REACH_MATRIX,
  GET_POLICY_FLOWS,
  GET_POLICY,
  GET_POLICY_VERSIONS,
  GET_POLICY_DIFF,
  POST_VALIDATE,
  POST_SIMULATE,
  POST_WHAT_IF,
  POST_SUGGEST,
];
