import { DISTANCE_SIZE, unusualDistance } from './distance.js';

const FLOOR = 1e-3;
const after = (distances: number[]) => {
  const floats = new Float32Array(DISTANCE_SIZE);
  return distances.map((distance) => unusualDistance(floats, 0, { distance, floor: FLOOR })).at(-1)!;
};
const usual = (count: number) => Array.from({ length: count }, (_, index) => (index % 2 === 0 ? 9 : 11));

describe('unusualDistance', () => {
  it('is silent for thirty distances', () => {
    expect(after(usual(30))).toBeNaN();
    expect(after(usual(31))).not.toBeNaN();
  });
  it('counts usual deviations, of which those of a normal distribution are 1.25 mean distances', () => {
    expect(after([...usual(400), 10])).toBeCloseTo(0, 1);
    expect(after([...usual(2000), 20])).toBeCloseTo(10 / 1.25, 1);
    expect(after([...usual(2000), 0])).toBeCloseTo(-10 / 1.25, 1);
  });
  it('takes none of them for less than the floor', () => {
    expect(after([...Array<number>(100).fill(0), 0.004])).toBeCloseTo(4, 6);
  });
  it('does not take one that is far for usual', () => {
    expect(after([...usual(400), 1e9, 20])).toBeGreaterThan(7);
  });
});
