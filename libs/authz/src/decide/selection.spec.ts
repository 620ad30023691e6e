/** Clauses 1.1 to 1.6: which policies apply to a workload. A DENY policy that applies denies. */
import { decide, policy } from '../../test/cases.js';

const GATEWAY = 'gateway.networking.k8s.io/gateway-name';
const ingress = { namespace: 'shop', labels: { app: 'gw', [GATEWAY]: 'front' } };
const waypoint = {
  namespace: 'shop',
  labels: { [GATEWAY]: 'way' },
  waypoint: true,
  services: [
    { name: 'cart', namespace: 'shop', registry: 'Kubernetes' },
    { name: 'far', namespace: 'other', registry: 'Kubernetes' },
    { name: 'payments', namespace: 'shop', registry: 'External' },
  ],
};
const sidecar = { namespace: 'shop', labels: { app: 'cart', version: 'v1' } };
const gatewayRef = (name: string, more: object = {}) => ({ group: 'gateway.networking.k8s.io', kind: 'Gateway', name, ...more });
const serviceRef = (name: string, group = '') => ({ group, kind: 'Service', name });
const entryRef = (name: string) => ({ group: 'networking.istio.io', kind: 'ServiceEntry', name });
const classRef = (name = 'istio-waypoint') => ({ group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name });

function check(workload: object, [namespace, spec]: [string, object], applies: boolean) {
  const { decision } = decide([policy({ action: 'DENY', rules: [{}], ...spec }, { namespace })], {}, { workload: workload as never });
  expect(decision).toBe(applies ? 'DENY' : 'ALLOW');
}
const selector = (matchLabels?: object) => ({ selector: matchLabels ? { matchLabels } : {} });

it.each<[string, object, string, object, boolean]>([
  ['1.1 own namespace', sidecar, 'shop', {}, true],
  ['1.1 root namespace', sidecar, 'istio-system', {}, true],
  ['1.1 elsewhere', sidecar, 'other', {}, false],
  ['1.2 selector', sidecar, 'shop', selector({ app: 'cart' }), true],
  ['1.2 every pair', sidecar, 'shop', selector({ app: 'cart', version: 'v2' }), false],
  ['1.2 a label that is absent', sidecar, 'shop', selector({ tier: 'x' }), false],
  ['1.2 empty selector', sidecar, 'shop', selector(), true],
  ['1.2 empty labels', sidecar, 'shop', selector({}), true],
  ['1.2 targetRef is ignored', sidecar, 'shop', { targetRef: serviceRef('cart') }, false],
  ['1.2 targetRefs are ignored', sidecar, 'shop', { targetRefs: [gatewayRef('front')] }, false],
  ['1.2 no gateway, whatever it says of itself', { ...sidecar, waypoint: true }, 'shop', selector({ app: 'cart' }), true],
  ['1.3 root with selector', sidecar, 'istio-system', selector({ app: 'cart' }), true],
  ['1.3 root with another selector', sidecar, 'istio-system', selector({ app: 'x' }), false],
  ['1.4 gateway, selector', ingress, 'shop', selector({ app: 'gw' }), true],
  ['1.4 gateway, none', ingress, 'shop', {}, true],
  ['1.4 gateway, root', ingress, 'istio-system', {}, true],
  ['1.4 waypoint, none', waypoint, 'shop', {}, false],
  ['1.4 waypoint, root', waypoint, 'istio-system', {}, false],
  ['1.4 waypoint, its label', waypoint, 'shop', selector({ [GATEWAY]: 'way' }), false],
  ['1.5 gateway by name', ingress, 'shop', { targetRefs: [gatewayRef('front')] }, true],
  ['1.5 the singular counts', ingress, 'shop', { targetRef: gatewayRef('front'), targetRefs: [] }, true],
  ['1.5 the plural wins', ingress, 'shop', { targetRef: gatewayRef('front'), targetRefs: [gatewayRef('x')] }, false],
  ['1.5 any of them', ingress, 'shop', { targetRefs: [gatewayRef('x'), gatewayRef('front')] }, true],
  ['1.5 another group', ingress, 'shop', { targetRefs: [gatewayRef('front', { group: 'networking.istio.io' })] }, false],
  ['1.5 own namespace said', ingress, 'shop', { targetRefs: [gatewayRef('front', { namespace: 'shop' })] }, true],
  ['1.5 another said', ingress, 'shop', { targetRefs: [gatewayRef('front', { namespace: 'other' })] }, false],
  ['1.5 from the root', ingress, 'istio-system', { targetRefs: [gatewayRef('front')] }, false],
  ['1.5 service at a gateway', { ...ingress, services: waypoint.services }, 'shop', { targetRefs: [serviceRef('cart')] }, false],
  ['1.5 service', waypoint, 'shop', { targetRefs: [serviceRef('cart')] }, true],
  ['1.5 service, group core', waypoint, 'shop', { targetRefs: [serviceRef('cart', 'core')] }, true],
  ['1.5 service of another name', waypoint, 'shop', { targetRefs: [serviceRef('carts')] }, false],
  ['1.5 service, policy elsewhere', waypoint, 'shop', { targetRefs: [serviceRef('far')] }, false],
  ['1.1 namespace of the service', waypoint, 'other', { targetRefs: [serviceRef('far')] }, true],
  ['1.1 its selector does not reach', waypoint, 'other', {}, false],
  ['1.5 entry', waypoint, 'shop', { targetRefs: [entryRef('payments')] }, true],
  ['1.5 entry of a Kubernetes service', waypoint, 'shop', { targetRefs: [entryRef('cart')] }, false],
  ['1.5 service of an entry', waypoint, 'shop', { targetRefs: [serviceRef('payments')] }, false],
  ['1.5 waypoint by its gateway', waypoint, 'shop', { targetRefs: [gatewayRef('way')] }, true],
  ['1.5 class from the root', waypoint, 'istio-system', { targetRefs: [classRef()] }, true],
  ['1.5 class from elsewhere', waypoint, 'shop', { targetRefs: [classRef()] }, false],
  ['1.5 another class', waypoint, 'istio-system', { targetRefs: [classRef('istio')] }, false],
  ['1.5 class at a gateway', ingress, 'istio-system', { targetRefs: [classRef()] }, false],
])('%s', (_, workload, namespace, spec, applies) => check(workload, [namespace, spec], applies));

it('1.1 takes the root namespace from the mesh', () => {
  const root = policy({ action: 'DENY', rules: [{}] }, { namespace: 'mesh' });
  expect(decide([root], {}, { mesh: { rootNamespace: 'mesh' } }).decision).toBe('DENY');
  expect(decide([root], {}).decision).toBe('ALLOW');
});
