import { sparklinePaths } from './sparkline-path.js';

describe('sparklinePaths', () => {
  const check = (values: (number | null)[], expected: ReturnType<typeof sparklinePaths>) =>
    expect(sparklinePaths(values, 10, 12)).toEqual(expected);
  it('draws one path per unbroken run', () => {
    check([0, 10], { lines: ['M0 11L10 1'], dots: [] });
    check([0, 10, null, 5, 5, null], { lines: ['M0 11L2 1', 'M6 6L8 6'], dots: [] });
    check([null, 3, null], { lines: [], dots: [{ x: 5, y: 1 }] });
  });
  it('draws nothing where nothing is known, and a flat line for zero', () => {
    check([], { lines: [], dots: [] });
    check([null, null], { lines: [], dots: [] });
    check([0, 0], { lines: ['M0 11L10 11'], dots: [] });
  });
});
