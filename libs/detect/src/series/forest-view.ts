/**
 * Does what the views see together set this moment apart from the past? An isolation forest on their deviations, whitened; its score
 * is brought to scales and to a tail that the series calibrates itself, as those of the views are.
 * Invariants: a moment is learned after it was asked about; memory and cost are bounded (ROWS past moments, which are replaced as
 * a trailing week is, and TREES trees, grown anew when half of the moments are new); the same moments give the same votes.
 */
import { IsolationForest } from '../forest/isolation-forest.js';
import { randomOf } from '../forest/random.js';
import { learnWhitening, whitened, type Whitening } from '../forest/whiten.js';
import { DISTANCE_SIZE, unusualDistance } from './distance.js';
import { SIGNED_VIEWS, TAIL_SIZE } from './layout.js';
import { learnTail, rarityOf } from './tail.js';
import { MEMORY_MS } from './views.js';

const ROWS = 512;
const TREES = 32;
/** Moments before which the forest is silent: of fewer, whitening is a guess. */
const FEWEST = 128;
/** How unsteady a series is: the mean size of this many innovations. */
const UNSTEADY_OVER = 12;
/** The usual spread of scores is at least this: theirs go from 0 to 1, and trees differ by as much from seed to seed. */
const SMALLEST_DEVIATION = 0.01;
const INNOVATION = SIGNED_VIEWS.indexOf('innovation');

export interface Moment {
  /** Of the views, NaN where they are silent. */
  readonly deviations: readonly number[];
  readonly elapsedMs: number;
  /** What is left of the past in a tail. */
  readonly keep: number;
}

export class ForestView {
  private readonly random = randomOf(1);
  private readonly rows: Float64Array[] = [];
  private readonly innovations = new Float64Array(UNSTEADY_OVER);
  private readonly floats = new Float32Array(DISTANCE_SIZE + TAIL_SIZE);
  private trained: { readonly forest: IsolationForest; readonly whitening: Whitening } | undefined;
  private seen = 0;
  private newRows = 0;

  /** The forest's vote, -log10 of a tail probability; NaN while it has nothing to say. Learns. */
  vote(moment: Moment): number {
    const row = this.rowOf(moment.deviations);
    const rarity = this.rarityOf(row, moment.keep);
    this.keep(row, moment);
    return rarity;
  }

  /** Deviations on a scale on which one far value does not decide the whitening, and how unsteady the series is. */
  private rowOf(deviations: readonly number[]): Float64Array {
    const row = new Float64Array(deviations.length + 1);
    for (let view = 0; view < deviations.length; view += 1) row[view] = Math.asinh(deviations[view]!);
    this.innovations[this.seen % UNSTEADY_OVER] = Math.abs(row[INNOVATION]!) || 0;
    this.seen += 1;
    let sum = 0;
    for (const one of this.innovations) sum += one;
    row[deviations.length] = sum / UNSTEADY_OVER;
    return row;
  }

  private rarityOf(row: Float64Array, keep: number): number {
    if (this.trained === undefined) return Number.NaN;
    const { forest, whitening } = this.trained;
    const [distance] = forest.predict([whitened(whitening, row)]);
    const z = unusualDistance(this.floats, 0, { distance: distance!, floor: SMALLEST_DEVIATION });
    if (Number.isNaN(z)) return z;
    const rarity = rarityOf(this.floats, DISTANCE_SIZE, z);
    learnTail(this.floats, DISTANCE_SIZE, { z, keep });
    return rarity;
  }

  private keep(row: Float64Array, { deviations, elapsedMs }: Moment): void {
    // Before the level is known there is nothing that rows could be compared by.
    if (Number.isNaN(deviations[0]!)) return;
    if (this.rows.length < ROWS) this.rows.push(row);
    else if (this.random() < (ROWS * elapsedMs) / MEMORY_MS) this.rows[Math.floor(this.random() * ROWS)] = row;
    else return;
    this.newRows += 1;
    if (this.rows.length < FEWEST || this.newRows < this.rows.length / 2) return;
    const whitening = learnWhitening(this.rows);
    const forest = new IsolationForest({ nEstimators: TREES });
    forest.train(this.rows.map((one) => whitened(whitening, one)));
    this.trained = { forest, whitening };
    this.newRows = 0;
  }
}
