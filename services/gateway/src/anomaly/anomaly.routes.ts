/** The REST door to anomalies and incidents (DESIGN §5). What people decide is below `/anomalies` and `/incidents` alike: an id is of either. */
import {
  allowanceBody,
  allowanceListReply,
  allowanceReply,
  anomalyGetReply,
  anomalyListReply,
  anomalyState,
  anomalyType,
  backtestReply,
  backtestRequest,
  baselineReply,
  decideReply,
  decisionBody,
  feedbackBody,
  feedbackReply,
  incidentGetReply,
  incidentListReply,
  incidentTimelineReply,
  ruleEndReply,
  scoresReply,
  severity,
  signalSeriesReply,
  suppressionBody,
  suppressionListReply,
  suppressionReply,
} from '@observatory/contracts';
import { z } from 'zod';
import { booleanParam, clusterParam, IN_ORDER, inOrder, namespacesParam, spanParams, timeParam } from '../http/query.js';
import { route } from '../http/route.js';

const tag = 'anomaly';
const errors = ['service/unavailable', 'service/timeout', 'database/unavailable'] as const;
const found = [...errors, 'resource/not-found'] as const;
const id = z.object({ id: z.string().min(1).max(100) });
const limit = z
  .string()
  .regex(/^[1-9]\d{0,3}$/, 'must be a whole number')
  .transform(Number)
  .refine((value) => value <= 1000, 'must be at most 1000')
  .optional();
const share = z
  .string()
  .regex(/^(0|1|0?\.\d{1,6}|1\.0{1,6})$/, 'must be between 0 and 1')
  .transform(Number)
  .optional();
const subject = z.string().min(1).max(4096);
const span = { from: spanParams.from, to: spanParams.to };
const filters = {
  state: anomalyState.optional(),
  severity: severity.optional(),
  type: anomalyType.optional(),
  cluster: clusterParam.optional(),
  namespace: z.string().max(253).optional(),
  from: timeParam.optional(),
  to: timeParam.optional(),
  limit,
  cursor: z.string().max(500).optional(),
};
const rules = z.object({ expired: booleanParam.optional().meta({ description: 'with those that ended' }), limit });

export const GET_INCIDENTS = route({
  method: 'GET',
  path: '/api/v1/incidents',
  tag,
  summary: 'Incidents, those that go on first, then the newest',
  query: z.object(filters).refine(inOrder, IN_ORDER),
  answer: incidentListReply,
  errors,
});

export const GET_INCIDENT_TIMELINE = route({
  method: 'GET',
  path: '/api/v1/incidents/timeline',
  tag,
  summary: 'How many incidents were open when, and each as a span',
  query: z.object({ ...spanParams, cluster: clusterParam.optional() }).refine(inOrder, IN_ORDER),
  answer: incidentTimelineReply,
  errors,
});

export const GET_INCIDENT = route({
  method: 'GET',
  path: '/api/v1/incidents/{id}',
  tag,
  summary: 'One incident: likely causes, evidence, what it reaches, what changed just before',
  params: id,
  answer: incidentGetReply,
  errors: found,
});

export const GET_ANOMALIES = route({
  method: 'GET',
  path: '/api/v1/anomalies',
  tag,
  summary: 'Anomalies of workloads and edges, the newest first',
  query: z.object({ ...filters, incidentId: z.string().min(1).max(100).optional(), subject: subject.optional() }).refine(inOrder, IN_ORDER),
  answer: anomalyListReply,
  errors,
});

export const GET_SCORES = route({
  method: 'GET',
  path: '/api/v1/anomalies/scores',
  tag,
  summary: 'The current score of every workload and edge',
  query: z.object({ cluster: clusterParam.optional(), namespaces: namespacesParam.optional(), minimumScore: share }),
  answer: scoresReply,
  errors,
});

export const GET_SIGNALS = route({
  method: 'GET',
  path: '/api/v1/anomalies/signals',
  tag,
  summary: 'The signals of a workload or an edge over time, with what was to be expected',
  query: z.object({ subject: subject.meta({ description: 'a node id or an edge id of the map' }), ...span }).refine(inOrder, IN_ORDER),
  answer: signalSeriesReply,
  errors: found,
});

