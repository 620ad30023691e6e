/** Which requests a lane had in a span of time: counters, logs and traces draw them here, so all tell of the same ones. */
import type { Lane } from '../model/types.js';
import type { Outcome } from './outcomes.js';
import { binomial, hashText, mix, poisson, randomFrom, type Random } from './random.js';
import type { LaneState } from './state.js';

/** The stream of chance of a lane in the second that a span of time ends in. */
export const laneRandom = (seed: number, lane: Lane, timeSec: number): Random => randomFrom(mix(seed, hashText(lane.id), timeSec));

export const drawUnits = (state: LaneState, seconds: number, random: Random): number => poisson(state.unitsPerSecond * seconds, random);

/** How many of `units` ended how; the counts add up to `units`. */
export function drawOutcomes(state: LaneState, units: number, random: Random): { outcome: Outcome; count: number }[] {
  const [usual, ...others] = state.outcomes;
  const drawn: { outcome: Outcome; count: number }[] = [];
  let left = units;
  let shareLeft = 1;
  for (const outcome of others) {
    const count = binomial(left, outcome.share / Math.max(shareLeft, outcome.share), random);
    left -= count;
    shareLeft -= outcome.share;
    if (count > 0) drawn.push({ outcome, count });
  }
  if (usual && left > 0) drawn.push({ outcome: usual, count: left });
  return drawn;
}
