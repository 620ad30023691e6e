// How good and how fast are the detectors? One fixed configuration, alerts at 0.85, nothing fitted in here.
//   1. NAB by its own scoring rule, and simulated hourly series of services, beside naive rules, with false alerts per series and day;
//   2. PetShop: how often the injected cause is ranked first and among the first three; false alerts on its normal hours;
//   3. Isolation Forest beside ml-isolation-forest, which take turns; 4. a pass over 20,000 edges with eight signals each.
// The data sets are not part of this repository. Usage: npm run bench -- detect --nab DIR --petshop DIR (or NAB_DIR, PETSHOP_DIR)
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { IsolationForest as Reference } from 'ml-isolation-forest';
import { hourlySeries, incidentScore } from './lib/hourly.mjs';
import { loadNab, nabScore, PROFILES } from './lib/nab.mjs';
import { loadPetShop } from './lib/petshop.mjs';

const detect = await import(join(fileURLToPath(import.meta.url), '../../libs/detect/dist/index.js'));
const print = (line) => console.log(line);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const PAUSE_MS = detect.ALERT_PAUSE_MS;
const DAY_MS = 86_400_000;
const HOURLY_SEEDS = [1, 2, 3, 4];

const alertsOf = ({ times, values }) => {
  const one = detect.scorer();
  return values.map((value, row) => one.observe(value, times[row]).alert);
};

const WEEK_MS = 7 * DAY_MS;
/** Values from which a sample is spoken of, and how many share one sample: sorting a week for each value would take hours. */
const [FEWEST, SHARING] = [30, 12];

/** A rule on the values of the trailing week, told once in twelve hours as well. */
const weekly =
  (isOdd) =>
  ({ times, values }) => {
    let [from, toldAt, sample] = [0, -Infinity, undefined];
    return values.map((value, row) => {
      while (times[from] < times[row] - WEEK_MS) from += 1;
      if (row >= FEWEST && (row % SHARING === 0 || sample === undefined)) sample = detect.sampleOf(values.slice(from, row));
      const alert = sample !== undefined && isOdd(value, sample) && times[row] - toldAt >= PAUSE_MS;
      if (alert) toldAt = times[row];
      return alert;
    });
  };

const RULES = {
  'observatory-detect': alertsOf,
  'three sigma': weekly((value, sample) => Math.abs(detect.zScore(value, sample)) > 3),
  'robust z > 3.5': weekly((value, sample) => Math.abs(detect.robustZ(value, sample)) > 3.5),
  '1.5 interquartile ranges': weekly((value, sample) => Math.abs(detect.iqrDistance(value, sample)) > 1.5),
};

/** What each rule says of each series, and how quickly. */
function* answers(corpus) {
  const rows = corpus.reduce((sum, { values }) => sum + values.length, 0);
  for (const [label, rule] of Object.entries(RULES)) {
    const startedAt = performance.now();
    const alerts = new Map(corpus.map((series) => [series, rule(series)]));
    yield { label, told: (series) => alerts.get(series), perSecond: Math.round(rows / ((performance.now() - startedAt) / 1000)) };
  }
}

async function nab(folder) {
  const corpus = await loadNab(folder);
  for (const { label, told, perSecond } of answers(corpus)) {
    for (const [name, profile] of Object.entries(PROFILES)) {
      const { score, hits, windows, falseAlertsPerDay } = nabScore(corpus, told, profile);
      print(
        `NAB ${name}, ${label}: ${score.toFixed(1)} (${hits} of ${windows} windows, ${falseAlertsPerDay.toFixed(3)} false alerts per series-day)`,
      );
    }
    print(`  ${perSecond} rows/s over ${corpus.length} series`);
  }
}

function hourly() {
  const corpus = HOURLY_SEEDS.flatMap(hourlySeries);
  for (const { label, told } of answers(corpus)) {
    const { f1, precision, recall, segments, falseAlertsPerDay } = incidentScore(corpus, told);
    print(
      `simulated hourly series, ${label}: F1 ${f1.toFixed(2)}, precision ${precision.toFixed(2)}, recall ${recall.toFixed(2)} of ${segments} faults, ` +
        `${falseAlertsPerDay.toFixed(3)} false alerts per series-day`,
    );
  }
}

