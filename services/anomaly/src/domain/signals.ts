/**
 * Which numbers of a subject are judged as quantities, and on which scale? Logarithms, since load and latency change by factors;
 * each with a floor below which it is nothing, and the noise that counting alone brings (variance of a logarithm ≈ φ / n).
 * Counts of errors are judged elsewhere, as counts (counts.ts). Invariant: x(v) is finite for every v ≥ 0.
 */
import type { BehaviourType, SignalName, SignalUnit } from '@observatory/contracts';
import type { Traffic } from './facts.js';

export interface Quantity {
  readonly signal: SignalName;
  readonly unit: SignalUnit;
  /** Added before the logarithm. */
  readonly floor: number;
  /** Scale below which differences are never unusual, on the logarithmic scale. */
  readonly scaleFloor: number;
  /** φ: how much noisier than a Poisson count of as many requests. */
  readonly dispersion: number;
  /** Whose time of day it has; quantiles have that of the mean. */
  readonly season: number;
  value(traffic: Traffic): number;
  type(higher: boolean): BehaviourType | undefined;
}

const known = (count: number, value: number): number => (count > 0 ? value : Number.NaN);
const latencyType = (higher: boolean): BehaviourType | undefined => (higher ? 'latency' : undefined);
const bytesType = (higher: boolean): BehaviourType | undefined => (higher ? 'bytes' : undefined);

/** The first so many have a season of their own. */
export const SEASONS = 5;
export const REQUESTS = 0;
export const LATENCY_MEAN = 1;
export const SENT = 2;
export const CONNECTIONS = 4;

export const QUANTITIES: readonly Quantity[] = [
  {
    signal: 'requests',
    unit: 'perSecond',
    floor: 0.05,
    scaleFloor: 0.06,
    dispersion: 1.3,
    season: 0,
    value: ({ requests }) => requests,
    type: (higher) => (higher ? 'traffic-spike' : 'traffic-drop'),
  },
  {
    signal: 'latencyMean',
    unit: 'ms',
    floor: 0.2,
    scaleFloor: 0.06,
    dispersion: 1,
    season: 1,
    value: ({ latencySumMs, latencyCount }) => known(latencyCount, latencySumMs / latencyCount),
    type: latencyType,
  },
  {
    signal: 'sentBytes',
    unit: 'bytesPerSecond',
    floor: 20,
    scaleFloor: 0.08,
    dispersion: 1.5,
    season: 2,
    value: ({ sentBytes }) => sentBytes,
    type: bytesType,
  },
  {
    signal: 'receivedBytes',
    unit: 'bytesPerSecond',
    floor: 20,
    scaleFloor: 0.08,
    dispersion: 1.5,
    season: 3,
    value: ({ receivedBytes }) => receivedBytes,
    type: bytesType,
  },
  {
    signal: 'connections',
    unit: 'perSecond',
    floor: 0.05,
    scaleFloor: 0.1,
    dispersion: 1.3,
    season: 4,
    value: ({ connections }) => connections,
    type: (higher) => (higher ? 'connections' : undefined),
  },
  quantileOf('latencyP50', 2),
  quantileOf('latencyP95', 6),
  quantileOf('latencyP99', 20),
];
function quantileOf(signal: 'latencyP50' | 'latencyP95' | 'latencyP99', dispersion: number): Quantity {
  // A quantile is interpolated inside a bucket whose bounds are a factor of 2 to 2.5 apart.
  return { signal, unit: 'ms', floor: 0.2, scaleFloor: 0.1, dispersion, season: LATENCY_MEAN, value: (t) => t[signal], type: latencyType };
}

/** How many things were counted in a window: what the noise of the signal hangs on. */
export function countedOf(quantity: number, traffic: Traffic, spanSec: number): number {
  const rate = quantity === CONNECTIONS ? traffic.connections : Math.max(traffic.requests, traffic.connections);
  return rate * spanSec;
}
