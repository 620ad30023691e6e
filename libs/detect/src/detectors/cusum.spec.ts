import { NO_CUSUM, seepage, stepCusum } from './cusum.js';

const after = (zs: number[]) => zs.reduce(stepCusum, NO_CUSUM);
const repeated = (z: number, count: number) => Array.from({ length: count }, () => z);

describe('stepCusum', () => {
  it('adds up what is small and steady, either way', () => {
    expect(seepage(after(repeated(1, 15)))).toBeLessThan(1);
    expect(seepage(after(repeated(1, 16)))).toBe(1);
    expect(seepage(after(repeated(-1, 16)))).toBe(1);
  });
  it('takes no single spike for a seep, and forgets', () => {
    expect(seepage(after([1000]))).toBeLessThan(0.5);
    expect(after([3, 3, ...repeated(0, 10)])).toEqual(NO_CUSUM);
    expect(after([2, Number.NaN])).toEqual({ up: 1.5, down: 0 });
  });
});
