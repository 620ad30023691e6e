/** Faults and refusals of one second as an influence on the traffic. Several faults on one thing multiply or add up. */
import type { Lane, Workload } from '../model/types.js';
import { CALM, type Influence, type Refusal } from '../traffic/influence.js';
import { aimsAt, type Effect, type Target } from './kinds.js';

/** Whether a fault that comes in pulses does something in this second. */
export const isActive = ({ effect: { pulse } }: Pick<Bend, 'effect'>, timeSec: number): boolean =>
  pulse === undefined || timeSec % pulse.everySec < pulse.forSec;

/** A fault, or an incident of the past, reduced to what bends the traffic. */
export interface Bend {
  readonly target: Target;
  readonly effect: Effect;
  readonly rpsByLane: ReadonlyMap<string, number>;
}

export interface InfluenceOptions {
  readonly bends: readonly Bend[];
  /** Ids of the lanes that exist only because of faults, active or not. */
  readonly faultLanes: ReadonlySet<string>;
  refusal(lane: Lane): Refusal;
}

export function influenceOf(options: InfluenceOptions): Influence {
  const { bends, faultLanes, refusal } = options;
  if (bends.length === 0 && faultLanes.size === 0) return { ...CALM, refusal };
  const onWorkload = (workload: Workload) => bends.filter(({ target }) => !target.to && target.from.includes(workload));
  const onLane = (lane: Lane) => bends.filter(({ target }) => aimsAt(target, lane));
  const sum = (parts: (number | undefined)[]) => parts.reduce<number>((total, part) => total + (part ?? 0), 0);
  const product = (parts: (number | undefined)[]) => parts.reduce<number>((total, part) => total * (part ?? 1), 1);
  return {
    ownLatencyFactor: (workload) => product(onWorkload(workload).map(({ effect }) => effect.ownLatencyFactor)),
    laneDelayMs: (lane) => sum(onLane(lane).map(({ effect }) => effect.laneDelayMs)),
    extraErrorShare: (workload) => Math.min(1, sum(onWorkload(workload).map(({ effect }) => effect.extraErrorShare))),
    laneErrorShare: (lane) => Math.min(1, sum(onLane(lane).map(({ effect }) => effect.laneErrorShare))),
    unauthorizedShare: (lane) => Math.min(1, sum(onLane(lane).map(({ effect }) => effect.unauthorizedShare))),
    rateFactor: (lane) => product(onLane(lane).map(({ effect }) => effect.rateFactor)),
    faultRps: (lane) => (faultLanes.has(lane.id) ? sum(bends.map(({ rpsByLane }) => rpsByLane.get(lane.id))) : undefined),
    weight: (lane) =>
      bends.map(({ effect }) => lane.target && effect.weights?.[lane.target.name]).find((weight) => typeof weight === 'number') ??
      lane.weight,
    refusal,
  };
}
