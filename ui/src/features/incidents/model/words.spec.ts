import { anomalyType, signalName } from '@observatory/contracts';
import { ANOMALY_TYPES, chartUnit, oddsWords, SECURITY_TYPES, signalWords } from './words.js';

describe('words', () => {
  it('there is a word for everything that the contract has', () => {
    expect(ANOMALY_TYPES).toEqual(anomalyType.options);
    expect(SECURITY_TYPES).toHaveLength(9);
    for (const signal of signalName.options) expect(signalWords(signal)).not.toBe(signal);
  });

  it.each([
    [null, undefined],
    [0.3, 'many normal windows'],
    [0.01, '1 normal window in 100'],
    [1 / 4242, '1 normal window in 4,200'],
    [0, 'less than 1 normal window in a billion'],
  ])('odds of %p', (probability, expected) => expect(oddsWords(probability)).toBe(expected));

  it('units of charts', () => {
    expect([chartUnit('connections', 'perSecond'), chartUnit('errors', 'perSecond'), chartUnit('latencyP95', 'ms')]).toEqual([
      'connections',
      'requests',
      'milliseconds',
    ]);
  });
});
