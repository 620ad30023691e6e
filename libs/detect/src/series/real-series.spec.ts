import { randomOf } from '../forest/random.js';
import { scorer } from './scorer.js';

/** What series are like outside of textbooks: a table of times and values, and where a person must be told, and nowhere else. */
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 0, 5);

type Point = readonly [atMs: number, value: number];

const random = randomOf(21);
const noise = (): number => 5 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
/** A day's wave around 100, with noise of deviation 5. */
const usual = (atMs: number): number => 100 + 30 * Math.sin((2 * Math.PI * atMs) / DAY_MS) + noise();

const every = (stepMs: number, count: number, valueOf: (atMs: number, index: number) => number): Point[] =>
  Array.from({ length: count }, (_, index) => [START_MS + index * stepMs, valueOf(START_MS + index * stepMs, index)]);
const withSpike = (spike: number) => (atMs: number, index: number) => usual(atMs) + (index === spike ? 80 : 0);

function toldOf(points: readonly Point[]): number[] {
  const one = scorer();
  return points.flatMap(([atMs, value], index) => (one.observe(value, atMs).alert ? [index] : []));
}

/** Told at `faults`, and at most `others` times elsewhere. */
function check(points: readonly Point[], faults: readonly number[], others = 0): void {
  const told = toldOf(points);
  expect(told.filter((index) => faults.includes(index))).toEqual(faults);
  expect(told.length - faults.length).toBeLessThanOrEqual(others);
}

describe('intervals', () => {
  it('from one to ten minutes, at random', () => {
    let at = START_MS;
    const times = Array.from({ length: 2000 }, () => (at += MINUTE_MS * (1 + Math.floor(10 * random()))));
    check(
      times.map((atMs, index) => [atMs, withSpike(1800)(atMs, index)]),
      [1800],
      1,
    );
  });
  it('of a minute', () => check(every(MINUTE_MS, 5000, withSpike(4800)), [4800], 1));
  it('of half a minute over little more than a day', () => check(every(MINUTE_MS / 2, 3200, withSpike(3100)), [3100]));
  it('of a day', () => check(every(DAY_MS, 365, withSpike(300)), [300], 2));
});

describe('holes and clocks', () => {
  it('ten hours missing every three days', () => {
    const points = every(HOUR_MS, 1000, withSpike(900)).filter((_, index) => index % 72 > 10);
    check(points, [points.findIndex(([atMs]) => atMs === START_MS + 900 * HOUR_MS)], 1);
  });
  it('three days missing', () =>
    check(
      every(HOUR_MS, 1000, withSpike(900)).filter((_, index) => index < 400 || index >= 472),
      [828],
      1,
    ));
  it('values that are not numbers', () =>
    check(
      every(HOUR_MS, 1000, (at, index) => (index % 7 === 3 ? Number.NaN : withSpike(900)(at, index))),
      [900],
      1,
    ));
  it('each row twice', () =>
    check(
      every(HOUR_MS, 1000, usual).flatMap((point) => [point, point]),
      [],
      1,
    ));
  it('times that go back by hours', () => {
    const points = every(HOUR_MS, 1000, withSpike(900));
    check(
      points.map(([atMs, value], index) => [index % 100 === 50 ? atMs - 2 * HOUR_MS : atMs, value]),
      [900],
      1,
    );
  });
  it('a clock that was a year ahead for a while', () => {
    const ahead = (from: number, to: number) =>
      every(HOUR_MS, 1000, withSpike(900)).map(([atMs, value], index): Point => [
        index >= from && index < to ? atMs + 365 * DAY_MS : atMs,
        value,
      ]);
    check(ahead(300, 310), [900], 1);
    check(ahead(0, 1), [900], 1);
  });
  it('a counter whose clock was ahead', () => {
    let total = 0;
    const points = every(HOUR_MS, 1000, (_, index) => (total += (index === 900 ? 5 : 1) * (3600 + 100 * noise())));
    check(
      points.map(([atMs, value], index) => [index === 300 ? atMs + 365 * DAY_MS : atMs, value]),
      [900],
      2,
    );
  });
});

describe('beginnings', () => {
  it('in the midst of a fault of half a day', () => {
    check(
      every(HOUR_MS, 900, (at, index) => (index < 12 ? 5 : 1) * usual(at) + (index === 500 ? 80 : 0)),
      [500],
      1,
    );
  });
  it('in the midst of a fault of two days: told when it ends, and of spikes three weeks later', () => {
    check(
      every(HOUR_MS, 1200, (at, index) => (index < 48 ? 5 : 1) * usual(at) + (index === 700 ? 80 : 0)),
      [48, 700],
      1,
    );
  });
  it('of which nobody knows yet what is normal', () => {
    expect(toldOf(every(MINUTE_MS, 1439, (at, index) => (index % 100 === 0 ? 50 : 1) * usual(at)))).toEqual([]);
  });
});

describe('values', () => {
  const flat = (change: (index: number) => number) => every(HOUR_MS, 900, (_, index) => change(index));
  it('that never changed, and change once: told once', () => {
    check(
      flat((index) => (index >= 700 ? 46 : 45)),
      [700],
    );
    check(
      flat((index) => (index === 700 ? 1 : 0)),
      [700],
    );
    check(
      flat((index) => (index >= 700 ? -1e-9 : -2e-9)),
      [700],
    );
  });
  it('that change by less than a thousandth are the same to everybody', () =>
    check(
      flat((index) => (index >= 700 ? 45.001 : 45)),
      [],
    ));
  it('of any size and sign', () => {
    for (const unit of [1e-9, 1e-4, 1, 1e6, 1e12, -1, -1e-9]) {
      const points = every(HOUR_MS, 400, withSpike(350));
      check(
        points.map(([atMs, value]) => [atMs, unit * value]),
        [350],
        1,
      );
    }
  });
  it('around zero', () =>
    check(
      every(HOUR_MS, 1000, (at, index) => 100 - withSpike(900)(at, index)),
      [900],
      1,
    ));
});

describe('counters', () => {
  const counted = (
    stepMs: number,
    { count, resetEvery, change }: { count: number; resetEvery: number; change: (index: number) => number },
  ) => {
    let total = 1e9;
    return every(stepMs, count, (at, index) => {
      total = index % resetEvery === resetEvery - 1 ? usual(at) : total + (change(index) * usual(at) * stepMs) / 1000;
      return total;
    });
  };
  it('that start anew every few days are quiet', () => {
    check(counted(5 * MINUTE_MS, { count: 1500, resetEvery: 500, change: () => 1 }), [], 1);
    check(counted(HOUR_MS, { count: 500, resetEvery: 200, change: () => 1 }), [], 1);
  });
  it('that stall or jump are told', () => {
    const faulty = (factor: number) => ({ count: 500, resetEvery: 200, change: (index: number) => (index === 450 ? factor : 1) });
    check(counted(HOUR_MS, faulty(0)), [450], 1);
    check(counted(HOUR_MS, faulty(8)), [450], 1);
  });
});
