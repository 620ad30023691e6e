// How good and how fast are the detectors? One fixed configuration, alerts at 0.85, nothing fitted in here.
//   1. NAB by its own scoring rule, beside a 3-sigma rule on the same data, with false alerts per series and day;
//   2. PetShop: how often the injected cause is ranked first and among the first three; false alerts on its normal hours;
//   3. Isolation Forest beside ml-isolation-forest, which take turns; 4. a pass over 20,000 edges with eight signals each.
// The data sets are not part of this repository. Usage: npm run bench -- detect --nab DIR --petshop DIR (or NAB_DIR, PETSHOP_DIR)
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { IsolationForest as Reference } from 'ml-isolation-forest';
import { loadNab, nabScore, PROFILES } from './lib/nab.mjs';
import { loadPetShop } from './lib/petshop.mjs';

const detect = await import(join(fileURLToPath(import.meta.url), '../../libs/detect/dist/index.js'));
const print = (line) => console.log(line);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const PAUSE_MS = detect.ALERT_PAUSE_MS;
const DAY_MS = 86_400_000;

const alertsOf = ({ times, values }) => {
  const one = detect.scorer();
  return values.map((value, row) => one.observe(value, times[row]).alert);
};

/** The naive rule: three standard deviations from the mean of all before, told once in twelve hours as well. */
const threeSigma = ({ times, values }) => {
  let [count, mean, squares, toldAt] = [0, 0, 0, -Infinity];
  return values.map((value, row) => {
    const alert = count > 30 && Math.abs(value - mean) > 3 * Math.sqrt(squares / count) && times[row] - toldAt >= PAUSE_MS;
    if (alert) toldAt = times[row];
    count += 1;
    const away = value - mean;
    mean += away / count;
    squares += away * (value - mean);
    return alert;
  });
};

async function nab(folder) {
  const corpus = await loadNab(folder);
  const rows = corpus.reduce((sum, { values }) => sum + values.length, 0);
  for (const [label, rule] of [
    ['observatory-detect', alertsOf],
    ['three sigma', threeSigma],
  ]) {
    const startedAt = performance.now();
    const alerts = new Map(corpus.map((series) => [series, rule(series)]));
    const perSecond = rows / ((performance.now() - startedAt) / 1000);
    for (const [name, profile] of Object.entries(PROFILES)) {
      const { score, hits, windows, falseAlertsPerDay } = nabScore(corpus, (series) => alerts.get(series), profile);
      print(
        `NAB ${name}, ${label}: ${score.toFixed(1)} (${hits} of ${windows} windows, ${falseAlertsPerDay.toFixed(3)} false alerts per series-day)`,
      );
    }
    print(`  ${Math.round(perSecond)} rows/s over ${corpus.length} series`);
  }
}

function petShopRanks(issues) {
  const kinds = new Map();
  for (const { kind, cause, ...input } of issues) {
    const rank = detect.rankCauses(input).findIndex(({ node }) => node === cause);
    for (const group of ['all', kind]) kinds.set(group, [...(kinds.get(group) ?? []), rank]);
  }
  for (const [kind, ranks] of [...kinds].sort()) {
    const share = (limit) => (ranks.filter((rank) => rank >= 0 && rank < limit).length / ranks.length).toFixed(2);
    print(`PetShop causes, ${kind}: first ${share(1)}, among three ${share(3)} (${ranks.length} issues)`);
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
if (folders.petshop) {
  const { issues, quiet } = await loadPetShop(folders.petshop);
  petShopRanks(issues);
  petShopQuiet(quiet);
} else print('PetShop: not measured, no --petshop DIR');
forests();
pass();
