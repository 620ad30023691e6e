/**
 * One cluster's baselines, and the pass over a window: judge every subject, then learn from it.
 * Invariant: a window is judged by what was learned before it; windows come in order, each once.
 */
import { ALERT_SCORE, HOUR_SEC } from '@observatory/detect';
import type { AnomalyType, DetectionConfig } from '@observatory/contracts';
import { noTraffic, type Traffic, type WindowFacts } from './facts.js';
import type { Finding, SubjectScore } from './finding.js';
import { judgeSubject, type Moment } from './judge-subject.js';
import { Models, strideOf, type ModelState, type Step } from './models.js';
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
  readonly models: ModelState;
  readonly atMs: number;
  readonly historySec: number;
  readonly steps: number;
}

export class MeshScorer {
  readonly models = new Models();
  readonly subjects = new Subjects((place) => this.models.clear(place));
  /** End of the newest window. */
  atMs = 0;
  /** How much time was learned from. */
  historySec = 0;
  /** Windows and steps of history so far: whose turn it is to be shown to the forests. */
  private steps = 0;

  /** Learns a step of history, from before anybody watched; steps come oldest first. */
  learn(step: WindowFacts): void {
    const stride = this.nextStride(step);
    for (const [subject, traffic] of this.meet(step))
      this.learnSubject(subject, traffic, { atMs: step.atMs, spanSec: step.windowSec, stride, unusual: false });
    this.historySec += step.windowSec;
  }

  /** Gives the subjects of a window their places. */
  meet({ atMs, edges, nodes }: WindowFacts): Map<Known, Traffic> {
    const present = new Map<Known, Traffic>();
    for (const edge of edges) present.set(this.subjects.edge(edge, atMs), edge);
    for (const node of nodes) present.set(this.subjects.node(node, atMs), node);
    this.models.reserve(this.subjects.places);
    return present;
  }

  /** Judges and learns. Undefined for a window that is not newer than the last. */
  observe(window: WindowFacts, options: PassOptions): Pass | undefined {
    const { atMs, windowSec, ratesAreLow } = window;
    if (atMs <= this.atMs) return undefined;
    this.atMs = atMs;
    this.historySec += windowSec;
    const present = this.meet(window);
    const stride = this.nextStride(window);
    this.models.counts.turn();
    const pass: Pass = { atMs, scores: [], findings: [] };
    const moment = { ...options, atMs, windowSec, ratesAreLow, meshIsKnown: this.historySec >= HOUR_SEC };
    for (const subject of this.subjects.all()) {
      const traffic = present.get(subject);
      if (!traffic && atMs - subject.lastSeenMs > SILENT_FOR_MS) continue;
      this.pass(subject, traffic ?? NOTHING, { pass, moment, stride });
    }
    return pass;
  }

  save(): ScorerState {
    const { subjects, models, atMs, historySec, steps } = this;
    return { subjects: [...subjects.all()], models: models.save(subjects.places), atMs, historySec, steps };
  }

  static restore({ subjects, models, atMs, historySec, steps }: ScorerState): MeshScorer {
    const scorer = new MeshScorer();
    for (const known of subjects) scorer.subjects.restore({ ...known });
    scorer.models.restore(models);
    scorer.models.reserve(scorer.subjects.places);
    return Object.assign(scorer, { atMs, historySec, steps });
  }

  private pass(subject: Known, traffic: Traffic, { pass, moment, stride }: { pass: Pass; moment: Moment; stride: number }): void {
    const { atMs, windowSec, ratesAreLow } = moment;
    this.models.put(subject.place, traffic, windowSec);
    const { score, findings } = judgeSubject(this.models, subject, traffic, moment);
    pass.scores.push(score);
    pass.findings.push(...findings);
    this.learnSubject(subject, traffic, {
      atMs,
      spanSec: windowSec,
      ratesAreLow,
      stride,
      unusual: (score.score ?? 0) >= ALERT_SCORE,
    });
  }

  private learnSubject(subject: Known, traffic: Traffic, step: Step & { stride: number; unusual: boolean }): void {
    const { unusual, stride, ...at } = step;
    const isShown = !unusual && (subject.place + this.steps) % stride === 0;
    this.models.learn(subject.place, traffic, {
      ...at,
      weight: unusual ? UNUSUAL_WEIGHT : 1,
      ...(isShown ? { shownTo: subject.kind } : {}),
    });
  }

  private nextStride({ windowSec, edges, nodes }: WindowFacts): number {
    this.steps += 1;
    return strideOf(edges.length + nodes.length, windowSec);
  }
}
