import { betterResolution, MAX_POINTS, resolutionFor, stepsOf, windowsOfSpan } from './steps.js';

const at = (text: string): Date => new Date(`2026-03-01T${text}Z`);
const HOUR = 3600;

describe('resolutionFor', () => {
  it('reads short spans window by window and long ones by the hour', () => {
    expect([60, 6 * HOUR, 6 * HOUR + 1, 72 * HOUR, 73 * HOUR].map(resolutionFor)).toEqual(['raw', 'raw', '5m', '5m', '1h']);
  });
});

describe('windowsOfSpan', () => {
  function check(resolution: 'raw' | '5m' | '1h', [end, spanSec]: [string, number], [from, to, expected]: [string, string, number]): void {
    expect(windowsOfSpan(resolution, { at: at(end), spanSec, windowSec: 30 })).toEqual({ from: at(from), to: at(to), expected });
  }
  it('takes raw windows that end in the span', () => {
    check('raw', ['10:04:30', 60], ['10:03:30', '10:04:30', 2]);
    check('raw', ['10:04:30', 10], ['10:04:00', '10:04:30', 1]);
  });
  it('takes the rollup that a shorter span is in, never the one before it', () => {
    check('5m', ['10:04:30', 60], ['10:00:00', '10:05:00', 1]);
    check('5m', ['10:05:00', 60], ['10:00:00', '10:05:00', 1]);
    check('5m', ['10:05:20', 60], ['10:00:00', '10:05:00', 1]);
    check('5m', ['10:05:40', 60], ['10:05:00', '10:10:00', 1]);
    check('5m', ['10:05:00', 300], ['10:00:00', '10:05:00', 1]);
    check('1h', ['10:04:30', 60], ['10:00:00', '11:00:00', 1]);
  });
  it('takes the rollups that end in a longer span', () => {
    check('5m', ['10:04:30', 900], ['09:49:30', '10:04:30', 3]);
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
