/** Walks back over seconds of the simulation, newest first, without holding up the process for long. */
import type { MeshState } from '../traffic/state.js';

/** The simulation's answer for any second, past ones too. */
export interface Recall {
  stateAt(timeSec: number): MeshState;
  readonly seed: number;
}

const YIELD_EVERY = 20;

/** Calls `visit` per second until it returns false, the start is reached, or `limit` seconds were seen. */
export async function walkBack(
  span: { fromSec: number; toSec: number; limit: number },
  visit: (timeSec: number) => boolean,
): Promise<void> {
  const last = Math.max(span.fromSec, span.toSec - span.limit);
  for (let timeSec = span.toSec; timeSec > last; timeSec -= 1) {
    if (!visit(timeSec)) return;
    if ((span.toSec - timeSec) % YIELD_EVERY === YIELD_EVERY - 1) await new Promise((resolve) => setImmediate(resolve));
  }
}
