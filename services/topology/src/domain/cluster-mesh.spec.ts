import type { TopologyEdge, TopologyNode } from '@observatory/contracts';
import { describeMesh, trustDomainOfPrincipal } from './cluster-mesh.js';

const node = (id: string, cluster: string, namespace: string, mesh: TopologyNode['mesh']) =>
  ({ id, cluster, namespace, mesh }) as TopologyNode;
const edge = (target: string, destinationPrincipal?: string) => ({ target, mtls: { ratio: 1, destinationPrincipal } }) as TopologyEdge;

describe('trustDomainOfPrincipal', () => {
  it.each([
    ['spiffe://cluster.local/ns/shop/sa/cart', 'cluster.local'],
    ['cart.shop.serviceaccount.identity.linkerd.cluster.local', 'cluster.local'],
    ['unknown', undefined],
    ['', undefined],
  ])('%s', (principal, expected) => expect(trustDomainOfPrincipal(principal)).toBe(expected));
});

describe('describeMesh', () => {
  const graph = {
    nodes: [node('a', 'east', 'shop', 'istio'), node('b', 'east', '', 'none'), node('c', 'west', 'mail', 'linkerd')],
    edges: [
      edge('a', 'spiffe://east.example/ns/shop/sa/a'),
      edge('a', 'spiffe://east.example/ns/shop/sa/a'),
      edge('a', 'spiffe://old/ns/shop/sa/a'),
      edge('c', 'spiffe://west.example/ns/m/sa/c'),
    ],
  };

  it('takes what is seen of the one cluster', () => {
    const facts = {
      cluster: 'east',
      namespaces: [{ name: 'empty', mesh: 'none' as const }],
      pods: [],
      controllers: [],
      services: [],
      serviceEntries: [],
    };
    expect(describeMesh('east', graph, facts)).toEqual({ meshes: ['istio'], trustDomain: 'east.example', namespaces: ['empty', 'shop'] });
    expect(describeMesh('west', graph, undefined)).toEqual({ meshes: ['linkerd'], trustDomain: 'west.example', namespaces: ['mail'] });
  });

  it('does not guess', () => {
    expect(describeMesh('north', graph, undefined)).toEqual({ meshes: [], trustDomain: null, namespaces: [] });
  });
});
