import { CALLS } from './calls.js';
import { Cluster } from './cluster.js';
import { keyOf } from './types.js';

const cluster = new Cluster();

describe('the cluster', () => {
  it('gives every pod a name and an address of its own, the same each time', () => {
    expect(new Set(cluster.pods.map(keyOf)).size).toBe(cluster.pods.length);
    expect(new Set(cluster.pods.map((pod) => cluster.addressOf(pod))).size).toBe(cluster.pods.length);
    expect(new Cluster().pods).toEqual(cluster.pods);
    for (const pod of cluster.pods) expect(cluster.addressOf(pod)).toMatch(/^127\.77\.\d+\.\d+$/);
  });

  it('shares one address where the system has no more, and moves the ports', () => {
    const poor = new Cluster(null);
    const [pod] = poor.pods;
    poor.movePort(pod!, 8080, 40_001);
    expect([poor.addressOf(pod!), poor.loopbackOf(pod!), poor.portOf(pod!, 8080), poor.portOf(pod!, 8443)]).toEqual([
      '127.0.0.1',
      undefined,
      40_001,
      8443,
    ]);
  });

  it('has calls with one id each, and callers before those they call', () => {
    expect(new Set(CALLS.map(({ id }) => id)).size).toBe(CALLS.length);
    expect(new Set(cluster.lanes.map(({ id }) => id)).size).toBe(cluster.lanes.length);
    for (const { source, target } of cluster.lanes) {
      if (target) expect(cluster.order.indexOf(source)).toBeLessThan(cluster.order.indexOf(target));
    }
  });

  it('has weights of a service that sum to one', () => {
    for (const service of cluster.services.values()) {
      if (service.backends.length > 0) expect(service.backends.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1);
    }
  });

  it('is a shop of some 25 workloads in 5 namespaces, beside the control planes', () => {
    const own = Array.from(cluster.workloads.values()).filter(({ role }) => role !== 'controlPlane' && role !== 'ztunnel');
    expect(own.length).toBeGreaterThanOrEqual(24);
    expect(new Set(own.map(({ namespace }) => namespace))).toEqual(new Set(['istio-ingress', 'shop', 'data', 'media', 'support']));
    expect(new Set(own.map(({ mesh }) => mesh))).toEqual(new Set(['istio', 'ambient', 'linkerd', 'none']));
  });
});
