// The Numenta Anomaly Benchmark by its own rule (nab/sweeper.py, MIT): the first alert in a labelled window earns more the earlier it is,
// an alert elsewhere costs, a window without one costs 1; 0 is saying nothing, 100 is an alert at the start of every window.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const PROFILES = { standard: { falseAlert: 0.11 }, 'low FP': { falseAlert: 0.22 } };
const PROBATION = 0.15;
const PROBATION_ROWS = 5000;
const DAY_MS = 86_400_000;

const timeOf = (text) => Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`);

export async function loadNab(folder) {
  const windows = JSON.parse(await readFile(join(folder, 'labels/combined_windows.json'), 'utf8'));
  return Promise.all(
    Object.entries(windows).map(async ([name, spans]) => {
      const rows = (await readFile(join(folder, 'data', name), 'utf8')).trim().split('\n').slice(1);
      const pairs = rows.map((row) => row.trim().split(','));
      const times = pairs.map(([time]) => timeOf(time));
      const values = pairs.map(([, value]) => Number(value));
      return { name, times, values, windows: spans.map((span) => span.map((end) => times.indexOf(timeOf(end)))) };
    }),
  );
}

const sigmoid = (position) => (position > 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1);

const scoredFrom = ({ values }) => Math.floor(PROBATION * Math.min(values.length, PROBATION_ROWS));

/** What one series earns: for its windows, and for alerts outside them. */
function earned({ values, windows }, alerts, falseAlert) {
  const best = windows.map(() => undefined);
  let [cost, falseAlerts] = [0, 0];
  alerts.forEach((alert, row) => {
    if (!alert || row < scoredFrom({ values })) return;
    const index = windows.findIndex(([from, to]) => row >= from && row <= to);
    if (index >= 0) {
      const [from, to] = windows[index];
      best[index] = Math.max(best[index] ?? -1, sigmoid(-(to - row + 1) / (to - from + 1)) / sigmoid(-1));
      return;
    }
    const [from, to] = windows.findLast(([, end]) => end < row) ?? [];
    cost += falseAlert * (to === undefined ? -1 : sigmoid((row - to) / (to - from)));
    falseAlerts += 1;
  });
  const hits = best.filter((value) => value !== undefined);
  return { total: hits.reduce((sum, value) => sum + value, cost) - (best.length - hits.length), hits: hits.length, falseAlerts };
}

/** Score of the corpus for one profile, with hits and false alerts per series and day. */
export function nabScore(corpus, alertsOf, { falseAlert }) {
  let [total, windows, hits, falseAlerts, days] = [0, 0, 0, 0, 0];
  for (const series of corpus) {
    const one = earned(series, alertsOf(series), falseAlert);
    total += one.total;
    hits += one.hits;
    falseAlerts += one.falseAlerts;
    windows += series.windows.length;
    days += (series.times.at(-1) - series.times[scoredFrom(series)]) / DAY_MS;
  }
  return { score: (100 * (total + windows)) / (2 * windows), hits, windows, falseAlertsPerDay: falseAlerts / days };
}
