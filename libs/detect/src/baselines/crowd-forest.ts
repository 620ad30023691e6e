/**
 * Is a row of whitened deviations like those that the mesh shows anyway? One Isolation Forest over rows of many subjects, which
 * are alike once each is whitened by its own baseline; a forest for each of 20,000 edges would weigh gigabytes.
 * Its score becomes a rarity by the tail of the scores of the rows that it knows.
 * Invariants: the same rows in the same order give the same answers, also after a restart; says nothing (NaN) before ROWS_LEAST rows.
 */
import { IsolationForest, type ForestModel } from '../forest/isolation-forest.js';
import { RAREST } from '../score/score.js';
import { tailRarity, type Tail } from '../score/exponential-tail.js';

const ROWS = 2048;
const ROWS_LEAST = 256;
/** New rows after which it is trained anew. */
const RETRAIN_EVERY = 256;
const OPTIONS = { nEstimators: 100, maxSamples: 256, seed: 1 };
const TAIL_SHARE = 0.02;

export interface CrowdState {
  readonly rows: Float32Array;
  readonly added: number;
  readonly trainedAt: number;
  readonly usual: Float32Array;
  readonly model?: ForestModel;
}

export class CrowdForest {
  private rows = new Float32Array(0);
  /** Rows ever added; the newest ROWS of them are kept. */
  private added = 0;
  private trainedAt = 0;
  private forest: IsolationForest | undefined;
  /** Scores of the rows that it was trained on, rising. */
  private usual: Float32Array = new Float32Array(0);
  private tail: Tail | undefined;

  constructor(private readonly width: number) {}

  get bytes(): number {
    return this.rows.byteLength + this.usual.byteLength;
  }

  /** Remembers a row that was usual. */
  add(row: readonly number[]): void {
    if (this.rows.length === 0) this.rows = new Float32Array(ROWS * this.width);
    this.rows.set(row, (this.added % ROWS) * this.width);
    this.added += 1;
  }

  /** -log10 of the share of rows that stand as much apart; NaN while too few are known. */
  rarity(row: readonly number[]): number {
    if (this.added - this.trainedAt >= RETRAIN_EVERY) this.train();
    if (!this.forest || !this.tail) return Number.NaN;
    const [score] = this.forest.predict([row]);
    if (score! > this.tail.from) return Math.min(RAREST, tailRarity(score!, this.tail));
    return -Math.log10(1 - rankIn(this.usual, score!) / (this.usual.length + 1));
  }

  save(): CrowdState {
    const { rows, added, trainedAt, usual } = this;
    const model = this.forest?.toModel();
    return { rows: rows.slice(), added, trainedAt, usual: usual.slice(), ...(model ? { model } : {}) };
  }

  restore({ rows, added, trainedAt, usual, model }: CrowdState): void {
    Object.assign(this, { rows: rows.slice(), added, trainedAt, usual: usual.slice() });
    this.forest = model && IsolationForest.fromModel(model, OPTIONS);
    this.tail = usual.length > 0 ? tailOf(usual) : undefined;
  }

  private train(): void {
    const count = Math.min(this.added, ROWS);
    this.trainedAt = this.added;
    if (count < ROWS_LEAST) return;
    const rows = Array.from({ length: count }, (_, index) => this.rows.subarray(index * this.width, (index + 1) * this.width));
    this.forest = new IsolationForest(OPTIONS);
    this.forest.train(rows);
    this.usual = Float32Array.from(this.forest.predict(rows)).sort();
    this.tail = tailOf(this.usual);
  }
}

/** How many of the rising values are below. */
function rankIn(values: Float32Array, value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function tailOf(usual: Float32Array): Tail {
  const first = Math.floor(usual.length * (1 - TAIL_SHARE));
  const from = usual[first]!;
  const beyond = usual.subarray(first);
  const meanExcess = beyond.reduce((sum, score) => sum + score - from, 0) / beyond.length;
  return { from, meanExcess: Math.max(meanExcess, 1e-3), share: TAIL_SHARE };
}
