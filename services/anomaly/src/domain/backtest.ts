/**
 * What would a configuration have raised? A detector of its own, fed with history step by step: it learns through the warm-up,
 * then judges, and its findings become incidents as they would live. Steps are longer than windows, so persistence is scaled to them.
 */
import type { AnomalySubject, BacktestIncident, DetectionConfig, EdgeSample } from '@observatory/contracts';
import { advanceIncidents, type IncidentState } from '@observatory/detect';
import { anomalyOf, detailOf, goingOn, shortId, type Surroundings } from './anomaly-view.js';
import { ClusterDetector } from './cluster-detector.js';
import { COUNTS } from './counts.js';
import { QUANTITIES } from './signals.js';
import { labelOfEnd } from './subjects.js';

const SUBJECTS_MAX = 50;
const INCIDENTS_MAX = 500;

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

  constructor(
    private readonly cluster: string,
    private readonly config: DetectionConfig,
  ) {}

  learn(atMs: number, stepSec: number, edges: readonly EdgeSample[]): void {
    this.detector.learn({ cluster: this.cluster, atMs, windowSec: stepSec, edges });
  }

  judge(atMs: number, stepSec: number, edges: readonly EdgeSample[]): void {
    const { cluster, config } = this;
    const knowledge = { config, factor: () => 1, isAllowed: () => false, wasDeployedLately: () => false };
    const observation = this.detector.observe({ cluster, atMs, windowSec: stepSec, edges }, knowledge);
    if (!observation) return;
    this.judgedSec += stepSec;
    const { turn, graph } = observation;
    this.alerts += turn.begun.length;
    const open = new Map(
      [...this.incidents.values()].flatMap(({ members }) => Object.values(members)).map((one) => [`${one.type} ${one.subject.id}`, one]),
    );
    const { changed } = advanceIncidents(
      this.incidents,
      {
        at: new Date(atMs).toISOString(),
        cluster,
        begun: turn.begun.map(({ finding, sinceMs }) => anomalyOf(finding, { cluster, atMs, sinceMs })),
        going: turn.going.flatMap((finding) => {
          const member = open.get(`${finding.type} ${finding.subject.id}`);
          return member ? [goingOn(member, finding, atMs)] : [];
        }),
        ended: turn.ended.flatMap(({ subjectId, type }) => open.get(`${type} ${subjectId}`)?.id ?? []),
      },
      { graph, newId: (index) => shortId('backtest', cluster, atMs, index) },
    );
    const around: Surroundings = {
      graph,
      changes: [],
      changesUnknown: [],
      label: (node) => this.labelOf(node),
      namespace: () => '',
      score: () => null,
    };
    for (const incident of changed.keys()) if (this.finished.size < INCIDENTS_MAX) this.finished.set(incident.id, shown(incident, around));
  }

  get subjects(): number {
    return this.detector.scorer.subjects.size;
  }

  get series(): number {
    return this.subjects * (QUANTITIES.length + COUNTS.length);
  }

  result(): { config: DetectionConfig; incidents: BacktestIncident[]; alertsPerSeriesDay: number } {
    const seriesDays = (this.series * this.judgedSec) / 86_400;
    return {
      config: this.config,
      incidents: [...this.finished.values()].sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1)),
      alertsPerSeriesDay: seriesDays > 0 ? this.alerts / seriesDays : 0,
    };
  }

  private labelOf(node: string): string {
    const known = this.detector.scorer.subjects.get(node);
    return known ? labelOfEnd(known.target) : node;
  }
}

function shown(incident: IncidentState, around: Surroundings): BacktestIncident {
  const { title, severity, peakScore, types, startedAt, openedAt, closedAt, members } = detailOf(incident, around);
  const subjects: AnomalySubject[] = members.slice(0, SUBJECTS_MAX).map(({ subject }) => subject);
  return { title, severity, peakScore, types, startedAt, openedAt, subjects, ...(closedAt === undefined ? {} : { closedAt }) };
}
