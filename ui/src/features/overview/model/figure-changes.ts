/**
 * Which figures of a node or an edge differ between two times, as `errors 0.1 % → 12 %`?
 * Noise is what DESIGN §5 calls it: a tenth of a rate or latency, a percentage point of a share.
 * Invariant: a figure that was not known at one of the times did not change; nobody learns from "unknown → known".
 */
import { byteRate, formatQuantity, milliseconds, percent, requestRate } from '../../../lib/format.js';

type Figure = number | null | undefined;

export interface Figures {
  requestsPerSecond: Figure;
  errorRatio: Figure;
  latencyMsMean?: Figure;
  latencyMsP95?: Figure;
  mtlsRatio?: Figure;
  bytesPerSecond: Figure;
  connectionsPerSecond?: Figure;
}

export interface FigureChange {
  texts: string[];
  worse: boolean;
  better: boolean;
}

const RATE_NOISE = 0.1;
const RATIO_NOISE = 0.01;

const byTenth = (before: number, after: number) => Math.abs(after - before) > RATE_NOISE * Math.max(before, after);
const byPoint = (before: number, after: number) => Math.abs(after - before) > RATIO_NOISE;
const connections = (value: Figure) => formatQuantity(value, 'connections');

/** In the order in which people want to hear of them. */
const FIGURES: readonly [
  key: keyof Figures,
  name: string,
  differs: (a: number, b: number) => boolean,
  format: (value: Figure) => string,
][] = [
  ['errorRatio', 'errors', byPoint, percent],
  ['mtlsRatio', 'encrypted', byPoint, percent],
  ['latencyMsMean', 'latency', byTenth, milliseconds],
  ['latencyMsP95', 'p95', byTenth, milliseconds],
  ['requestsPerSecond', '', byTenth, requestRate],
  ['connectionsPerSecond', '', byTenth, connections],
  ['bytesPerSecond', '', byTenth, byteRate],
];

/** More than two figures of one thing are a table, not a line. */
const MAX_FIGURES = 3;

export function figureChanges(before: Figures, after: Figures): FigureChange {
  const known = (key: keyof Figures): [number, number] | undefined => {
    const [was, is] = [before[key] ?? undefined, after[key] ?? undefined];
    return was === undefined || is === undefined ? undefined : [was, is];
  };
  const texts = FIGURES.flatMap(([key, name, differs, format]) => {
    const pair = known(key);
    return pair && differs(...pair) ? [`${name} ${format(pair[0])} → ${format(pair[1])}`.trim()] : [];
  });
  const moved = (key: keyof Figures, sign: 1 | -1) => {
    const [was, is] = known(key) ?? [0, 0];
    return sign * (is - was) > RATIO_NOISE;
  };
  return { texts: texts.slice(0, MAX_FIGURES), worse: moved('errorRatio', 1) || moved('mtlsRatio', -1), better: moved('errorRatio', -1) };
}
