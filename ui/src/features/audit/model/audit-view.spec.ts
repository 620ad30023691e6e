import type { AuditPage } from '@observatory/contracts';
import { actionWords, chainWords, parseAuditFilter, targetWords } from './audit-view.js';

describe('actionWords', () => {
  it.each([
    ['session.opened', 'Session opened'],
    ['fault.injected', 'Fault of the demo mesh injected'],
    ['api-token.revoked', 'Api token revoked'],
    ['odd', 'odd'],
  ])('%s', (action, expected) => expect(actionWords(action)).toBe(expected));
});

describe('targetWords', () => {
  it.each([
    [{ kind: 'session', id: 'session' }, 'session'],
    [{ kind: 'fault', id: 'f1' }, 'fault f1'],
    [{ kind: 'workload', id: 'x', cluster: 'east', namespace: 'shop', name: 'cart' }, 'workload east/shop/cart'],
  ])('%j', (target, expected) => expect(targetWords(target)).toBe(expected));
});

describe('chainWords', () => {
  const check = (chain: AuditPage['chain'], expected: RegExp) => expect(chainWords(chain).sentence).toMatch(expected);
  it('only a trail that was checked to its end is intact', () => {
    check({ state: 'intact', entries: 12 }, /^Every hash .* all 12 entries are as recorded/u);
    check({ state: 'intact', entries: 0 }, /^Nothing is recorded yet/u);
    check({ state: 'unchecked', entries: 100_000 }, /rest is checked/u);
    check({ state: 'broken', entries: 4, firstBroken: 5 }, /^The trail was tampered with: entry 5 .* 4 entries before it are/u);
    check({ state: 'broken', entries: 1, firstBroken: 2 }, /The entry before it is/u);
  });
});

describe('parseAuditFilter', () => {
  const check = (values: Record<string, string>, expected: object) =>
    expect(parseAuditFilter(values)).toEqual({ actor: undefined, action: undefined, from: undefined, to: undefined, ...expected });
  it('reads what parses, in order', () => {
    check({}, {});
    check({ actor: 'Ada', action: 'session', since: 'nonsense' }, { actor: 'Ada', action: 'session' });
    check(
      { since: '2026-01-02T00:00:00Z', until: '2026-01-01T00:00:00Z' },
      { from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' },
    );
  });
});
