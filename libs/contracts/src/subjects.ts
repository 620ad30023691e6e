/**
 * Every NATS subject, with the schemas of what it carries (DESIGN §7): the one place where doors are named.
 * Requests are `observatory.v1.<service>.<noun>.<verb>` (queue group = service),
 * events `observatory.v1.events.<noun>.<past-tense>` on the JetStream stream EVENTS_STREAM.
 */
import { z } from 'zod';
import { backtestEnd, backtestEnded, backtestReply, backtestRun } from './anomaly/backtest.schema.js';
import {
  allowanceListReply,
  allowanceReply,
  allowRequest,
  decideReply,
  decideRequest,
  feedbackReply,
  feedbackRequest,
  ruleEndReply,
  ruleEndRequest,
  ruleListRequest,
  suppressionListReply,
  suppressionReply,
  suppressRequest,
} from './anomaly/decisions.schema.js';
import {
  anomalyGetReply,
  anomalyListReply,
  anomalyListRequest,
  incidentEvent,
  incidentGetReply,
  incidentGetRequest,
  incidentListReply,
  incidentListRequest,
  incidentTimelineReply,
  incidentTimelineRequest,
} from './anomaly/incident.schema.js';
import {
  baselineReply,
  baselineRequest,
  scoresReply,
  scoresRequest,
  signalSeriesReply,
  signalSeriesRequest,
} from './anomaly/scores.schema.js';
import { auditEntry } from './audit/audit.schema.js';
import { certificateAlerted, certificateAlertList, certificateAlertListRequest } from './certs/alert.schema.js';
import { certificateCoverage, certificateCoverageRequest } from './certs/coverage.schema.js';
import {
  certificateDetail,
  certificateGetRequest,
  certificateHealth,
  certificateHealthRequest,
  certificateList,
  certificateListRequest,
  certificatesChanged,
  certificateSummary,
  certificateSummaryRequest,
  certificateTimeline,
  certificateTimelineRequest,
} from './certs/inventory.schema.js';
import { renewal, renewalCommanded, renewalRequest } from './certs/renewal.schema.js';
import { windowClosed, windowStored } from './mesh/sample.js';
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

export const CERTS_SUBJECTS = {
  certificateList: request('certs.certificate.list', certificateListRequest, certificateList),
  certificateGet: request('certs.certificate.get', certificateGetRequest, certificateDetail),
  summaryGet: request('certs.summary.get', certificateSummaryRequest, certificateSummary),
  timelineGet: request('certs.timeline.get', certificateTimelineRequest, certificateTimeline),
  coverageGet: request('certs.coverage.get', certificateCoverageRequest, certificateCoverage),
  healthGet: request('certs.health.get', certificateHealthRequest, certificateHealth),
  alertList: request('certs.alert.list', certificateAlertListRequest, certificateAlertList),
  renew: request('certs.certificate.renew', renewalRequest, renewal),
} as const;

export const TOPOLOGY_SUBJECTS = {
  graphGet: request('topology.graph.get', topologyQuery, topology),
  graphDiff: request('topology.graph.diff', topologyDiffQuery, topologyDiff),
  graphExport: request('topology.graph.export', topologyExportRequest, topologyExportReply),
  clusterList: request('topology.cluster.list', z.object({}), clusterList),
} as const;

export const ANOMALY_SUBJECTS = {
  incidentList: request('anomaly.incident.list', incidentListRequest, incidentListReply),
  incidentGet: request('anomaly.incident.get', incidentGetRequest, incidentGetReply),
  incidentTimeline: request('anomaly.incident.timeline', incidentTimelineRequest, incidentTimelineReply),
  anomalyList: request('anomaly.anomaly.list', anomalyListRequest, anomalyListReply),
  anomalyGet: request('anomaly.anomaly.get', incidentGetRequest, anomalyGetReply),
  decide: request('anomaly.anomaly.decide', decideRequest, decideReply),
  feedback: request('anomaly.anomaly.judge', feedbackRequest, feedbackReply),
  scores: request('anomaly.score.list', scoresRequest, scoresReply),
  signals: request('anomaly.signal.series', signalSeriesRequest, signalSeriesReply),
  baseline: request('anomaly.baseline.get', baselineRequest, baselineReply),
  suppressionList: request('anomaly.suppression.list', ruleListRequest, suppressionListReply),
  suppress: request('anomaly.suppression.create', suppressRequest, suppressionReply),
  suppressionEnd: request('anomaly.suppression.end', ruleEndRequest, ruleEndReply),
  allowanceList: request('anomaly.allowance.list', ruleListRequest, allowanceListReply),
  allow: request('anomaly.allowance.create', allowRequest, allowanceReply),
  allowanceEnd: request('anomaly.allowance.end', ruleEndRequest, ruleEndReply),
  backtest: request('anomaly.history.backtest', backtestRun, backtestReply),
  backtestEnd: request('anomaly.backtest.end', backtestEnd, backtestEnded),
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
  windowStored: event('window.stored', windowStored),
  topologyChanged: event('topology.changed', topologyDelta),
  policyChanged: event('policy.changed', policyChanged),
  /** One an incident. */
  incidentRaised: event('incident.raised', incidentEvent),
  incidentUpdated: event('incident.updated', incidentEvent),
  incidentClosed: event('incident.closed', incidentEvent),
  certificatesChanged: event('certificate.changed', certificatesChanged),
  certificateAlerted: event('certificate.alerted', certificateAlerted),
  renewalRequested: event('renewal.requested', renewalCommanded),
  auditRecorded: event('audit.recorded', auditEntry),
} as const;
/** To follow: whatever becomes of incidents, in the order in which it was told, which readers of one event each do not have. */
export const INCIDENT_EVENTS = event('incident.*', incidentEvent);
