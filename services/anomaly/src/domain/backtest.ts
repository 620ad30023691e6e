/**
 * What would a configuration have raised? A detector of its own, fed with history step by step: it learns through the warm-up,
 * then judges, and its findings become incidents as they would live. Steps are longer than windows, so persistence is scaled to them.
 */
import type { AnomalySubject, BacktestIncident, DetectionConfig, EdgeSample } from '@observatory/contracts';
import type { IncidentState } from '@observatory/detect';
import { detailOf, type Surroundings } from './anomaly-view.js';
import { ClusterDetector } from './cluster-detector.js';
import { decidedFor, type DecisionsInForce } from './decisions-in-force.js';
import { stepIncidents } from './incident-step.js';
import { SERIES_PER_SUBJECT } from './signals.js';
import { labelOfEnd } from './subjects.js';

const SUBJECTS_MAX = 50;
const INCIDENTS_MAX = 500;
const OMITTED_MAX = 10_000;

export interface BacktestRun {
  readonly config: DetectionConfig;
  readonly incidents: BacktestIncident[];
  readonly alertsPerSeriesDay: number;
  /** Incidents beyond those that are listed. */
  readonly omitted: number;
}

export function scaledPersistence(config: DetectionConfig, windowSec: number, stepSec: number): DetectionConfig {
  const scale = (windows: number) => Math.max(1, Math.round((windows * windowSec) / stepSec));
  const needed = scale(config.persistence.needed);
  return { ...config, persistence: { needed, of: Math.max(needed, scale(config.persistence.of)) }, closeAfter: scale(config.closeAfter) };
}

export class Backtest {
  private readonly detector = new ClusterDetector();
  private readonly incidents = new Map<string, IncidentState>();
  private readonly finished = new Map<string, BacktestIncident>();
  private alerts = 0;
  private judgedSec = 0;
  private readonly omitted = new Set<string>();

  constructor(
    private readonly cluster: string,
    private readonly config: DetectionConfig,
    private readonly decisions: DecisionsInForce,
  ) {}

  learn(atMs: number, stepSec: number, edges: readonly EdgeSample[]): void {
    this.detector.learn({ cluster: this.cluster, atMs, windowSec: stepSec, edges });
  }

  judge(atMs: number, stepSec: number, edges: readonly EdgeSample[]): void {
    const { cluster, config, decisions } = this;
    const knowledge = { config, ...decidedFor(decisions, atMs), wasDeployedLately: () => false };
    const observation = this.detector.observe({ cluster, atMs, windowSec: stepSec, edges }, knowledge);
    if (!observation) return;
    this.judgedSec += stepSec;
    this.alerts += observation.turn.begun.length;
    const changed = stepIncidents(this.incidents, observation, { cluster, kind: 'backtest' });
    const around: Surroundings = {
      graph: observation.graph,
      changes: [],
      changesUnknown: [],
      label: (node) => this.labelOf(node),
      namespace: () => '',
      score: () => null,
    };
    for (const incident of changed.keys()) this.keep(incident, around);
  }

  get subjects(): number {
    return this.detector.scorer.subjects.size;
  }

  get series(): number {
    return this.subjects * SERIES_PER_SUBJECT;
  }

  result(): BacktestRun {
    const seriesDays = (this.series * this.judgedSec) / 86_400;
    return {
      config: this.config,
      incidents: [...this.finished.values()].sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1)),
      alertsPerSeriesDay: seriesDays > 0 ? this.alerts / seriesDays : 0,
      omitted: this.omitted.size,
    };
  }

  private keep(incident: IncidentState, around: Surroundings): void {
    const before = this.finished.get(incident.id);
    if (before || this.finished.size < INCIDENTS_MAX) this.finished.set(incident.id, shown(incident, { around, before }));
    else if (this.omitted.size < OMITTED_MAX) this.omitted.add(incident.id);
  }

  private labelOf(node: string): string {
    const known = this.detector.scorer.subjects.get(node);
    return known ? labelOfEnd(known.target) : node;
  }
}

function shown(
  incident: IncidentState,
  { around, before }: { around: Surroundings; before: BacktestIncident | undefined },
): BacktestIncident {
  const isMerged = Object.keys(incident.members).length === 0;
  // Its anomalies are another's now; its own story stays.
  if (isMerged && before) return { ...before, ...(incident.closedAt === undefined ? {} : { closedAt: incident.closedAt }) };
  const { title, severity, peakScore, types, startedAt, openedAt, closedAt, members } = detailOf(incident, around);
  const subjects: AnomalySubject[] = members.slice(0, SUBJECTS_MAX).map(({ subject }) => subject);
  return { title, severity, peakScore, types, startedAt, openedAt, subjects, ...(closedAt === undefined ? {} : { closedAt }) };
}
