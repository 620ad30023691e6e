// Simulated hourly series of services with labelled faults: 60 series of 47 days, about five faults each after the first week.
// Eight kinds take turns (load, latency, share, sparse and bursty counts, nightly batches, memory, office hours); history is dirty: faults in
// the first week, odd values and small deployments' steps that nobody labelled. The same seed gives the same numbers on every machine.
const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 5);
const DAYS = 47;
const HOURS = DAYS * 24;
const SERIES = 60;
/** Not scored: what a detector may learn from. */
const PROBATION = 7 * 24;
/** A label may be this many hours off. */
const SLACK = 1;
const FAULT_EVERY_HOURS = 8 * 24;

/** mulberry32. */
function randomOf(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Draws of one stream. */
function drawsOf(seed) {
  const random = randomOf(seed);
  const between = (low, high) => low + (high - low) * random();
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const poisson = (mean) => {
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    let [count, product] = [0, random()];
    for (const limit = Math.exp(-mean); product > limit; product *= random()) count += 1;
    return count;
  };
  return { random, between, normal, poisson, chance: (p) => random() < p, pick: (list) => list[Math.floor(random() * list.length)] };
}

/** 0 to 1 over the day, highest at `peak` o'clock; `sharp` above 1 makes the peak narrow. */
const daily = (hour, { peak, sharp }) => ((1 + Math.cos((2 * Math.PI * (hour - peak)) / 24)) / 2) ** sharp;
const isWeekend = (hour) => Math.floor(hour / 24) % 7 >= 5;

/** Noise that remembers a little, with a heavy tail: about one value in a hundred is three times as far away. */
function noiseOf({ between, normal, chance }) {
  const memory = between(0.2, 0.8);
  const tail = between(0.003, 0.03);
  let last = 0;
  return () => {
    last = memory * last + Math.sqrt(1 - memory ** 2) * normal();
    return chance(tail) ? last + 6 * normal() : last;
  };
}

const KINDS = {
  load({ between }, noise) {
    const [level, swing, weekend, spread] = [10 ** between(0, 4), between(0.5, 3), between(0.4, 1), between(0.05, 0.15)];
    const shape = { peak: between(9, 20), sharp: between(0.7, 2) };
    return (hour) => level * (1 + swing * daily(hour, shape)) * (isWeekend(hour) ? weekend : 1) * Math.exp(spread * noise());
  },
  latency({ between, chance, random }, noise) {
    const [level, swing, spread] = [10 ** between(-2, 1), between(0, 0.4), between(0.08, 0.3)];
    const shape = { peak: between(9, 20), sharp: 1 };
    return (hour) => level * (1 + swing * daily(hour, shape)) * Math.exp(spread * noise()) * (chance(0.004) ? 1.5 + 2 * random() : 1);
  },
  share({ between }, noise) {
    const [level, swing, spread] = [between(15, 60), between(0, 20), between(1, 4)];
    const shape = { peak: between(9, 20), sharp: 1 };
    return (hour) => Math.max(0, Math.min(100, level + swing * daily(hour, shape) + spread * noise()));
  },
  sparse({ between, poisson }) {
    const [rate, shape] = [between(0.1, 3), { peak: between(9, 20), sharp: 1 }];
    return (hour) => poisson(rate * (0.4 + daily(hour, shape)));
  },
  bursty({ between, poisson }, noise) {
    const [rate, spread, shape] = [10 ** between(0.7, 2.5), between(0.2, 0.5), { peak: between(9, 20), sharp: 1 }];
    return (hour) => poisson(rate * (0.5 + daily(hour, shape)) * Math.exp(spread * noise()));
  },
  batch({ between, chance, random }, noise) {
    const [level, height, at] = [10 ** between(0, 3), between(3, 15), Math.floor(between(0, 6))];
    const runs = (hour) => hour % 24 === at || (hour % 24 === at + 1 && chance(0.4));
    return (hour) => level * (Math.exp(0.15 * noise()) + (runs(hour) ? height * (0.8 + 0.4 * random()) : 0));
  },
  memory({ between, random }, noise) {
    const [level, slope] = [10 ** between(1, 9), between(0.0005, 0.004)];
    const fullAt = between(0.3, 1.2);
    let filled = 0;
    return () => {
      filled = filled > fullAt ? 0 : filled + slope * (0.5 + random());
      return level * (1 + filled + 0.01 * noise());
    };
  },
  office({ between }, noise) {
    const [level, spread, shape] = [10 ** between(1, 4), between(0.05, 0.2), { peak: between(11, 15), sharp: between(2, 4) }];
    return (hour) => level * (0.03 + daily(hour, shape) * (isWeekend(hour) ? 0.15 : 1)) * Math.exp(spread * noise());
  },
};

/** What a fault does to the values of its hours. `reach` is its size in deviations of the series. */
const FAULTS = {
  spike: { hours: [1, 4], change: (value, { reach }) => value + reach },
  dip: { hours: [1, 8], change: (value, { reach, least }) => Math.max(least, value - reach) },
  shift: { hours: [6, 48], change: (value, { reach }) => value + 0.6 * reach },
  step: { hours: [12, 12], lasts: true, change: (value, { reach }) => value + 0.6 * reach },
  ramp: { hours: [12, 36], change: (value, { reach, part }) => value + reach * part },
  lostPeak: { hours: [10, 24], change: (value, { low }) => low + 0.1 * (value - low) },
  noisy: { hours: [6, 24], change: (value, { reach, normal, least }) => Math.max(least, value + 0.7 * reach * normal()) },
  stuck: { hours: [18, 36], change: (_value, { first }) => first },
};
const FAULT_SHARES = { spike: 8, dip: 3, shift: 5, step: 1, ramp: 2, lostPeak: 1, noisy: 2, stuck: 1 };
const FAULT_NAMES = Object.entries(FAULT_SHARES).flatMap(([name, share]) => Array(share).fill(name));

function spreadOf(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** Changes `values` from `from` on; the rows that are labelled. */
function harm(values, from, draws) {
  const name = draws.pick(FAULT_NAMES);
  const { hours, lasts, change } = FAULTS[name];
  const length = Math.round(draws.between(...hours));
  const normalHours = values.slice(Math.max(0, from - 168), from + 24);
  const context = {
    reach: spreadOf(normalHours) * Math.exp(1.8 + 0.6 * draws.normal()),
    least: Math.min(0, ...normalHours),
    low: normalHours.toSorted((a, b) => a - b)[Math.floor(normalHours.length / 20)],
    first: values[from],
    normal: draws.normal,
  };
  const end = lasts ? HOURS : Math.min(HOURS, from + length);
  for (let row = from; row < end; row += 1) values[row] = change(values[row], { ...context, part: (row - from + 1) / length });
  return { name, rows: [from, Math.min(HOURS, from + length) - 1] };
}

function seriesOf(index, seed) {
  const draws = drawsOf(seed * 1000 + index);
  const kinds = Object.keys(KINDS);
  const kind = kinds[index % kinds.length];
  const normal = KINDS[kind](draws, noiseOf(draws));
  const values = Array.from({ length: HOURS }, (_, hour) => normal(hour));
  const counts = kind === 'sparse' || kind === 'bursty';
  // A deployment now and then: a small step that is nobody's fault.
  for (let row = 0; row < HOURS; row += 1) {
    if (!draws.chance(1 / (14 * 24))) continue;
    const factor = 1 + draws.between(-0.15, 0.15);
    for (let later = row; later < HOURS; later += 1) values[later] *= factor;
  }
  const segments = [];
  for (
    let row = Math.floor(draws.between(24, 96));
    row < HOURS - 48;
    row += Math.floor(draws.between(2 * 24, 2 * FAULT_EVERY_HOURS - 48))
  ) {
    const { name, rows } = harm(values, row, draws);
    if (row >= PROBATION) segments.push({ fault: name, rows });
  }
  return {
    name: `${kind} ${index}`,
    times: values.map((_, hour) => START_MS + hour * HOUR_MS),
    values: counts ? values.map(Math.round) : values,
    segments,
  };
}

export const hourlySeries = (seed) => Array.from({ length: SERIES }, (_, index) => seriesOf(index, seed));

/** Incidents by one alert each: F1, precision, recall, false alerts per series and day after the first week. */
export function incidentScore(corpus, alertsOf) {
  let [segments, hits, good, bad, days] = [0, 0, 0, 0, 0];
  for (const series of corpus) {
    const hit = new Set();
    alertsOf(series).forEach((alert, row) => {
      if (!alert || row < PROBATION) return;
      const found = series.segments.filter(({ rows: [from, to] }) => row >= from - SLACK && row <= to + SLACK);
      for (const segment of found) hit.add(segment);
      if (found.length > 0) good += 1;
      else bad += 1;
    });
    segments += series.segments.length;
    hits += hit.size;
    days += (series.values.length - PROBATION) / 24;
  }
  const [precision, recall] = [good / Math.max(1, good + bad), hits / segments];
  return { f1: (2 * precision * recall) / Math.max(1e-9, precision + recall), precision, recall, segments, falseAlertsPerDay: bad / days };
}
