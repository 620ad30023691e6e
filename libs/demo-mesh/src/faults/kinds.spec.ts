import { demoFaultKind } from '@observatory/contracts';
import { Cluster } from '../model/cluster.js';
import { FAULT_KINDS, parseTarget } from './kinds.js';
import { FaultRegistry, type Fault } from './registry.js';

const cluster = new Cluster();

function registry() {
  const told: string[] = [];
  const tell = (word: string) => (fault: Fault) => void told.push(`${word} ${fault.shown.kind}`);
  return { told, faults: new FaultRegistry(cluster, { began: tell('began'), ended: tell('ended') }) };
}

describe('faults', () => {
  it('has a default for every kind that works in this cluster', () => {
    const { faults } = registry();
    for (const kind of demoFaultKind.options) {
      const fault = faults.inject({ kind, durationSec: 60 });
      expect(fault).toMatchObject({ kind, target: FAULT_KINDS[kind].target, strength: FAULT_KINDS[kind].strength });
      expect(fault.description).toContain(fault.target.split('->')[0]);
    }
    expect(faults.list()).toHaveLength(demoFaultKind.options.length);
    faults.clearAll();
    expect(faults.list()).toEqual([]);
  });

  it('begins and ends, by hand and for questions about the past', () => {
    const { faults, told } = registry();
    const now = new Date();
    const fault = faults.inject({ kind: 'scan', durationSec: 600 }, now);
    expect(faults.lanes().length).toBeGreaterThan(8);
    expect(faults.clear(fault.id, new Date(now.getTime() + 60_000))).toBe(true);
    expect(faults.clear(fault.id)).toBe(false);
    expect(told).toEqual(['began scan', 'ended scan']);
    const at = (seconds: number) => faults.at(now.getTime() / 1000 + seconds).length;
    expect([at(-10), at(1), at(59), at(61)]).toEqual([0, 1, 1, 0]);
  });

  it.each([
    ['shop/checkout', 2, undefined],
    ['shop/checkout-v2', 1, undefined],
    ['shop/checkout->shop/payments', 2, 1],
  ])('reads %s', (text, from, to) => {
    const target = parseTarget(cluster, text);
    expect([target.from.length, target.to?.length]).toEqual([from, to]);
  });

  it.each(['', 'shop', 'shop/none', 'shop/cart->none/x', 'a->b->c'])('says what is wrong with %p', (text) =>
    expect(() => parseTarget(cluster, text)).toThrow(/no workload/),
  );

  it('refuses to move where one talks anyway', () => {
    const { faults } = registry();
    expect(() => faults.inject({ kind: 'lateral', target: 'shop/cart->data/redis', durationSec: 60 })).toThrow('pick a pair');
    expect(faults.list()).toEqual([]);
  });
});
