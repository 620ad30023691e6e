/**
 * What could a backtest not know? It sees what was stored, and judges it by what is configured and decided now: each difference to what the
 * service does live is a sentence of the answer. Invariant: a sentence is there exactly when it holds for this answer.
 */

export interface BacktestLimits {
  readonly windowSec: number;
  readonly stepSec: number;
  readonly warmUpSec: number;
  readonly stepsExpected: number;
  readonly stepsPresent: number;
  readonly namespaces: readonly string[];
  /** Incidents that did not fit the answer, of all configurations. */
  readonly omitted: number;
}

const DAY_SEC = 86_400;
/** So much history in steps of five minutes fills the forests of `models.ts`. */
const FOREST_FILLED_SEC = 7 * DAY_SEC;
const UNITS: readonly [sec: number, one: string, many: string][] = [
  [DAY_SEC, 'day', 'days'],
  [3600, 'hour', 'hours'],
  [60, 'min', 'min'],
  [1, 's', 's'],
];
function span(seconds: number): string {
  const [sec, one, many] = UNITS.find((unit) => seconds >= unit[0]) ?? UNITS.at(-1)!;
  const count = Math.round((seconds / sec) * 10) / 10;
  return `${count} ${count === 1 ? one : many}`;
}

export function unknownWords(limits: BacktestLimits): string[] {
  const { windowSec, stepSec, warmUpSec, stepsExpected, stepsPresent, namespaces, omitted } = limits;
  const said: (string | false)[] = [
    stepSec > windowSec &&
      `Windows of ${span(windowSec)} are kept as means of ${span(stepSec)}: what was over sooner is thinned by what was around it.`,
    stepsPresent < stepsExpected &&
      `${stepsExpected - stepsPresent} of ${stepsExpected} steps are not stored: what was in them is not known.`,
    warmUpSec < DAY_SEC &&
      `${warmUpSec === 0 ? 'Nothing' : `Only ${span(warmUpSec)}`} before was there to learn from: under an hour of history nothing but failures counts, under a day no quantity reaches an alert.`,
    warmUpSec < FOREST_FILLED_SEC &&
      `How signals go together was learned from ${warmUpSec === 0 ? 'nothing' : span(warmUpSec)} at first, and not from the week that the service has learned from when it is warm.`,
    'Allow-lists and what people said of alerts were applied as they are now, suppressions were not.',
    'Deployments are not part of stored windows: nothing was excused by one.',
    namespaces.length > 0 && `Calls without an end in ${namespaces.join(', ')} were left out: causes outside are not seen.`,
    omitted > 0 && `${omitted} more incidents did not fit into this answer.`,
  ];
  return said.filter((sentence) => sentence !== false);
}