function petShopRanks(issues, isNamed) {
  const kinds = new Map();
  for (const { kind, cause, metric, ...input } of issues) {
    const rank = detect.rankCauses(isNamed ? { ...input, metric } : input).findIndex(({ node }) => node === cause);
    for (const group of ['all', kind]) kinds.set(group, [...(kinds.get(group) ?? []), rank]);
  }
  for (const [kind, ranks] of [...kinds].sort()) {
    const share = (limit) => (ranks.filter((rank) => rank >= 0 && rank < limit).length / ranks.length).toFixed(2);
    print(
      `PetShop causes, ${isNamed ? 'metric named' : 'no metric named'}, ${kind}: first ${share(1)}, among three ${share(3)} (${ranks.length} issues)`,
    );
  }
}

function petShopQuiet(quiet) {
  let [alerts, days] = [0, 0];
  for (const { points } of quiet.filter((one) => one.points.length > 100)) {
    const one = detect.scorer();
    for (const [at, value] of points) if (one.observe(value, at).alert) alerts += 1;
    days += Math.max(0, (points.at(-1)[0] - points[0][0]) / DAY_MS - 1);
  }
  print(
    `PetShop normal hours after the first day: ${(alerts / days).toFixed(3)} false alerts per series-day (${Math.round(days)} series-days)`,
  );
}

function auc(scores, odd) {
  let wins = 0;
  const [bad, good] = [scores.slice(0, odd), scores.slice(odd)];
  for (const a of bad) for (const b of good) wins += a > b ? 1 : a === b ? 0.5 : 0;
  return wins / (bad.length * good.length);
}

function forests() {
  const ODD = 40;
  const rows = Array.from({ length: 2016 }, (_, row) =>
    Array.from({ length: 8 }, (__, column) => (((row + 1) * (0.6180339887 + 0.1234 * column)) % 1) + (row < ODD ? 0.8 : 0)),
  );
  const makers = { own: () => new detect.IsolationForest({ seed: 1 }), 'ml-isolation-forest': () => new Reference({ nEstimators: 100 }) };
  const times = Object.fromEntries(Object.keys(makers).map((name) => [name, { fit: [], score: [], auc: 0 }]));
  for (let round = 0; round < 5; round += 1) {
    for (const [name, make] of Object.entries(makers)) {
      const forest = make();
      const [startedAt, fitted] = [performance.now(), forest.train(rows) ?? performance.now()];
      const scores = forest.predict(rows);
      times[name].fit.push(fitted - startedAt);
      times[name].score.push(performance.now() - fitted);
      times[name].auc = auc(scores, ODD);
    }
  }
  for (const [name, { fit, score, auc: area }] of Object.entries(times)) {
    print(
      `Isolation Forest, ${name}: fit ${median(fit).toFixed(1)} ms, score ${median(score).toFixed(1)} ms, AUC ${area.toFixed(3)} (2016 rows of 8)`,
    );
  }
}

function pass() {
  const [EDGES, SIGNALS, PASSES, WINDOW_MS] = [20_000, 8, 60, 30_000];
  const count = EDGES * SIGNALS;
  const store = detect.createStore(detect.COMPACT, count);
  const bytes = store.floats.byteLength + store.times.byteLength;
  const took = [];
  for (let round = 0, k = 0; round < PASSES; round += 1) {
    const startedAt = performance.now();
    for (let row = 0; row < count; row += 1) {
      k += 1;
      detect.observe(store, row, { value: 100 + 20 * ((Math.imul(k, 2654435761) >>> 0) / 2 ** 32), atMs: round * WINDOW_MS });
    }
    took.push(performance.now() - startedAt);
  }
  print(
    `a pass over ${EDGES} edges x ${SIGNALS} signals: median of the last ten ${median(took.slice(-10)).toFixed(0)} ms, ${bytes / count} bytes a series, ${(bytes / 1e6).toFixed(0)} MB`,
  );
}

const { values } = parseArgs({ options: { nab: { type: 'string' }, petshop: { type: 'string' } }, allowPositionals: true });
const folders = { nab: values.nab ?? process.env.NAB_DIR, petshop: values.petshop ?? process.env.PETSHOP_DIR };
if (folders.nab) await nab(folders.nab);
else print('NAB: not measured, no --nab DIR');
hourly();
if (folders.petshop) {
  const { issues, quiet } = await loadPetShop(folders.petshop);
  for (const isNamed of [true, false]) petShopRanks(issues, isNamed);
  petShopQuiet(quiet);
} else print('PetShop: not measured, no --petshop DIR');
forests();
pass();
