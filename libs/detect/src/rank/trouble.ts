/**
 * What is the target's trouble? Of each symptom (latency, errors; or the one metric that was named) the target's own metrics, else those
 * of calls to it, else of its calls, each with its course. The symptom that the target has more of weighs more.
 * Invariants: a metric that was named is the one that is taken; a target of which nothing is known is in no known trouble.
 */
import type { CallGraph, Call } from '../graph/call-graph.js';
import { alike, signalShare, type Deviation } from './deviation.js';
import { kindOf, SYMPTOMS } from './metric-kind.js';

/** From this many scales on something did leave normal. */
const CERTAIN = 3;
export const certainty = (z: number): number => Math.min(1, Math.abs(z) / CERTAIN);

export interface Trouble {
  readonly metric: string;
  /** Undefined where nothing of the target is known, or it left normal in the other direction. */
  readonly course: readonly number[] | undefined;
  /** How far its farthest point lies from normal, in scales: the course of what is hardly in trouble says little. */
  readonly reach: number;
  /** The share of its course that is no noise. */
  readonly shown: number;
}

/** One symptom, at all nodes. */
export interface Symptoms {
  readonly deviations: readonly Deviation[];
  readonly troubles: readonly Trouble[];
  readonly weight: number;
}

export interface Scene {
  readonly target: string;
  readonly graph: CallGraph<Call>;
  readonly deviations: readonly Deviation[];
  readonly metric: string | undefined;
}

/** Even a symptom or a metric that the target does not show weighs so much: it may be seen badly. */
export const LEAST_WEIGHT = 0.1;
/** Even what is not in step with the target at all may be a cause whose course was not seen well. */
const LEAST_STEP = 0.05;

const farthest = (all: readonly Deviation[]): Deviation =>
  all.reduce((best, one) => (Math.abs(one.reach) > Math.abs(best.reach) ? one : best));

export function seenOfTarget(deviations: readonly Deviation[], target: string): readonly Deviation[] {
  const places = [
    deviations.filter(({ place }) => place.id === target),
    deviations.filter(({ place }) => place.target === target),
    deviations.filter(({ place }) => place.source === target),
  ];
  return places.find((all) => all.length > 0) ?? [];
}

function troublesOf(deviations: readonly Deviation[], target: string): Trouble[] {
  const seen = seenOfTarget(deviations, target);
  const metrics = new Set((seen.length > 0 ? seen : deviations).map(({ series }) => series.metric));
  return Array.from(metrics, (metric) => {
    const own = seen.filter(({ series }) => series.metric === metric);
    const worst = own.length === 0 ? undefined : farthest(own);
    if (worst === undefined || worst.reach <= 0) return { metric, course: undefined, reach: 0, shown: 0 };
    return { metric, course: worst.course, reach: worst.reach, shown: signalShare(worst) };
  });
}

/** How much of its course says that the target shows this symptom, 0..1. */
const shownBy = (troubles: readonly Trouble[]): number => Math.max(0, ...troubles.map(({ shown }) => shown));

/** Where a metric is named, others of the same symptom stand in at nodes that do not have it. */
export function symptomsOf({ target, deviations, metric }: Scene): Symptoms[] {
  const named = metric === undefined ? undefined : kindOf(metric);
  const found = SYMPTOMS.map((symptom) => {
    const all = deviations.filter(({ kind }) => kind === symptom);
    const isNamed = symptom === named;
    return { deviations: all, troubles: troublesOf(isNamed ? all.filter(({ series }) => series.metric === metric) : all, target), isNamed };
  });
  if (metric !== undefined && !found.some(({ isNamed }) => isNamed)) {
    const all = deviations.filter(({ series }) => series.metric === metric);
    found.push({ deviations: all, troubles: troublesOf(all, target), isNamed: true });
  }
  const most = Math.max(...found.map(({ troubles }) => shownBy(troubles)));
  return found.map(({ isNamed, ...symptoms }) => {
    // The less the target shows it while it shows another, the less it weighs.
    const weight = metric === undefined ? 1 - most * (1 - shownBy(symptoms.troubles)) : Number(isNamed);
    return { ...symptoms, weight: Math.max(LEAST_WEIGHT, weight) };
  });
}

/** In step with the target's trouble, 0..1; 1 where nothing is known of its course, and near 1 where it is hardly in trouble. */
export function inStep({ course, reach }: Trouble, deviation: Deviation): number {
  if (course === undefined) return 1;
  return 1 - certainty(reach) * (1 - Math.max(LEAST_STEP, alike(deviation.course, course)));
}
