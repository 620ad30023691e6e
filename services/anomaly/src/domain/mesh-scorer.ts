/**
 * One cluster's baselines, and the pass over a window: judge every subject, then learn from it.
 * Invariant: a window is judged by what was learned before it; windows come in order, each once.
 */
import { ALERT_SCORE } from '@observatory/detect';
import type { AnomalyType, DetectionConfig } from '@observatory/contracts';
import { CountModel, type CountState } from './counts.js';
import { noTraffic, type EdgeFacts, type NodeFacts, type Traffic, type WindowFacts } from './facts.js';
import type { Finding, SubjectScore } from './finding.js';
import { judgeSubject, noiseOf } from './judge-subject.js';
import { HOUR_SEC, SeriesModel, type SeriesState } from './series-model.js';
import { QUANTITIES, REQUESTS } from './signals.js';
import { Subjects, type Known } from './subjects.js';

/** Silence counts as no traffic for so long; then it is not known whether the subject still is. */
const SILENT_FOR_MS = 24 * 3_600_000;
/** What is unusual is learned slowly, so that it becomes the new normal in hours and not at once. */
const UNUSUAL_WEIGHT = 0.25;
const NOTHING = Object.freeze(noTraffic());

export interface Pass {
  readonly atMs: number;
  readonly scores: SubjectScore[];
  readonly findings: Finding[];
}
export interface PassOptions {
  readonly config: DetectionConfig;
  factor(subjectId: string, type: AnomalyType): number;
}
export interface ScorerState {
  readonly subjects: readonly Known[];
  readonly series: SeriesState;
  readonly counts: CountState;
  readonly atMs: number;
  readonly historySec: number;
}

export class MeshScorer {
  readonly series = new SeriesModel();
  readonly counts = new CountModel();
  readonly subjects: Subjects;
  /** End of the newest window. */
  atMs = 0;
  /** How much time was learned from. */
  historySec = 0;

  constructor() {
    this.subjects = new Subjects((place) => {
      this.series.clear(place);
      this.counts.clear(place);
    });
  }

  /** Learns what a subject did in a step before it was watched; steps come oldest first. */
  learnStep(facts: { edge: EdgeFacts } | { node: NodeFacts }, step: { atMs: number; spanSec: number }): void {
    const traffic = 'edge' in facts ? facts.edge : facts.node;
    const subject = 'edge' in facts ? this.subjects.edge(facts.edge, step.atMs) : this.subjects.node(facts.node, step.atMs);
    this.reserve();
    this.learn(subject, traffic, { ...step, unusual: false });
  }

  /** Gives the subjects of a window their places. */
  meet({ atMs, edges, nodes }: WindowFacts): Map<Known, Traffic> {
    const present = new Map<Known, Traffic>();
    for (const edge of edges) present.set(this.subjects.edge(edge, atMs), edge);
    for (const node of nodes) present.set(this.subjects.node(node, atMs), node);
    this.reserve();
    return present;
  }

  /** Judges and learns. Undefined for a window that is not newer than the last. */
  observe(window: WindowFacts, options: PassOptions): Pass | undefined {
    const { atMs, windowSec } = window;
    if (atMs <= this.atMs) return undefined;
    this.atMs = atMs;
    this.historySec += windowSec;
    const present = this.meet(window);
    this.counts.turn();
    const pass: Pass = { atMs, scores: [], findings: [] };
    const moment = { ...options, atMs, windowSec, meshIsKnown: this.historySec >= HOUR_SEC };
    for (const subject of this.subjects.all()) {
      const traffic = present.get(subject);
      if (!traffic && atMs - subject.lastSeenMs > SILENT_FOR_MS) continue;
      this.pass(subject, traffic ?? NOTHING, { pass, moment });
    }
    return pass;
  }

  save(): ScorerState {
    const { places } = this.subjects;
    return {
      subjects: [...this.subjects.all()],
      series: this.series.save(places),
      counts: this.counts.save(places),
      atMs: this.atMs,
      historySec: this.historySec,
    };
  }

  static restore(state: ScorerState): MeshScorer {
    const scorer = new MeshScorer();
    for (const known of state.subjects) scorer.subjects.restore({ ...known });
    scorer.series.restore(state.series);
    scorer.counts.restore(state.counts);
    scorer.reserve();
    scorer.atMs = state.atMs;
    scorer.historySec = state.historySec;
    return scorer;
  }

  private pass(subject: Known, traffic: Traffic, { pass, moment }: { pass: Pass; moment: Parameters<typeof judgeSubject>[3] }): void {
    this.counts.put(subject.place, traffic, moment.windowSec);
    const { score, findings } = judgeSubject(this, subject, traffic, moment);
    pass.scores.push(score);
    pass.findings.push(...findings);
    const unusual = (score.score ?? 0) >= ALERT_SCORE;
    this.learn(subject, traffic, { atMs: moment.atMs, spanSec: moment.windowSec, unusual });
  }

  private learn(subject: Known, traffic: Traffic, step: { atMs: number; spanSec: number; unusual: boolean }): void {
    const weight = step.unusual ? UNUSUAL_WEIGHT : 1;
    const usualRate = this.series.usual({ subject: subject.place, quantity: REQUESTS, atMs: step.atMs });
    for (let quantity = 0; quantity < QUANTITIES.length; quantity += 1) {
      const value = QUANTITIES[quantity]!.value(traffic);
      // Of an edge without any traffic only that is known: its bytes and latency say nothing.
      if (Number.isNaN(value) || (quantity !== REQUESTS && traffic.requests === 0 && traffic.connections === 0 && traffic.sentBytes === 0))
        continue;
      const noise = noiseOf(quantity, { traffic, usualRate, spanSec: step.spanSec });
      this.series.learn({ subject: subject.place, quantity, atMs: step.atMs }, value, { spanSec: step.spanSec, noise, weight });
    }
    this.counts.learn(subject.place, traffic, { spanSec: step.spanSec, weight });
  }

  private reserve(): void {
    this.series.reserve(this.subjects.places);
    this.counts.reserve(this.subjects.places);
  }
}
