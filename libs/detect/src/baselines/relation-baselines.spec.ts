import { randomOf } from '../forest/random.js';
import { Covariances } from './covariances.js';
import { RelationBaselines } from './relation-baselines.js';

/** Normal deviates, the same for the same seed (Box & Muller). */
function normals(seed: number): () => number {
  const random = randomOf(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
const STEP_SEC = 300;
const WEEK_STEPS = 2016;

/** Load in all three; the second repeats it, the third has as much of its own. */
function row(normal: () => number): number[] {
  const load = normal();
  return [load, 0.95 * load + Math.sqrt(1 - 0.95 ** 2) * normal(), (load + normal()) / Math.SQRT2];
}

describe('whitening by covariances', () => {
  function learned(): Covariances {
    const covariances = new Covariances(3);
    covariances.reserve(1);
    const normal = normals(7);
    for (let step = 0; step < WEEK_STEPS; step += 1) covariances.learn(0, row(normal), STEP_SEC);
    return covariances;
  }
  it('leaves components that are unrelated and have deviation one', () => {
    const covariances = learned();
    const normal = normals(11);
    const rows = Array.from({ length: 4000 }, () => covariances.whiten(0, row(normal)));
    for (let i = 0; i < 3; i += 1)
      for (let j = 0; j <= i; j += 1) {
        const moment = rows.reduce((sum, one) => sum + one[i]! * one[j]!, 0) / rows.length;
        expect(Math.abs(moment - (i === j ? 1 : 0))).toBeLessThan(0.15);
      }
  });
  it('puts a broken relation on one axis', () => {
    const [load, bytes, rest] = learned().whiten(0, [2, -2, 1.4]);
    expect(Math.abs(load!)).toBeLessThan(2.5);
    expect(bytes).toBeLessThan(-8);
    expect(Math.abs(rest!)).toBeLessThan(1);
  });
  it('goes on without a quantity that is not known', () => {
    const [load, bytes, rest] = learned().whiten(0, [Number.NaN, 1, 1]);
    expect(load).toBeNaN();
    expect(bytes).toBeCloseTo(1, 0);
    // A third of it follows from the second: 0.67 of 1, in what is left of its deviation, 0.74.
    expect(rest).toBeCloseTo(0.45, 1);
  });
  it('takes a new subject for unrelated, and is not moved by one wild row', () => {
    const covariances = new Covariances(3);
    covariances.reserve(1);
    expect(covariances.whiten(0, [1, 2, 3])).toEqual([1, 2, 3]);
    const known = learned();
    const before = known.whiten(0, [1, 1, 1]);
    known.learn(0, [1e9, -1e9, 1e9], STEP_SEC);
    known.whiten(0, [1, 1, 1]).forEach((value, index) => expect(value).toBeCloseTo(before[index]!, 1));
  });
  it('is never sure of an exact relation', () => {
    const covariances = new Covariances(2);
    covariances.reserve(1);
    const normal = normals(3);
    for (let step = 0; step < WEEK_STEPS; step += 1) {
      const load = normal();
      covariances.learn(0, [load, load], STEP_SEC);
    }
    expect(Math.abs(covariances.whiten(0, [1, 1.1])[1]!)).toBeLessThan(1);
  });
});

describe('how rare a relation is', () => {
  const SUBJECTS = 3;
  const relations = learned(WEEK_STEPS / 2);
  function learned(steps: number): RelationBaselines {
    const relations = new RelationBaselines({ width: 3, groups: 2 });
    relations.reserve(SUBJECTS);
    const normal = normals(5);
    for (let step = 0; step < steps; step += 1)
      for (let subject = 0; subject < SUBJECTS; subject += 1) {
        const seen = row(normal);
        relations.show(subject, 0, seen);
        relations.learn(subject, seen, STEP_SEC);
      }
    return relations;
  }
  it('says nothing before it knows enough, nor of another group', () => {
    expect(learned(80).rarity(0, 0, [0, 0, 0])).toBeNaN();
    expect(relations.rarity(0, 1, [0, 0, 0])).toBeNaN();
  });
  it('is high where bytes no longer follow the load, and each alone is usual', () => {
    expect(relations.rarity(0, 0, [0.5, 0.4, 0.8])).toBeLessThan(0.5);
    expect(relations.rarity(0, 0, [1.5, 1.4, 1])).toBeLessThan(1.5);
    expect(relations.rarity(0, 0, [1.5, -1.5, 1])).toBeGreaterThan(2.5);
  });
  it('raises no more than one in a hundred usual rows to two decades', () => {
    const normal = normals(17);
    const rarities = Array.from({ length: 3000 }, () => relations.rarity(1, 0, row(normal)));
    const share = (rarity: number) => rarities.filter((one) => one >= rarity).length / rarities.length;
    expect(share(1)).toBeLessThan(0.15);
    expect(share(1)).toBeGreaterThan(0.06);
    expect(share(2)).toBeLessThan(0.02);
    expect(share(3)).toBeLessThan(0.004);
  });
  it('goes on from what was kept, to the last digit', () => {
    const odd = [1, -1, 0.5];
    const rarity = relations.rarity(2, 0, odd);
    const copy = new RelationBaselines({ width: 3, groups: 2 });
    copy.restore(JSON.parse(JSON.stringify(relations.save(SUBJECTS), plain), arrays) as ReturnType<RelationBaselines['save']>);
    expect(copy.rarity(2, 0, odd)).toBe(rarity);
    copy.clear(2);
    expect(copy.rarity(2, 0, odd)).not.toBe(rarity);
  });
});

/** Typed arrays through JSON, as a snapshot takes them. */
const plain = (_: string, value: unknown): unknown => (value instanceof Float32Array ? { floats: [...value] } : value);
const arrays = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'floats' in value ? Float32Array.from(value.floats as number[]) : value;
