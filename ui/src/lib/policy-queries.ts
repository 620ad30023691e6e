/** The reads about policies and the audit trail. Keys begin with `policy`, so that `policy:changed` refreshes them. */
import type {
  PolicyKind,
  PolicySimulateRequest,
  PolicySuggestRequest,
  PolicyValidateRequest,
  PolicyWhatIfRequest,
} from '@observatory/contracts';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, type QueryParams } from './api.js';

/** Coverage and reach hang on workloads and traffic too, which no event of a policy tells. */
const POLL_MS = 60_000;
const AUDIT_PAGE = 100;
/** Answers to what was typed are not kept: their keys hold whole documents. */
const ASKED_GC_MS = 15_000;

export interface PolicyName {
  cluster: string;
  kind: PolicyKind;
  namespace: string;
  name: string;
}

export const policiesQuery = (args: { cluster?: string | undefined; deleted?: boolean } = {}) =>
  queryOptions({
    queryKey: ['policy', 'list', args],
    queryFn: ({ signal }) => api('/policies', 'policyListReply', { params: { ...args, limit: 5000 }, signal }),
    refetchInterval: POLL_MS,
  });

const pathOf = ({ cluster, namespace, name }: PolicyName) =>
  ['', 'policies', ...[cluster, namespace, name].map(encodeURIComponent)].join('/');

export const policyQuery = (policy: PolicyName) =>
  queryOptions({
    queryKey: ['policy', 'one', policy],
    queryFn: ({ signal }) => api(pathOf(policy), 'policyGetReply', { params: { kind: policy.kind }, signal }),
  });

export const policyVersionsQuery = (policy: PolicyName) =>
  queryOptions({
    queryKey: ['policy', 'versions', policy],
    queryFn: ({ signal }) => api(`${pathOf(policy)}/versions`, 'policyVersionsReply', { params: { kind: policy.kind }, signal }),
  });

export const policyDiffQuery = (policy: PolicyName, versions: { from: number; to: number }) =>
  queryOptions({
    queryKey: ['policy', 'diff', policy, versions.from, versions.to],
    queryFn: ({ signal }) => api(`${pathOf(policy)}/diff`, 'policyDiffReply', { params: { kind: policy.kind, ...versions }, signal }),
    staleTime: Infinity,
  });

export const coverageQuery = (args: { cluster?: string | undefined } = {}) =>
  queryOptions({
    queryKey: ['policy', 'coverage', args],
    queryFn: ({ signal }) => api('/policies/coverage', 'policyCoverageReply', { params: { ...args }, signal }),
    refetchInterval: POLL_MS,
  });

export const complianceQuery = (args: { cluster?: string | undefined } = {}) =>
  queryOptions({
    queryKey: ['policy', 'compliance', args],
    queryFn: ({ signal }) => api('/policies/compliance', 'policyComplianceReply', { params: { ...args }, signal }),
    refetchInterval: POLL_MS,
  });

export interface AuditArgs {
  actor?: string | undefined;
  action?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

export const auditQuery = (args: AuditArgs) =>
  infiniteQueryOptions({
    queryKey: ['audit', args],
    queryFn: ({ pageParam, signal }) => {
      const params: QueryParams = { ...args, limit: AUDIT_PAGE, cursor: pageParam };
      return api('/audit', 'auditPage', { params, signal });
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS / 2,
  });

/** Questions with a body: asked again only when they change, since the mesh behind them moves slower than people type. */
export const validateQuery = (body: PolicyValidateRequest) =>
  queryOptions({
    queryKey: ['policy', 'validate', body],
    queryFn: ({ signal }) => api('/policies/validate', 'policyValidateReply', { method: 'POST', body, signal }),
    placeholderData: keepPreviousData,
    staleTime: POLL_MS,
    gcTime: ASKED_GC_MS,
    retry: false,
  });

export const simulateQuery = (body: PolicySimulateRequest) =>
  queryOptions({
    queryKey: ['policy', 'simulate', body],
    queryFn: ({ signal }) => api('/policies/simulate', 'policySimulateReply', { method: 'POST', body, signal }),
    placeholderData: keepPreviousData,
    staleTime: POLL_MS,
    gcTime: ASKED_GC_MS,
    retry: false,
  });

export const flowsQuery = (args: { cluster: string; workload?: string; limit?: number }) =>
  queryOptions({
    queryKey: ['policy', 'flows', args],
    queryFn: ({ signal }) => api('/policies/flows', 'policyFlowsReply', { params: { ...args }, signal }),
    placeholderData: keepPreviousData,
    staleTime: POLL_MS,
  });

/** Asked for by hand, and kept until it is asked for again: what it says is of the moment it was asked. */
export const whatIfQuery = (body: PolicyWhatIfRequest) =>
  queryOptions({
    queryKey: ['what-if', body],
    queryFn: ({ signal }) => api('/policies/what-if', 'policyWhatIfReply', { method: 'POST', body, signal }),
    staleTime: Infinity,
    gcTime: POLL_MS,
    retry: false,
  });

export const suggestQuery = (body: PolicySuggestRequest) =>
  queryOptions({
    queryKey: ['suggest', body],
    queryFn: ({ signal }) => api('/policies/suggest', 'policySuggestReply', { method: 'POST', body, signal }),
    staleTime: POLL_MS,
    retry: false,
  });

export const matrixQuery = (args: { cluster: string; source?: string | undefined; target?: string | undefined }) =>
  queryOptions({
    queryKey: ['policy', 'matrix', args],
    queryFn: ({ signal }) => api('/policies/reach/matrix', 'policyMatrixReply', { params: { ...args }, signal }),
    refetchInterval: POLL_MS,
  });

/** Exactly one of workload and identity. */
export const reachQuery = (args: { cluster: string; workload?: string | undefined; identity?: string | undefined }) =>
  queryOptions({
    queryKey: ['policy', 'reach', args],
    queryFn: ({ signal }) => api('/policies/reach', 'policyReachReply', { params: { ...args }, signal }),
    refetchInterval: POLL_MS,
  });
