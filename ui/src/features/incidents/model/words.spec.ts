import { anomalyType, signalName } from '@observatory/contracts';
import { ANOMALY_TYPES, chartUnit, detectorWords, oddsWords, SECURITY_TYPES, signalWords } from './words.js';

describe('words', () => {
  it('there is a word for everything that the contract has', () => {
    expect(ANOMALY_TYPES).toEqual(anomalyType.options);
    expect(SECURITY_TYPES).toHaveLength(9);
    for (const signal of signalName.options) expect(signalWords(signal)).not.toBe(signal);
  });

  it.each([
    [null, undefined],
    [0.3, 'this or more in many normal windows'],
    [0.01, 'this or more in 1 of 100 normal windows'],
    [1 / 4242, 'this or more in 1 of 4,200 normal windows'],
    [0, 'this or more in less than 1 of a billion normal windows'],
  ])('odds of %p', (probability, expected) => expect(oddsWords(probability)).toBe(expected));

  it.each([
    [[], undefined],
    [['beta-binomial'], 'found by the usual share (beta-binomial)'],
    [['week', 'last hour', 'week'], '2 detectors agree: week, last hour'],
    [['forest'], 'found by forest'],
  ])('detectors %j', (names, expected) => expect(detectorWords(names)).toBe(expected));

  it('units of charts', () => {
    expect([chartUnit('connections', 'perSecond'), chartUnit('errors', 'perSecond'), chartUnit('latencyP95', 'ms')]).toEqual([
      'connections',
      'requests',
      'milliseconds',
    ]);
  });
});
