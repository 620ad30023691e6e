/**
 * What bends the traffic at a time: faults, past incidents, enforced policies. All are reduced to these questions,
 * so that the state of the mesh stays one pure function of time.
 */
import type { Lane, Operation, Workload } from '../model/types.js';

/** Share of a lane's units that policy refuses, and who refuses: the server's proxy, or plain text where mTLS is demanded. */
export interface Refusal {
  readonly deniedShare: number;
  /** The operations that this share is made of; none where it is not about operations. */
  readonly refused: readonly Operation[];
  /** Requests are answered with 403, connections are closed. */
  readonly layer: 'http' | 'connection';
  readonly plaintextRefused: boolean;
}

export interface Influence {
  /** Factor on a workload's own processing time. */
  ownLatencyFactor(workload: Workload): number;
  /** Milliseconds between the two ends of a lane, beyond the normal. */
  laneDelayMs(lane: Lane): number;
  /** Share of requests that fail of the workload's own making, beyond the normal. */
  extraErrorShare(workload: Workload): number;
  /** Share of a lane's requests that fail on the way. */
  laneErrorShare(lane: Lane): number;
  /** Share of a lane's requests that come with wrong credentials. */
  unauthorizedShare(lane: Lane): number;
  /** Factor on the rate of a lane. */
  rateFactor(lane: Lane): number;
  /** Rate of a lane that exists only because of a fault; undefined for the shop's own. */
  faultRps(lane: Lane): number | undefined;
  /** How a service's backends share its traffic, where it is not the shop's own weight. */
  weight(lane: Lane): number;
  refusal(lane: Lane): Refusal;
}

export const ALLOWED: Refusal = { deniedShare: 0, refused: [], layer: 'http', plaintextRefused: false };

export const CALM: Influence = {
  ownLatencyFactor: () => 1,
  laneDelayMs: () => 0,
  extraErrorShare: () => 0,
  laneErrorShare: () => 0,
  unauthorizedShare: () => 0,
  rateFactor: () => 1,
  faultRps: () => undefined,
  weight: (lane) => lane.weight,
  refusal: () => ALLOWED,
};
