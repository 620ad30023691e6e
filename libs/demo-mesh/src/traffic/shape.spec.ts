import { loadShare } from './shape.js';

const at = (text: string): number => Date.parse(text) / 1000;
const share = (shape: 'shoppers' | 'office' | 'steady', text: string): number => loadShare(shape, at(text), 1);

describe('the shape of a day', () => {
  const busier = (a: number, b: number, factor: number) => expect(a / b).toBeGreaterThan(factor);
  it('has busy evenings and quiet nights for shoppers', () =>
    busier(share('shoppers', '2026-03-04T19:30:00Z'), share('shoppers', '2026-03-04T04:00:00Z'), 2));
  it('rests at the weekend in the office', () =>
    busier(share('office', '2026-03-04T10:30:00Z'), share('office', '2026-03-07T10:30:00Z'), 2.5));
  it('is about the same all day where it is steady', () =>
    busier(share('steady', '2026-03-04T04:00:00Z'), share('steady', '2026-03-04T19:30:00Z'), 0.7));

  it('never jumps and never stops, midnight included', () => {
    for (let timeSec = at('2026-03-05T00:00:00Z'); timeSec < at('2026-03-09T00:00:00Z'); timeSec += 97) {
      for (const shape of ['shoppers', 'office', 'steady'] as const) {
        const now = loadShare(shape, timeSec, 1);
        expect(now).toBeGreaterThan(0);
        expect(Math.abs(loadShare(shape, timeSec + 10, 1) / now - 1)).toBeLessThan(0.08);
      }
    }
  });
});
