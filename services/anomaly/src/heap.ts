/**
 * A window of 20,000 edges is read, summed and scored every 30 s and makes much garbage, which V8 collects when the heap has grown
 * for a while: 490 MB resident after ten windows. Collected once after each large window it is 185 to 230 MB.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Windows with fewer edges do not need it. */
const LARGE_FROM_EDGES = 2000;

export function collectAfter(edges: number): void {
  if (edges >= LARGE_FROM_EDGES) setImmediate(() => gc());
}
