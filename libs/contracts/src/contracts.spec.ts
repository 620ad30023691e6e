import { durationSec, edgeId, nodeId } from './index.js';

describe('durationSec', () => {
  const check = (text: string, expected: number | undefined) => expect(durationSec(text)).toBe(expected);
  it('reads units', () => {
    check('30s', 30);
    check('5m', 300);
    check('2h', 7200);
    check('7d', 604_800);
  });
  it('refuses the rest', () => {
    for (const text of ['', '5', 'm', '0m', '-1m', '1w', '5 m', '9999999s']) check(text, undefined);
  });
});

describe('ids', () => {
  it('are readable and safe in a URL path', () => {
    expect(nodeId('workload', 'east', 'shop', 'checkout')).toBe('workload~east~shop~checkout');
    expect(nodeId('versionedApp' as never, 'east', 'shop', 'cart', 'v1')).toBe('versionedApp~east~shop~cart~v1');
    expect(nodeId('external', 'east', '', '*.example.org:443')).toBe('external~east~~_2a.example.org_3a443');
    expect(nodeId('external', 'e', '', 'ä/~_')).toMatch(/^[A-Za-z0-9._~-]+$/);
  });
  it('differ where identities differ', () => {
    expect(nodeId('workload', 'a', 'b_7ec', 'd')).not.toBe(nodeId('workload', 'a', 'b', 'c~d'));
    expect(edgeId('a', 'b', 'http')).toBe('a~~b~~http');
    expect(edgeId('a', 'b', 'tcp', 'x.y')).toBe('a~~b~~tcp~~x.y');
  });
});
