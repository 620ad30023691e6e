import type { Allowance } from '@observatory/contracts';
import { decidedFor, factorKey, NOTHING_DECIDED, type Pattern } from './decisions-in-force.js';

const EXPIRES = Date.UTC(2026, 5, 1);
const allowance = (fields: Partial<Allowance>): Allowance =>
  ({ type: 'exfiltration', source: 'a', expiresAt: new Date(EXPIRES).toISOString(), ...fields }) as Allowance;
const pattern = (fields: Partial<Pattern>): Pattern => ({ type: 'exfiltration', sourceId: 'a', targetId: 'b', ...fields });

describe('decisions in force', () => {
  const check = (rule: Partial<Allowance>, seen: Partial<Pattern>, expected: boolean, atMs = EXPIRES - 1) =>
    expect(decidedFor({ ...NOTHING_DECIDED, allowances: [allowance(rule)] }, atMs).isAllowed(pattern(seen))).toBe(expected);
  it('allow one kind from one source, to one target or to all, until they expire', () => {
    check({}, {}, true);
    check({}, { targetId: undefined }, true);
    check({ target: 'b' }, {}, true);
    check({ target: 'c' }, {}, false);
    check({ source: 'c' }, {}, false);
    check({ type: 'scanning' }, {}, false);
    check({}, {}, false, EXPIRES);
    expect(decidedFor(NOTHING_DECIDED, 0).isAllowed(pattern({}))).toBe(false);
  });
  it('weaken the scores of one kind of one subject', () => {
    const { factor } = decidedFor({ ...NOTHING_DECIDED, factors: new Map([[factorKey('a', 'latency'), 0.5]]) }, 0);
    expect([factor('a', 'latency'), factor('a', 'errors'), factor('b', 'latency')]).toEqual([0.5, 1, 1]);
  });
});
