import { FlowTally, type Sums } from './flow-tally.js';

const at = (second: number): Date => new Date(second * 1000);
const sums = (values: Partial<Sums>): Sums => ({
  key: 1,
  sourceKey: 1,
  requests: 0,
  connections: 0,
  mutualTls: 0,
  plaintext: 0,
  firstAt: at(0),
  lastAt: at(60),
  sourcePrincipal: null,
  destinationPrincipal: null,
  ...values,
});

describe('FlowTally', () => {
  it('weighs windows by their length, over all time that is known', () => {
    const tally = new FlowTally();
    tally.addKnown(new Map([[1, 2]]), 3600);
    tally.addSums([sums({ requests: 10, firstAt: at(3600), lastAt: at(3600), sourcePrincipal: 5 })], 3600);
    tally.addKnown(new Map([[1, 10]]), 30);
    tally.addSums([sums({ requests: 30, firstAt: at(7230), lastAt: at(7500) })], 30);
    tally.addOutcomes([{ key: 1, sourceKey: 1, outcome: 7, requests: 3 }], 30);
    const [flow] = tally.flows();
    expect(tally.knownSec).toBe(7500);
    expect(flow!.requestsPerSecond).toBeCloseTo((10 * 3600 + 30 * 30) / 7500, 9);
    expect(flow!.outcomes.get(7)).toBeCloseTo(90 / 7500, 9);
    expect(flow).toMatchObject({ firstAt: at(3600), lastAt: at(7500), sourcePrincipal: 5 });
  });

  it('takes an edge that two Prometheuses tell of from the one that saw more', () => {
    const tally = new FlowTally();
    tally.addKnown(
      new Map([
        [1, 1],
        [2, 1],
      ]),
      30,
    );
    tally.addSums([sums({ requests: 4 }), sums({ sourceKey: 2, requests: 5 })], 30);
    expect(tally.flows().map(({ requestsPerSecond }) => requestsPerSecond)).toEqual([5]);
  });
});
