/**
 * Every NATS subject, with the schemas of what it carries (DESIGN §7): the one place where doors are named.
 * Requests are `observatory.v1.<service>.<noun>.<verb>` (queue group = service),
 * events `observatory.v1.events.<noun>.<past-tense>` on the JetStream stream EVENTS_STREAM.
 */
import { z } from 'zod';
import { auditEntry } from './audit/audit.schema.js';
import { windowClosed } from './mesh/sample.js';
import {
  edgeSeriesReply,
  edgeSeriesRequest,
  overviewReply,
  overviewRequest,
  windowReadReply,
  windowReadRequest,
  workloadSeriesReply,
  workloadSeriesRequest,
} from './metrics/metrics.schema.js';
import { flowListReply, flowListRequest } from './metrics/flow.schema.js';
import {
  policyComplianceReply,
  policyComplianceRequest,
  policyCoverageReply,
  policyCoverageRequest,
  policyMatrixReply,
  policyMatrixRequest,
  policyReachReply,
  policyReachRequest,
} from './policy/compliance.schema.js';
import {
  policyChanged,
  policyDiffReply,
  policyDiffRequest,
  policyGetReply,
  policyGetRequest,
  policyListReply,
  policyListRequest,
  policyVersionsReply,
  policyVersionsRequest,
} from './policy/inventory.schema.js';
import { policySimulateReply, policySimulateRequest, policyValidateReply, policyValidateRequest } from './policy/simulate.schema.js';
import {
  policyFlowsReply,
  policyFlowsRequest,
  policySuggestReply,
  policySuggestRequest,
  policyWhatIfReply,
  policyWhatIfRequest,
} from './policy/what-if.schema.js';
import { clusterList, serviceStatus, type ServiceName } from './suite/status.schema.js';
import {
  topology,
  topologyDelta,
  topologyDiff,
  topologyDiffQuery,
  topologyExportReply,
  topologyExportRequest,
  topologyQuery,
} from './topology/topology.schema.js';

export interface RequestSubject<Request extends z.ZodType = z.ZodType, Reply extends z.ZodType = z.ZodType> {
  readonly subject: string;
  readonly request: Request;
  readonly reply: Reply;
}
function request<Q extends z.ZodType, A extends z.ZodType>(subject: string, requestSchema: Q, reply: A): RequestSubject<Q, A> {
  return { subject: `observatory.v1.${subject}`, request: requestSchema, reply };
}

export const METRICS_SUBJECTS = {
  windowRead: request('metrics.window.read', windowReadRequest, windowReadReply),
  workloadSeries: request('metrics.workload.series', workloadSeriesRequest, workloadSeriesReply),
  edgeSeries: request('metrics.edge.series', edgeSeriesRequest, edgeSeriesReply),
  overviewGet: request('metrics.overview.get', overviewRequest, overviewReply),
  flowList: request('metrics.flow.list', flowListRequest, flowListReply),
} as const;

export const POLICY_SUBJECTS = {
  policyList: request('policy.policy.list', policyListRequest, policyListReply),
  policyGet: request('policy.policy.get', policyGetRequest, policyGetReply),
  versionList: request('policy.version.list', policyVersionsRequest, policyVersionsReply),
  versionDiff: request('policy.version.diff', policyDiffRequest, policyDiffReply),
  validate: request('policy.text.validate', policyValidateRequest, policyValidateReply),
  simulate: request('policy.request.simulate', policySimulateRequest, policySimulateReply),
  whatIf: request('policy.change.replay', policyWhatIfRequest, policyWhatIfReply),
  suggest: request('policy.change.suggest', policySuggestRequest, policySuggestReply),
  flowList: request('policy.flow.list', policyFlowsRequest, policyFlowsReply),
  coverage: request('policy.coverage.get', policyCoverageRequest, policyCoverageReply),
  compliance: request('policy.compliance.get', policyComplianceRequest, policyComplianceReply),
  reach: request('policy.reach.get', policyReachRequest, policyReachReply),
  matrix: request('policy.reach.matrix', policyMatrixRequest, policyMatrixReply),
} as const;

export const TOPOLOGY_SUBJECTS = {
  graphGet: request('topology.graph.get', topologyQuery, topology),
  graphDiff: request('topology.graph.diff', topologyDiffQuery, topologyDiff),
  graphExport: request('topology.graph.export', topologyExportRequest, topologyExportReply),
  clusterList: request('topology.cluster.list', z.object({}), clusterList),
} as const;

/** Every service answers this one about itself. */
export const statusSubject = (service: ServiceName) => request(`${service}.status.get`, z.object({}), serviceStatus);

export const EVENTS_STREAM = 'OBSERVATORY_EVENTS';
export const EVENTS_PREFIX = 'observatory.v1.events.';
export interface EventSubject<Payload extends z.ZodType = z.ZodType> {
  readonly subject: string;
  readonly payload: Payload;
}
function event<P extends z.ZodType>(noun: string, payload: P): EventSubject<P> {
  return { subject: `${EVENTS_PREFIX}${noun}`, payload };
}
export const EVENTS = {
  windowClosed: event('window.closed', windowClosed),
  topologyChanged: event('topology.changed', topologyDelta),
  policyChanged: event('policy.changed', policyChanged),
  auditRecorded: event('audit.recorded', auditEntry),
} as const;
