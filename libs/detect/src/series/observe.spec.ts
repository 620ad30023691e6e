import * as fc from 'fast-check';
import { randomOf } from '../forest/random.js';
import { ALERT_SCORE } from '../score/score.js';
import { COMPACT, GENEROUS, layoutOf } from './layout.js';
import { observe, type Reading } from './observe.js';
import { scorer } from './scorer.js';
import { clearRow, createStore, resized, restoreRow, saveRow } from './store.js';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 5);

/** A seeded course of values around 100 with deviation 5, changed by `change`. */
function course(count: number, change: (value: number, index: number) => number = (value) => value): number[] {
  const random = randomOf(11);
  return Array.from({ length: count }, (_, index) => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return change(100 + 5 * normal, index);
  });
}

const readings = (values: number[], { stepMs = HOUR_MS, size = COMPACT } = {}): Reading[] => {
  const store = createStore(size, 1);
  return values.map((value, index) => observe(store, 0, { value, atMs: START_MS + index * stepMs }));
};
const alerts = (values: number[], stepMs = HOUR_MS): number[] => {
  const one = scorer();
  return values.flatMap((value, index) => (one.observe(value, START_MS + index * stepMs).alert ? [index] : []));
};

describe('scorer finds', () => {
  const check = (change: (value: number, index: number) => number, expected: number) =>
    expect(alerts(course(900, change))).toContain(expected);
  it('spikes and dips, whatever the unit', () => {
    for (const unit of [1, 1e9, 1e-6, -1]) check((value, index) => unit * (index === 700 ? value + 60 : value), 700);
    check((value, index) => (index === 700 ? value - 60 : value), 700);
  });
  it('a level that moves', () => check((value, index) => (index >= 700 ? value + 60 : value), 700));
  it('a first change after a week of the same value', () => check((_, index) => (index >= 700 ? 46 : 45), 700));
  it('a peak of the day that does not come', () => {
    const missing = (value: number, index: number) => value + (index >= 696 && index < 720 ? 0 : 50 * Math.sin((index * Math.PI) / 12));
    const found = alerts(course(900, missing)).filter((index) => index >= 690);
    expect(found[0]).toBeGreaterThanOrEqual(696);
    expect(found[0]).toBeLessThan(720);
  });
  it('what holds still where it never did', () => {
    expect(readings(course(900, (value, index) => (index >= 700 && index < 760 ? 101 : value))).every(({ score }) => score < 1)).toBe(true);
  });
  it('a counter that stalls', () => {
    let total = 0;
    const values = course(900, (value, index) => (total += index >= 700 && index < 710 ? 0 : value));
    expect(alerts(values).filter((index) => index >= 690)[0]).toBe(700);
  });
});

describe('scorer tells', () => {
  it('nobody of a quiet series more often than the budget', () => {
    const days = 900 / 24;
    expect(alerts(course(900)).length / days).toBeLessThan(0.1);
    expect(alerts(course(4000), 300_000).length / (4000 / 288)).toBeLessThan(0.3);
    expect(alerts(course(900, () => 45))).toEqual([]);
  });
  it('once of what goes on', () => {
    const told = alerts(course(900, (value, index) => (index >= 700 && index < 706 ? value + 60 : value))).filter((index) => index >= 690);
    expect(told).toEqual([700]);
  });
  it('once within four values where values are days apart', () => {
    const told = alerts(
      course(300, (value, index) => (index === 200 ? value + 60 : value)),
      24 * HOUR_MS,
    );
    expect(told.filter((index) => index >= 190)).toEqual([200]);
  });
  it('less and less of what comes again and again', () => {
    const weekly = readings(course(900, (value, index) => (index > 200 && index % 24 === 7 && index < 880 ? value + 40 : value)));
    const scores = weekly.map(({ score }) => score).filter((_, index) => index > 200 && index % 24 === 7);
    expect(scores.slice(-5).every((score) => score < scores[0]!)).toBe(true);
  });
});

describe('observe', () => {
  it('climbs the ladder of a cold start', () => {
    const wild = course(40, (value, index) => (index % 3 === 0 ? value * 50 : value));
    const states = readings(wild).map(({ baseline }) => baseline.state);
    expect(states[0]).toBe('learning');
    expect(states[20]).toBe('young');
    expect(states[24]).toBe('steady');
    expect(readings(course(200)).at(-1)!.baseline).toEqual({
      state: 'daily',
      observations: 200,
      ageMs: 199 * HOUR_MS,
      intervalMs: HOUR_MS,
    });
    const quick = readings(wild, { stepMs: 60_000 });
    expect(quick.every(({ score }) => score === 0)).toBe(true);
    expect(
      readings(
        course(1000, (value, index) => (index === 900 ? 900 : value)),
        { stepMs: 60_000 },
      )[900]!.score,
    ).toBeCloseTo(ALERT_SCORE - 0.01, 6);
  });

  it('expects what is usual at the time of day', () => {
    const all = readings(
      course(600, (value, index) => value + 50 * Math.sin((index * Math.PI) / 12)),
      { size: GENEROUS },
    );
    const inside = all.slice(200).filter(({ expected }, index) => {
      const value = course(600, (one, at) => one + 50 * Math.sin((at * Math.PI) / 12))[200 + index]!;
      return value >= expected!.low && value <= expected!.high;
    });
    expect(inside.length / 400).toBeGreaterThan(0.98);
    // Noon is the peak: 198 hours after midnight it is six in the morning.
    expect(all[198]!.expected!.mid).toBeGreaterThan(all[210]!.expected!.mid + 50);
    expect(all[0]!.expected).toBeUndefined();
  });

  it('asks for more where values come more often, down to an hour', () => {
    const last = (stepMs: number) =>
      readings(
        course(3000, (value, index) => (index === 2999 ? value + 22 : value)),
        { stepMs },
      ).at(-1)!;
    expect(last(30_000).score).toBeLessThan(last(300_000).score);
    expect(last(300_000).score).toBeLessThan(last(HOUR_MS).score);
  });

  it('learns what rests on too little, and says nothing of it', () => {
    const store = createStore(COMPACT, 1);
    course(300).forEach((value, index) => observe(store, 0, { value, atMs: START_MS + index * HOUR_MS }));
    const reading = observe(store, 0, { value: 900, atMs: START_MS + 300 * HOUR_MS, tooLittle: true });
    expect([reading.score, reading.baseline.observations]).toEqual([0, 301]);
  });

  it('asks more of a stricter preset', () => {
    const score = (preset: 'sensitive' | 'strict') => {
      const one = scorer({ preset });
      return course(700, (value, index) => (index === 690 ? value + 30 : value)).map((value, index) =>
        one.observe(value, START_MS + index * HOUR_MS),
      )[690]!.score;
    };
    expect(score('strict')).toBeLessThan(score('sensitive'));
  });
});

