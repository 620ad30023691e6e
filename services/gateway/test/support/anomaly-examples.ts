/** What the anomaly service answers, as small as the contract allows. */
import { nodeId, type ANOMALY_SUBJECTS, type Anomaly, type DetectionConfig, type IncidentSummary } from '@observatory/contracts';

const at = '2026-06-03T14:00:00.000Z';
const head = { generatedAt: at, sources: [{ name: 'prometheus', cluster: 'east', freshAt: at, state: 'fresh' }] };
const node = nodeId('workload', 'east', 'shop', 'cart');
const subject = { kind: 'node', id: node, cluster: 'east', namespace: 'shop', name: 'cart', label: 'shop/cart' } as const;
const actor = { name: 'admin', kind: 'token' } as const;

export const INCIDENT: IncidentSummary = {
  id: 'i1',
  title: 'Errors at shop/cart',
  state: 'open',
  severity: 'critical',
  score: 0.97,
  peakScore: 0.99,
  clusters: ['east'],
  namespaces: ['shop'],
  types: ['errors'],
  category: 'behaviour',
  startedAt: at,
  openedAt: at,
  updatedAt: at,
  reopened: 0,
  anomalies: 1,
  affected: 1,
  version: 1,
};
export const ANOMALY: Anomaly = {
  id: 'a1',
  incidentId: 'i1',
  type: 'errors',
  category: 'behaviour',
  subject,
  state: 'open',
  severity: 'critical',
  score: 0.97,
  peakScore: 0.99,
  startedAt: at,
  updatedAt: at,
  title: 'Errors at shop/cart',
  evidence: [],
  requestsPerSecond: 12,
};
const config: DetectionConfig = {
  budget: 'balanced',
  persistence: { needed: 3, of: 5 },
  closeAfter: 3,
  minimumRequestsPerMinute: 10,
  minimumRelativeChange: 0.2,
  types: ['errors'],
};
const detail = {
  ...INCIDENT,
  causes: [{ node, label: 'shop/cart', score: 1, evidence: ['a third of its requests fail'] }],
  blast: { affectedNodes: [node], affectedEdges: [], exposedNodes: [], requestsPerSecond: 12 },
  changes: [],
  changesUnknown: ['certificates: nobody answers'],
  members: [ANOMALY],
  callers: [],
  callees: [],
  edges: [],
  notes: [],
};
const suppression = {
  id: 's1',
  subject: node,
  label: 'shop/cart',
  reason: 'a load test',
  expiresAt: at,
  createdAt: at,
  createdBy: actor,
};
const allowance = { ...suppression, id: 'w1', type: 'scanning', source: node };
const ended = { generatedAt: at, id: 's1' };

export const ANOMALY_ANSWERS: Record<keyof typeof ANOMALY_SUBJECTS, unknown> = {
  incidentList: { ...head, incidents: [INCIDENT] },
  incidentGet: { ...head, incident: detail },
  incidentTimeline: {
    ...head,
    from: at,
    to: at,
    stepSec: 60,
    at: [],
    open: { info: [], warning: [], critical: [] },
    incidents: [INCIDENT],
  },
  anomalyList: { ...head, anomalies: [ANOMALY] },
  anomalyGet: { ...head, anomaly: ANOMALY },
  decide: { generatedAt: at, incident: INCIDENT },
  feedback: { generatedAt: at, lowered: [{ subject: node, type: 'errors', factor: 0.5 }] },
  scores: { ...head, at, threshold: 0.85, nodes: [{ id: node, score: 0.97, stage: 'daily', type: 'errors' }], edges: [] },
  signals: { ...head, subject, from: at, to: at, stepSec: 300, at: [], stage: 'new', historySec: 0, threshold: 0.85, signals: [] },
  baseline: {
    ...head,
    config,
    threshold: 0.85,
    series: 8,
    subjects: 1,
    stages: { new: 1, learning: 0, daily: 0, seasonal: 0 },
    clusters: [{ cluster: 'east', historySec: 0, state: 'waiting', lastWindowAt: null }],
    lastPassMs: null,
    lastDelayMs: null,
    lastDelayFromCloseMs: null,
    savedAt: null,
  },
  suppressionList: { generatedAt: at, suppressions: [suppression] },
  suppress: { generatedAt: at, suppression },
  suppressionEnd: ended,
  allowanceList: { generatedAt: at, allowances: [allowance] },
  allow: { generatedAt: at, allowance },
  allowanceEnd: ended,
  backtestEnd: { ended: true },
  backtest: {
    ...head,
    from: at,
    to: at,
    stepSec: 300,
    subjects: 1,
    series: 8,
    warmUpSec: 0,
    windowsExpected: 1,
    windowsPresent: 1,
    current: { config, incidents: [], alertsPerSeriesDay: 0 },
    unknown: ['Deployments are not part of stored windows: nothing was excused by one.'],
    tookMs: 1,
  },
};
