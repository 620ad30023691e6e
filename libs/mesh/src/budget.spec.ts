import { sample } from '../test/rows.js';
import { destinationCount, planQuantiles, rotationSlice, sourceOnlyWorkloads, type BudgetFacts, type QuantilePlan } from './index.js';

const facts = (over: Partial<BudgetFacts> = {}): BudgetFacts => ({
  windowSec: 30,
  baseMs: [],
  requestsMs: [],
  buckets: [],
  destinationWorkloads: 2000,
  recordingRules: false,
  ...over,
});
const ALL: QuantilePlan = { mode: 'all', slices: 1, share: 1, sides: 'both' };
const TENTHS: QuantilePlan = { mode: 'rotation', slices: 10, share: 1, sides: 'receiving' };

describe('planQuantiles', () => {
  const check = (over: Partial<BudgetFacts>, expected: Partial<QuantilePlan>) => expect(planQuantiles(facts(over))).toMatchObject(expected);
  it('reads everything where it fits, and before anything was measured', () => {
    check({}, ALL);
    check({ baseMs: [50, 60, 40], requestsMs: [20], destinationWorkloads: 25 }, ALL);
    check({ destinationWorkloads: 0 }, ALL);
  });
  it('rotates over as many windows as needed, at most 5 minutes of them', () => {
    // A tenth of 20 s is 2 s of the 2.2 s that 3.8 s leave of 6 s.
    check({ baseMs: [3800], buckets: [{ plan: TENTHS, ms: 2000 }] }, { ...TENTHS, slices: 10 });
    check({ baseMs: [1000], buckets: [{ plan: TENTHS, ms: 2000 }] }, { slices: 4, mode: 'rotation' });
    check({ windowSec: 5, baseMs: [100], buckets: [{ plan: TENTHS, ms: 2000 }] }, { slices: 23 });
  });
  it('guesses from counting requests before buckets were read', () => {
    check({ baseMs: [3000], requestsMs: [1500] }, { mode: 'rotation', slices: 5, sides: 'receiving' });
  });
  it('reads the busiest where not even a rotation fits', () => {
    check({ baseMs: [5000], buckets: [{ plan: TENTHS, ms: 4000 }] }, { mode: 'rotation', slices: 10, share: 0.25 });
    check({ baseMs: [9000], buckets: [{ plan: TENTHS, ms: 600 }] }, { slices: 10, share: 0.1 });
  });
  it('reads our rules’ results where they are and raw does not fit', () => {
    check(
      { baseMs: [5000], requestsMs: [500], buckets: [{ plan: TENTHS, ms: 4000 }], recordingRules: true },
      { mode: 'recordingRules', slices: 1, share: 1 },
    );
    check({ baseMs: [1000], buckets: [{ plan: TENTHS, ms: 1000 }], recordingRules: true }, { mode: 'rotation' });
    const recorded: QuantilePlan = { mode: 'recordingRules', slices: 2, share: 1, sides: 'receiving' };
    check(
      {
        baseMs: [5000],
        buckets: [
          { plan: TENTHS, ms: 4000 },
          { plan: recorded, ms: 1000 },
        ],
        recordingRules: true,
        current: recorded,
      },
      recorded,
    );
    check(
      {
        baseMs: [5000],
        buckets: [
          { plan: recorded, ms: 1000 },
          { plan: TENTHS, ms: 4000 },
        ],
        recordingRules: false,
        current: recorded,
      },
      { mode: 'rotation' },
    );
  });
  it('gets cheaper at once and dearer with room to spare', () => {
    const inForce = { buckets: [{ plan: TENTHS, ms: 400 }], baseMs: [2000], current: TENTHS };
    check(inForce, { slices: 2 });
    check({ ...inForce, current: { ...TENTHS, slices: 2 }, buckets: [{ plan: TENTHS, ms: 350 }] }, { slices: 2 });
    check(
      { ...inForce, current: ALL, baseMs: [5600], buckets: [{ plan: ALL, ms: 3000 }] },
      { mode: 'rotation', slices: 4, sides: 'receiving' },
    );
    check({ ...inForce, current: TENTHS, baseMs: [100], buckets: [{ plan: TENTHS, ms: 200 }] }, ALL);
    check(
      { ...inForce, current: { ...TENTHS, slices: 1 }, baseMs: [100], buckets: [{ plan: TENTHS, ms: 280 }] },
      { slices: 1, sides: 'receiving' },
    );
  });
});

describe('rotationSlice', () => {
  const edges = Array.from({ length: 200 }, (_, index) => sample('shop/web', `ns/w${index}`, { requestsPerSecond: index }));
  it('reads every name once a round, whatever comes and goes', () => {
    const round = Array.from({ length: 10 }, (_, window) => rotationSlice(edges, TENTHS, 1234 + window));
    expect(round.flat().sort()).toEqual(edges.map(({ target }) => target.name).sort());
    for (const slice of round) expect(slice.length).toBeGreaterThan(8);
    expect(rotationSlice(edges.slice(1), TENTHS, 7)).toEqual(rotationSlice(edges, TENTHS, 7).filter((name) => name !== 'w0'));
    expect(destinationCount(edges)).toBe(200);
  });
  it('reads the busiest of a share, ties by name', () => {
    expect(rotationSlice(edges, { ...ALL, share: 0.01 }, 1)).toEqual(['w198', 'w199']);
    const equal = [sample('a/b', 'x/two'), sample('a/b', 'x/one'), sample('a/b', 'y/one')];
    expect(rotationSlice(equal, { ...ALL, share: 0.1 }, 1)).toEqual(['one']);
    expect(rotationSlice([...equal].reverse(), { ...ALL, share: 0.1 }, 1)).toEqual(['one']);
  });
  it('names what no workload served as the metrics do, and leaves TCP out', () => {
    const service = { kind: 'service', cluster: 'east', namespace: 'shop', name: 'cart' } as const;
    expect(rotationSlice([sample('shop/web', service), sample('shop/web', 'shop/db', { protocol: 'tcp' })], ALL, 0)).toEqual(['unknown']);
  });
});

describe('sourceOnlyWorkloads', () => {
  it('are those that nobody reports about but their callers', () => {
    expect(
      sourceOnlyWorkloads([
        sample('a/b', 'x/meshed'),
        sample('a/b', 'x/mixed'),
        sample('a/c', 'x/mixed', { reporters: ['source'] }),
        sample('a/b', 'x/unmeshed', { reporters: ['source'] }),
        sample('a/b', 'x/ambient', { mesh: 'ambient' }),
        sample('a/b', 'x/waypoint', { mesh: 'ambient', reporters: ['waypoint'] }),
        sample('a/b', 'x/linkerd', { mesh: 'linkerd', reporters: ['source'] }),
        sample('a/b', 'x/db', { protocol: 'tcp', reporters: ['source'] }),
        sample('a/b', { kind: 'external', cluster: 'east', namespace: '', name: 'h' }, { reporters: ['source'] }),
      ]),
    ).toEqual(['ambient', 'mixed', 'unmeshed']);
  });
});
