/**
 * Which numbers of a subject are judged, as quantities and as counts? Quantities on a logarithmic scale, with the noise that counting
 * alone brings (variance of a logarithm ≈ φ / n); failures as counts of requests, never as ratios.
 */
import type { BehaviourType, SignalName, SignalUnit } from '@observatory/contracts';
import type { Counted, CountSpec, QuantitySpec } from '@observatory/detect';
import type { Traffic } from './facts.js';

export interface Quantity extends QuantitySpec {
  readonly signal: SignalName;
  readonly unit: SignalUnit;
  /** φ: how much noisier than a Poisson count of as many requests. */
  readonly dispersion: number;
  value(traffic: Traffic): number;
  type(higher: boolean): BehaviourType | undefined;
}

const known = (count: number, value: number): number => (count > 0 ? value : Number.NaN);
const latencyType = (higher: boolean): BehaviourType | undefined => (higher ? 'latency' : undefined);
const bytesType = (higher: boolean): BehaviourType | undefined => (higher ? 'bytes' : undefined);

export const REQUESTS = 0;
export const LATENCY_MEAN = 1;
export const SENT = 2;
export const CONNECTIONS = 4;
/** The first so many go together, as bytes follow requests; quantiles only repeat the mean. They have a season each. */
export const RELATED = 5;

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

export interface CountSignal extends CountSpec {
  readonly signal: 'errors' | 'clientErrors' | 'denials' | 'authFailures';
  readonly type: 'errors' | 'client-errors' | 'denied-requests' | 'brute-force';
  count(traffic: Traffic): number;
}
export const COUNTS: readonly CountSignal[] = [
  { signal: 'errors', type: 'errors', count: ({ errors }) => Math.max(0, errors), prior: 0.01, leastIncrease: 0.01 },
  {
    signal: 'clientErrors',
    type: 'client-errors',
    count: ({ clientErrors }) => Math.max(0, clientErrors),
    prior: 0.03,
    leastIncrease: 0.05,
  },
  { signal: 'authFailures', type: 'brute-force', count: ({ unauthorized }) => unauthorized, prior: 0.01, leastIncrease: 0.1 },
  { signal: 'denials', type: 'denied-requests', count: ({ denied }) => denied, prior: 0.002, leastIncrease: 0.02 },
];
/** Series that are kept of a subject. */
export const SERIES_PER_SUBJECT = QUANTITIES.length + COUNTS.length;

export const countedIn = (traffic: Traffic, spanSec: number): Counted => ({
  trials: traffic.requests * spanSec,
  events: COUNTS.map(({ count }) => count(traffic) * spanSec),
});
