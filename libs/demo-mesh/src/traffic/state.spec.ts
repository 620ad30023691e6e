import { influenceOf } from '../faults/influence.js';
import { FAULT_KINDS, parseTarget, type Effect } from '../faults/kinds.js';
import { Cluster } from '../model/cluster.js';
import { ALLOWED, CALM, type Influence } from './influence.js';
import { meshState, slowerThan, type LaneState, type MeshState } from './state.js';

const cluster = new Cluster();
const NOON_SEC = Date.parse('2026-03-04T12:00:00Z') / 1000;

function state(influence: Influence = CALM, timeSec = NOON_SEC): MeshState {
  return meshState({ cluster, lanes: cluster.lanes, timeSec, seed: 7, influence });
}

function bent(target: string, effect: Effect): MeshState {
  const bends = [{ target: parseTarget(cluster, target), effect, rpsByLane: new Map<string, number>() }];
  return state(influenceOf({ bends, faultLanes: new Set(), refusal: () => ALLOWED }));
}

function lane(of: MeshState, from: string, to: string): LaneState {
  const found = Array.from(of.values()).find(
    ({ lane: candidate }) => candidate.source.name === from && (candidate.target?.name ?? candidate.service.name) === to,
  );
  if (!found) throw new Error(`no lane ${from} -> ${to}`);
  return found;
}

const errors = (of: LaneState): number => of.outcomes.filter(({ name }) => name === 'error').reduce((sum, { share }) => sum + share, 0);
const medianMs = (of: LaneState): number => Math.exp(of.destination.mu);

describe('the state of the mesh', () => {
  it('is the same for the same second', () => expect(state()).toEqual(state()));

  it('has outcomes that sum to one, and finite rates', () => {
    for (const { lane: of, outcomes, unitsPerSecond, source, destination } of state().values()) {
      expect({ lane: of.id, sum: outcomes.reduce((sum, { share }) => sum + share, 0) }).toEqual({
        lane: of.id,
        sum: expect.closeTo(1, 9) as number,
      });
      expect(outcomes.every(({ share }) => share >= 0)).toBe(true);
      for (const value of [unitsPerSecond, source.mu, source.sigma, destination.mu]) expect(Number.isFinite(value)).toBe(true);
    }
  });

  it('passes rates on to callees', () => {
    const calm = state();
    const into = lane(calm, 'istio-ingressgateway', 'storefront').unitsPerSecond;
    const onward = lane(calm, 'storefront', 'catalog').unitsPerSecond;
    expect(onward / into / 1.1).toBeGreaterThan(0.8);
    expect(onward / into / 1.1).toBeLessThan(1.25);
    const checkouts = ['checkout-v1', 'checkout-v2'].map((name) => lane(calm, 'storefront', name).unitsPerSecond);
    expect(checkouts[0]! / checkouts[1]!).toBeGreaterThan(2);
  });

  it('passes failures back to callers, less at each step', () => {
    const failing = bent('shop/payments', { extraErrorShare: 0.5 });
    const atPayments = errors(lane(failing, 'checkout-v1', 'payments'));
    const atCheckout = errors(lane(failing, 'storefront', 'checkout-v1'));
    const atStorefront = errors(lane(failing, 'istio-ingressgateway', 'storefront'));
    expect(atPayments).toBeGreaterThan(0.4);
    expect(atCheckout).toBeGreaterThan(0.3);
    expect(atStorefront).toBeGreaterThan(0.02);
    expect(atPayments > atCheckout && atCheckout > atStorefront).toBe(true);
    expect(errors(lane(failing, 'storefront', 'cart'))).toBeLessThan(0.01);
  });

  it('passes slowness back, and what takes too long times out', () => {
    const slow = bent('shop/payments', { ownLatencyFactor: 60 });
    const calm = state();
    expect(medianMs(lane(slow, 'storefront', 'checkout-v1')) / medianMs(lane(calm, 'storefront', 'checkout-v1'))).toBeGreaterThan(3);
    const timeouts = lane(slow, 'checkout-v1', 'payments').outcomes.find(({ name }) => name === 'timeout');
    expect(timeouts!.share).toBeGreaterThan(0.1);
    expect(timeouts).toMatchObject({ source: { code: '504', flags: 'UT' }, destination: { code: '0', flags: 'DC' } });
  });

  it('delays one edge on the way only', () => {
    const delayed = lane(bent('shop/storefront->shop/cart', { laneDelayMs: 200 }), 'storefront', 'cart');
    expect(Math.exp(delayed.source.mu) - medianMs(delayed)).toBeGreaterThan(150);
  });

  it('sheds load beyond capacity', () => {
    const flooded = bent(FAULT_KINDS.spike.target, { rateFactor: 20 });
    const storefront = lane(flooded, 'istio-ingressgateway', 'storefront');
    expect(storefront.outcomes.find(({ name }) => name === 'overflow')).toMatchObject({
      source: { code: '503', flags: 'UO' },
      destination: null,
    });
  });

  it('knows how much of a log-normal lies beyond a limit', () => {
    expect(slowerThan({ mu: Math.log(100), sigma: 0.5 }, 100)).toBeCloseTo(0.5, 6);
    expect(slowerThan({ mu: Math.log(100), sigma: 0.5 }, 1e9)).toBeCloseTo(0, 6);
  });
});
