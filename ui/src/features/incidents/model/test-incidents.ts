/** Incidents for specs: every field that a test does not name has a quiet default. */
import type { Anomaly, AnomalyEvidence, IncidentDetail, IncidentSummary } from '@observatory/contracts';

export const AT = '2026-06-03T14:00:00.000Z';
export const id = (name: string) => `workload~east~shop~${name}`;

export function incident(name: string, change: Partial<IncidentSummary> = {}): IncidentSummary {
  return {
    id: name,
    title: `Errors at shop/${name}`,
    state: 'open',
    severity: 'warning',
    score: 0.9,
    peakScore: 0.95,
    clusters: ['east'],
    namespaces: ['shop'],
    types: ['errors'],
    category: 'behaviour',
    startedAt: AT,
    openedAt: AT,
    updatedAt: AT,
    reopened: 0,
    anomalies: 1,
    affected: 1,
    version: 1,
    ...change,
  };
}

export function evidence(change: Partial<AnomalyEvidence> = {}): AnomalyEvidence {
  return {
    signal: 'errors',
    unit: 'perSecond',
    observed: 3,
    expected: 0.1,
    low: 0,
    high: 0.3,
    probability: 1e-4,
    score: 0.9,
    detectors: [{ name: 'beta-binomial', probability: 1e-4 }],
    since: AT,
    words: 'It fails.',
    ...change,
  };
}

export function anomaly(name: string, change: Partial<Anomaly> = {}): Anomaly {
  return {
    id: `a-${name}`,
    incidentId: 'i',
    type: 'errors',
    category: 'behaviour',
    subject: { kind: 'node', id: id(name), cluster: 'east', namespace: 'shop', name, label: `shop/${name}` },
    state: 'open',
    severity: 'warning',
    score: 0.9,
    peakScore: 0.95,
    startedAt: AT,
    updatedAt: AT,
    title: `Errors at shop/${name}`,
    evidence: [],
    requestsPerSecond: 1,
    ...change,
  };
}

export function detail(change: Partial<IncidentDetail> = {}): IncidentDetail {
  return {
    ...incident('i'),
    causes: [],
    blast: { affectedNodes: [], affectedEdges: [], exposedNodes: [], requestsPerSecond: 0 },
    changes: [],
    changesUnknown: [],
    members: [],
    callers: [],
    callees: [],
    edges: [],
    notes: [],
    ...change,
  };
}
