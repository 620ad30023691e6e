import { randomOf } from '../forest/random.js';
import { ForestView } from './forest-view.js';
import { scorer } from './scorer.js';

const HOUR_MS = 3_600_000;

interface Past {
  readonly count?: number;
  readonly elapsedMs?: number;
  readonly seed?: number;
}

/** Deviations of four views that follow one another, as they do when load explains all of them. */
function past({ count = 600, elapsedMs = HOUR_MS, seed = 3 }: Past = {}) {
  const random = randomOf(seed);
  const view = new ForestView();
  const votes = Array.from({ length: count }, () => {
    const load = 4 * random() - 2;
    return view.vote({ deviations: Array.from({ length: 4 }, () => load + 0.2 * random()), elapsedMs, keep: 0.99 });
  });
  const ask = (deviations: number[]) => view.vote({ deviations, elapsedMs, keep: 0.99 });
  return { votes, ask };
}

describe('ForestView', () => {
  it('is silent until 128 moments made a forest and thirty scores were seen', () => {
    const { votes } = past({ count: 200 });
    expect(votes.findIndex((vote) => !Number.isNaN(vote))).toBe(128 + 30);
    expect(votes.slice(158).every((vote) => vote >= 0)).toBe(true);
  });
  it('sees views that part ways though none of them is unusual', () => {
    expect(past().ask([1.5, 1.5, 1.5, 1.5])).toBeLessThan(1);
    expect(past().ask([1.5, -1.5, 1.5, -1.5])).toBeGreaterThan(2);
  });
  it('takes silent views for usual ones', () => {
    expect(past().ask([0.1, Number.NaN, 0.1, Number.NaN])).toBeLessThan(1);
  });
  it('learns no moment before the level is known', () => {
    const view = new ForestView();
    const unknown = { deviations: [Number.NaN, Number.NaN, Number.NaN, Number.NaN], elapsedMs: HOUR_MS, keep: 1 };
    for (let index = 0; index < 400; index += 1) expect(view.vote(unknown)).toBeNaN();
  });
  it('votes alike for the same moments', () => {
    expect(past().votes).toEqual(past().votes);
  });
  it('forgets as a week is forgotten: a new way takes over in days of hours, not in minutes of seconds', () => {
    const parted = [1.5, -1.5, 1.5, -1.5];
    const after = (elapsedMs: number) => {
      const { ask } = past({ elapsedMs });
      const random = randomOf(9);
      for (let index = 0; index < 600; index += 1) ask(parted.map((one) => one + 0.2 * random()));
      // A moment of the old way: a stranger once the new one took over.
      return ask([0, 0, 0, 0]);
    };
    expect(after(1000)).toBeLessThan(after(HOUR_MS));
  });
});

describe('scorer', () => {
  it('lets a forest vote with the views', () => {
    const random = randomOf(4);
    const one = scorer();
    const readings = Array.from({ length: 400 }, (_, index) => one.observe(100 + 10 * random(), index * HOUR_MS));
    const voteOf = (index: number) => readings[index]!.votes.find(({ detector }) => detector === 'forest')!.rarity;
    expect(voteOf(100)).toBeNaN();
    expect(voteOf(399)).toBeGreaterThanOrEqual(0);
  });
});
