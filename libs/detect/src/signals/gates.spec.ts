import { gated, gateThatHolds, type Gate } from './gates.js';

const GATE: Gate = { absolute: 20, relative: 0.5, perMinute: 10 };

describe('gates', () => {
  const check = (observed: number, expected: number, perMinute: number, held: keyof Gate | undefined) => {
    expect(gateThatHolds({ observed, expected, perMinute }, GATE)).toBe(held);
    expect(gated({ score: 0.97, observed, expected, perMinute }, GATE)).toBe(held === undefined ? 0.97 : 0.84);
    expect(gated({ score: 0.3, observed, expected, perMinute }, GATE)).toBe(0.3);
  };
  it('hold back what is small, slight, or rests on little', () => {
    check(100, 50, 20, undefined);
    check(20, 60, 20, undefined);
    check(100, 50, 9, 'perMinute');
    check(65, 50, 20, 'absolute');
    check(120, 90, 20, 'relative');
  });
});
