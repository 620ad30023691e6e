import { betterResolution, MAX_POINTS, resolutionFor, stepsOf } from './steps.js';

const at = (text: string): Date => new Date(`2026-03-01T${text}Z`);
const HOUR = 3600;

describe('resolutionFor', () => {
  it('reads short spans window by window and long ones by the hour', () => {
    expect([60, 6 * HOUR, 6 * HOUR + 1, 72 * HOUR, 73 * HOUR].map(resolutionFor)).toEqual(['raw', 'raw', '5m', '5m', '1h']);
  });
});

describe('betterResolution', () => {
  function check(wanted: 'raw' | '5m' | '1h', known: [number, number, number], expected: string): void {
    expect(betterResolution(wanted, { raw: known[0], '5m': known[1], '1h': known[2] })).toBe(expected);
  }
  it('takes a coarser one only where that knows clearly more', () => {
    check('raw', [1, 1, 1], 'raw');
    check('raw', [0.95, 1, 1], 'raw');
    check('raw', [0.3, 1, 0.9], '5m');
    check('raw', [0, 0, 1], '1h');
    check('5m', [1, 0.2, 0.25], '5m');
    check('raw', [0, 0, 0], 'raw');
  });
});

describe('stepsOf', () => {
  it('gives an hour of 30 s windows as they are', () => {
    const steps = stepsOf({ from: at('10:00:10'), to: at('11:00:10') }, 'raw', 30);
    expect(steps).toEqual({ from: at('10:00:00'), to: at('11:00:00'), stepSec: 30, resolution: 'raw', count: 120 });
  });

  it('makes steps of whole windows, about 400 of them', () => {
    expect(stepsOf({ from: at('00:00:00'), to: at('06:00:00') }, 'raw', 30).stepSec).toBe(60);
    expect(stepsOf({ from: at('00:00:00'), to: at('23:59:59') }, '5m', 30).stepSec).toBe(300);
    expect(stepsOf({ from: at('00:00:00'), to: at('01:00:00'), stepSec: 45 }, 'raw', 30).stepSec).toBe(60);
  });

  it('never has more points than it may, nor none', () => {
    expect(stepsOf({ from: at('00:00:00'), to: at('23:00:00'), stepSec: 1 }, 'raw', 5).count).toBeLessThanOrEqual(MAX_POINTS);
    expect(stepsOf({ from: at('00:00:00'), to: at('00:00:01') }, 'raw', 30).count).toBe(1);
  });
});
