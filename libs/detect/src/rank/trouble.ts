/**
 * What is the target's trouble: which metric, in which direction, on which course? Names tell where they are plain (latency is
 * trouble when it rises, availability when it falls); else the point that lies farthest from normal does.
 * Invariant: a metric that was named is the one that is taken.
 */
import type { Deviation } from './deviation.js';

/** Symptoms that callers share with their callees, rather than what load and resources do. */
const RISES = /laten|durat|respon[cs]e_?time|elapsed|error|fail|5xx|timeout|_p\d\d|^p\d\d/i;
const FALLS = /avail|success|apdex|health/i;
const ARROW = '->';

export interface Trouble {
  readonly metric: string | undefined;
  /** 1 where trouble is up, -1 where it is down. */
  readonly direction: number;
  /** The target's deviation from normal on the grid; undefined where nothing of the target is known. */
  readonly course: readonly number[] | undefined;
  /** How far its farthest point lies from normal, in scales: the course of what is hardly in trouble says little. */
  readonly reach: number;
}

const peakOf = ({ course }: Deviation): number =>
  course.reduce((peak, value) => (!Number.isNaN(value) && Math.abs(value) > Math.abs(peak) ? value : peak), 0);

const reachOf = (one: Deviation): number => Math.abs(peakOf(one)) / one.scale;

function farthest(deviations: readonly Deviation[]): Deviation | undefined {
  return deviations.reduce<Deviation | undefined>(
    (best, one) => (best === undefined || reachOf(one) > reachOf(best) ? one : best),
    undefined,
  );
}

const isSymptom = ({ series }: Deviation): boolean => RISES.test(series.metric) || FALLS.test(series.metric);

function directionOf(metric: string | undefined, trouble: Deviation | undefined): number {
  if (metric !== undefined && FALLS.test(metric)) return -1;
  if (metric !== undefined && RISES.test(metric)) return 1;
  return trouble === undefined ? 1 : Math.sign(peakOf(trouble)) || 1;
}

/** Of the node itself, else of calls to it, else of its calls; symptoms before other metrics. */
export function troubleOf(target: string, deviations: readonly Deviation[], named: string | undefined): Trouble {
  const usable = deviations.filter(({ series }) => named === undefined || series.metric === named);
  const places = [
    usable.filter(({ series }) => series.subject === target),
    usable.filter(({ series }) => series.subject.endsWith(`${ARROW}${target}`)),
    usable.filter(({ series }) => series.subject.startsWith(`${target}${ARROW}`)),
  ];
  const of = (holds: (one: Deviation) => boolean): Deviation | undefined => {
    const place = places.find((all) => all.some(holds));
    return place === undefined ? undefined : farthest(place.filter(holds));
  };
  const trouble = of(isSymptom) ?? of(() => true);
  const metric = named ?? trouble?.series.metric;
  return { metric, direction: directionOf(metric, trouble), course: trouble?.course, reach: trouble === undefined ? 0 : reachOf(trouble) };
}