const anyValue = fc.oneof(
  fc.double({ min: -1e6, max: 1e6 }),
  fc.constantFrom(0, 1, Number.NaN, Infinity, -Infinity, 1e300, -1e300, 5e-324, Number.MAX_SAFE_INTEGER),
);
const anySeries = fc.array(fc.tuple(anyValue, fc.integer({ min: -60_000, max: 40 * HOUR_MS })), { minLength: 1, maxLength: 150 });

describe('whatever comes', () => {
  const timed = (steps: readonly (readonly [number, number])[]) => {
    let atMs = START_MS;
    return steps.map(([value, step]) => ({ value, atMs: (atMs += step) }));
  };

  it('scores are numbers from 0 to 1, and later values change none of them', () => {
    fc.assert(
      fc.property(anySeries, fc.nat(), (steps, cut) => {
        const whole = scorer({ size: COMPACT });
        const part = scorer({ size: COMPACT });
        const input = timed(steps);
        const first = input.slice(0, cut % input.length).map(({ value, atMs }) => part.observe(value, atMs));
        const all = input.map(({ value, atMs }) => whole.observe(value, atMs));
        for (const { score, p } of all) expect(score >= 0 && score <= 1 && p >= 0 && p <= 1).toBe(true);
        expect(all.slice(0, first.length)).toEqual(first);
      }),
      { seed: 5, numRuns: 150 },
    );
  });

  it('a baseline that was saved goes on as if nothing had been', () => {
    fc.assert(
      fc.property(anySeries, fc.nat(), (steps, cut) => {
        const input = timed(steps);
        const here = createStore(COMPACT, 2);
        for (const one of input.slice(0, cut % input.length)) observe(here, 1, one);
        const there = createStore(COMPACT, 1);
        expect(restoreRow(there, 0, saveRow(here, 1))).toBe(true);
        for (const one of input.slice(cut % input.length)) expect(observe(there, 0, one)).toEqual(observe(here, 1, one));
      }),
      { seed: 6, numRuns: 150 },
    );
  });

  it('scores do not depend on the unit', () => {
    const values = course(400, (value, index) => (index % 97 === 0 ? value + 40 : value));
    const scores = (unit: number) => readings(values.map((value) => value * unit)).map(({ score }) => score);
    const [one, kilo] = [scores(1), scores(1024)];
    kilo.forEach((score, index) => expect(score).toBeCloseTo(one[index]!, 3));
  });
});

describe('a store', () => {
  it('keeps rows apart, forgets one, and grows', () => {
    const store = createStore(COMPACT, 3);
    const alone = createStore(COMPACT, 1);
    course(60).forEach((value, index) => {
      const atMs = START_MS + index * HOUR_MS;
      const [, middle] = [
        observe(store, 0, { value: value * 3, atMs }),
        observe(store, 1, { value, atMs }),
        observe(store, 2, { value: 1, atMs }),
      ];
      expect(middle).toEqual(observe(alone, 0, { value, atMs }));
    });
    const larger = resized(store, 5);
    const next = { value: 90, atMs: START_MS + 60 * HOUR_MS };
    expect(observe(larger, 1, next)).toEqual(observe(store, 1, next));
    clearRow(store, 1);
    expect(observe(store, 1, next)).toEqual(observe(createStore(COMPACT, 1), 0, next));
  });

  it('refuses bytes that are not its own', () => {
    const store = createStore(COMPACT, 1);
    const bytes = saveRow(store, 0);
    expect(restoreRow(store, 0, bytes.slice(1))).toBe(false);
    bytes[0] = 99;
    expect(restoreRow(store, 0, bytes)).toBe(false);
    expect(restoreRow(createStore(GENEROUS, 1), 0, saveRow(store, 0))).toBe(false);
  });

  it('takes 1.2 kB a series: 20,000 edges with eight signals in under 200 MB', () => {
    const bytes = layoutOf(COMPACT).floats * 4 + 3 * 8;
    expect(bytes * 20_000 * 8).toBeLessThan(200e6);
  });
});
