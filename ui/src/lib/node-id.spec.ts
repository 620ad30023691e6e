import { edgeId, nodeId } from '@observatory/contracts';
import { parseEdgeId, parseNodeId, spiffeId, withoutService } from './node-id.js';

describe('parseNodeId', () => {
  const check = (namespace: string, name: string) =>
    expect(parseNodeId(nodeId('workload', 'east-1', namespace, name))).toEqual({ kind: 'workload', cluster: 'east-1', namespace, name });
  it('is the reverse of nodeId', () => {
    check('shop', 'checkout');
    check('', '*.example.org:443');
    check('shop', 'ä/~_100%');
  });
  it('keeps what is no id', () => expect(parseNodeId('x')).toEqual({ kind: 'unknown', cluster: '', namespace: '', name: 'x' }));
});

describe('spiffeId', () => {
  const check = (principal: string) => expect(spiffeId(principal)).toBe('spiffe://td/ns/a/sa/b');
  it('has the scheme once', () => {
    check('td/ns/a/sa/b');
    check('spiffe://td/ns/a/sa/b');
  });
});

describe('parseEdgeId', () => {
  const check = (source: [string, string], target: [string, string], service?: string) => {
    const id = edgeId(nodeId('workload', 'e', ...source), nodeId('external', 'e', ...target), 'grpc', service);
    const parsed = parseEdgeId(id);
    expect([parsed?.source.namespace, parsed?.source.name]).toEqual(source);
    expect([parsed?.target.namespace, parsed?.target.name]).toEqual(target);
    expect(parsed?.protocol).toBe('grpc');
  };
  it('finds both ends, also where a namespace is empty', () => {
    check(['shop', 'web'], ['pay', 'api']);
    check(['shop', 'web'], ['', 'api.example.org']);
    check(['', 'unknown'], ['', 'api.example.org'], 'api.example.org');
  });
  it('refuses what is no edge', () => expect(parseEdgeId('workload~e~shop~web')).toBeUndefined());
});

describe('withoutService', () => {
  it.each([
    ['workload~d~s~a~~workload~d~s~b~~http~~b.s.svc', 'workload~d~s~a~~workload~d~s~b~~http'],
    ['workload~d~s~a~~workload~d~s~b~~http', 'workload~d~s~a~~workload~d~s~b~~http'],
    ['unknown~d~~unknown~~workload~d~s~b~~tcp~~b', 'unknown~d~~unknown~~workload~d~s~b~~tcp'],
    ['nonsense', 'nonsense'],
  ])('%s', (id, expected) => expect(withoutService(id)).toBe(expected));
});