export const GET_BASELINES = route({
  method: 'GET',
  path: '/api/v1/anomalies/baselines',
  tag,
  summary: 'How much was learned of what is normal, and the configuration of detection',
  query: z.object({ cluster: clusterParam.optional() }),
  answer: baselineReply,
  errors,
});

export const GET_SUPPRESSIONS = route({
  method: 'GET',
  path: '/api/v1/anomalies/suppressions',
  tag,
  summary: 'What nobody is told about, until when, and who said so',
  query: rules,
  answer: suppressionListReply,
  errors,
});

export const GET_ALLOWANCES = route({
  method: 'GET',
  path: '/api/v1/anomalies/allowances',
  tag,
  summary: 'Security patterns that are expected between two workloads',
  query: rules,
  answer: allowanceListReply,
  errors,
});

export const GET_ANOMALY = route({
  method: 'GET',
  path: '/api/v1/anomalies/{id}',
  tag,
  summary: 'One anomaly with its evidence',
  params: id,
  answer: anomalyGetReply,
  errors: found,
});

const decide = {
  method: 'PATCH',
  tag,
  params: id,
  body: decisionBody,
  answer: decideReply,
  errors: found,
} as const;
export const PATCH_ANOMALY = route({
  ...decide,
  path: '/api/v1/anomalies/{id}',
  summary: 'Acknowledge, resolve or suppress an anomaly',
});
export const PATCH_INCIDENT = route({
  ...decide,
  path: '/api/v1/incidents/{id}',
  summary: 'Acknowledge, resolve or suppress an incident with all its anomalies',
});

const judge = {
  method: 'POST',
  tag,
  params: id,
  body: feedbackBody,
  answer: feedbackReply,
  errors: found,
} as const;
export const POST_ANOMALY_FEEDBACK = route({
  ...judge,
  path: '/api/v1/anomalies/{id}/feedback',
  summary: 'Say whether an anomaly was worth knowing',
});
export const POST_INCIDENT_FEEDBACK = route({
  ...judge,
  path: '/api/v1/incidents/{id}/feedback',
  summary: 'Say whether an incident was worth knowing',
});

export const POST_SUPPRESSION = route({
  method: 'POST',
  path: '/api/v1/anomalies/suppressions',
  tag,
  summary: 'Tell nobody about a subject for a while',
  body: suppressionBody,
  answer: suppressionReply,
  status: 201,
  errors,
});

export const POST_ALLOWANCE = route({
  method: 'POST',
  path: '/api/v1/anomalies/allowances',
  tag,
  summary: 'Say that a security pattern is expected here for a while',
  body: allowanceBody,
  answer: allowanceReply,
  status: 201,
  errors,
});

const end = { method: 'DELETE', tag, params: id, answer: ruleEndReply, errors: found } as const;
export const DELETE_SUPPRESSION = route({ ...end, path: '/api/v1/anomalies/suppressions/{id}', summary: 'End a suppression' });
export const DELETE_ALLOWANCE = route({ ...end, path: '/api/v1/anomalies/allowances/{id}', summary: 'End an allowance' });

export const POST_BACKTEST = route({
  method: 'POST',
  path: '/api/v1/anomalies/backtest',
  tag,
  summary: 'What a configuration would have raised over stored history',
  body: backtestRequest,
  answer: backtestReply,
  errors: [...errors, 'request/too-large'],
});

export const ANOMALY_ROUTES = [
  GET_INCIDENTS,
  GET_INCIDENT_TIMELINE,
  GET_INCIDENT,
  GET_ANOMALIES,
  GET_SCORES,
  GET_SIGNALS,
  GET_BASELINES,
  GET_SUPPRESSIONS,
  GET_ALLOWANCES,
  GET_ANOMALY,
  PATCH_ANOMALY,
  PATCH_INCIDENT,
  POST_ANOMALY_FEEDBACK,
  POST_INCIDENT_FEEDBACK,
  POST_SUPPRESSION,
  POST_ALLOWANCE,
  DELETE_SUPPRESSION,
  DELETE_ALLOWANCE,
  POST_BACKTEST,
];
