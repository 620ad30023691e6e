/** The common part of a pattern's evidence. */
import type { SignalName, SignalUnit } from '@observatory/contracts';

const RAREST = 15;

export function amountOf(signal: SignalName, observed: number, rarity: number, unit: SignalUnit = 'count') {
  const probability = 10 ** -Math.min(RAREST, rarity);
  return { signal, unit, observed, expected: null, low: null, high: null, probability, detectors: [{ name: 'pattern', probability }] };
}
