import { edgeId, nodeId } from '@observatory/contracts';
import { edgeReference } from './edge-reference.js';

describe('edgeReference', () => {
  it('reads back what the contracts write', () => {
    const source = nodeId('workload', 'east', 'shop', 'web');
    const target = nodeId('app', 'east', 'shop', 'cart', 'v1');
    expect(edgeReference(edgeId(source, target, 'grpc'))).toEqual({
      source: { kind: 'workload', cluster: 'east', namespace: 'shop', name: 'web' },
      target: { kind: 'app', cluster: 'east', namespace: 'shop', name: 'cart', version: 'v1' },
      protocol: 'grpc',
    });
    expect(edgeReference(edgeId(source, target, 'http', 'cart.shop.svc.cluster.local'))?.target.name).toBe('cart');
  });

  it('reads names with strange characters, and ends without a namespace', () => {
    const source = nodeId('unknown', 'east', '', 'unknown');
    const target = nodeId('external', 'ea_st', '', '*.exämple~~http.org');
    expect(edgeReference(edgeId(source, target, 'tcp', ''))).toEqual({
      source: { kind: 'unknown', cluster: 'east', namespace: '', name: 'unknown' },
      target: { kind: 'external', cluster: 'ea_st', namespace: '', name: '*.exämple~~http.org' },
      protocol: 'tcp',
    });
  });

  it('refuses anything else', () => {
    for (const id of [
      '',
      'nonsense',
      'workload~a~b~c~~workload~a~b~d',
      'workload~a~b~c~~pod~a~b~d~~http',
      'workload~a~_ff~c~~workload~a~b~d~~http',
      'workload~a~b~c~~workload~a~b~d~~udp',
    ]) {
      expect(edgeReference(id)).toBeUndefined();
    }
  });
});
