/** The shop as data: which workloads run where, in which mesh, how fast, and which services lead to them. */
import type { ControllerKind, Mesh, Port, Protocol, Role, Service, Workload } from './types.js';

export const CLUSTER = 'demo';
export const ISTIO_REVISION = 'default';
export const NODES = ['demo-node-a', 'demo-node-b', 'demo-node-c'] as const;
/** Where checkout sends its newer version's share; the rest goes to v1. */
export const CHECKOUT_V2_WEIGHT = 0.25;

interface WorkloadSpec {
  namespace: string;
  name: string;
  mesh: Mesh;
  ports: Port[];
  app?: string;
  version?: string;
  kind?: ControllerKind;
  replicas?: number;
  serviceAccount?: string;
  role?: Role;
  ms?: number;
  sigma?: number;
  errors?: number;
  capacity?: number;
}

function workload(spec: WorkloadSpec): Workload {
  const app = spec.app ?? spec.name;
  return {
    namespace: spec.namespace,
    name: spec.name,
    app,
    version: spec.version,
    kind: spec.kind ?? 'Deployment',
    replicas: spec.replicas ?? 2,
    serviceAccount: spec.serviceAccount ?? app,
    mesh: spec.mesh,
    role: spec.role,
    ports: spec.ports,
    ownMedianMs: spec.ms ?? 5,
    sigma: spec.sigma ?? 0.45,
    ownErrorShare: spec.errors ?? 0.0005,
    capacityRps: spec.capacity ?? 200,
  };
}

const port = (name: string, number: number, protocol: Protocol): Port => ({ name, port: number, protocol });
const http = (number = 8080) => [port('http', number, 'http')];
const grpc = (number = 9090) => [port('grpc', number, 'grpc')];
const tcp = (name: string, number: number) => [port(`tcp-${name}`, number, 'tcp')];

const INGRESS: Workload[] = [
  workload({
    namespace: 'istio-ingress',
    name: 'istio-ingressgateway',
    mesh: 'istio',
    role: 'gateway',
    ports: [port('http2', 8080, 'http'), port('https', 8443, 'http')],
    ms: 1,
    errors: 0,
    capacity: 600,
  }),
];

const SHOP: Workload[] = [
  workload({ namespace: 'shop', name: 'storefront', version: 'v1', mesh: 'istio', ports: http(), replicas: 3, ms: 14, capacity: 140 }),
  workload({ namespace: 'shop', name: 'catalog', version: 'v3', mesh: 'istio', ports: http(), ms: 6, capacity: 180 }),
  workload({ namespace: 'shop', name: 'cart', version: 'v1', mesh: 'istio', ports: http(), ms: 4 }),
  workload({ namespace: 'shop', name: 'checkout-v1', app: 'checkout', version: 'v1', mesh: 'istio', ports: http(), ms: 18, capacity: 30 }),
  workload({
    namespace: 'shop',
    name: 'checkout-v2',
    app: 'checkout',
    version: 'v2',
    mesh: 'istio',
    ports: http(),
    replicas: 1,
    ms: 13,
    errors: 0.002,
    capacity: 15,
  }),
  workload({
    namespace: 'shop',
    name: 'payments',
    version: 'v1',
    mesh: 'istio',
    ports: http(),
    ms: 22,
    sigma: 0.55,
    errors: 0.001,
    capacity: 30,
  }),
  workload({
    namespace: 'shop',
    name: 'recommendations',
    version: 'v1',
    mesh: 'istio',
    ports: grpc(),
    ms: 28,
    sigma: 0.6,
    errors: 0.001,
    capacity: 90,
  }),
  workload({ namespace: 'shop', name: 'shipping', version: 'v1', mesh: 'istio', ports: grpc(), ms: 9, capacity: 40 }),
  workload({ namespace: 'shop', name: 'accounts', version: 'v2', mesh: 'istio', ports: http(), ms: 11, capacity: 60 }),
  workload({ namespace: 'shop', name: 'gift-cards', version: 'v1', mesh: 'istio', ports: http(), replicas: 1 }),
  workload({ namespace: 'shop', name: 'legacy-reports', mesh: 'none', ports: http(8088), replicas: 1, ms: 60 }),
];

const DATA: Workload[] = [
  workload({ namespace: 'data', name: 'postgres', mesh: 'istio', kind: 'StatefulSet', ports: tcp('postgres', 5432), ms: 2, capacity: 900 }),
  workload({ namespace: 'data', name: 'redis', mesh: 'istio', ports: tcp('redis', 6379), replicas: 1, ms: 0.4, capacity: 3000 }),
  workload({
    namespace: 'data',
    name: 'kafka',
    mesh: 'istio',
    kind: 'StatefulSet',
    ports: tcp('kafka', 9092),
    replicas: 3,
    ms: 3,
    capacity: 900,
  }),
  workload({ namespace: 'data', name: 'orders-worker', version: 'v1', mesh: 'istio', ports: http(), replicas: 1, ms: 30 }),
  workload({ namespace: 'data', name: 'erp-bridge', mesh: 'none', ports: http(8090), replicas: 1, ms: 45, errors: 0.003 }),
];

const MEDIA: Workload[] = [
  workload({ namespace: 'media', name: 'images', version: 'v1', mesh: 'ambient', ports: http(), ms: 7, capacity: 100 }),
  workload({ namespace: 'media', name: 'thumbnailer', version: 'v1', mesh: 'ambient', ports: http(), ms: 35, sigma: 0.6, capacity: 30 }),
  workload({ namespace: 'media', name: 'search', version: 'v1', mesh: 'ambient', ports: http(), ms: 16, capacity: 50 }),
  workload({
    namespace: 'media',
    name: 'search-index',
    mesh: 'ambient',
    kind: 'StatefulSet',
    ports: tcp('index', 9300),
    ms: 4,
    capacity: 300,
  }),
  workload({
    namespace: 'media',
    name: 'waypoint',
    mesh: 'istio',
    role: 'waypoint',
    ports: [port('hbone', 15008, 'tcp')],
    ms: 1,
    capacity: 600,
  }),
];

const SUPPORT: Workload[] = [
  workload({ namespace: 'support', name: 'helpdesk', mesh: 'linkerd', ports: http(), ms: 12, capacity: 40 }),
  workload({ namespace: 'support', name: 'tickets', mesh: 'linkerd', ports: http(), ms: 9, errors: 0.001, capacity: 40 }),
  workload({ namespace: 'support', name: 'mailer', mesh: 'linkerd', ports: grpc(), replicas: 1, ms: 40, capacity: 20 }),
  workload({
    namespace: 'support',
    name: 'tickets-db',
    mesh: 'linkerd',
    kind: 'StatefulSet',
    ports: tcp('postgres', 5432),
    replicas: 1,
    ms: 2,
    capacity: 300,
  }),
];

const CONTROL_PLANES: Workload[] = [
  workload({
    namespace: 'istio-system',
    name: 'istiod',
    mesh: 'none',
    role: 'controlPlane',
    ports: [port('grpc-xds', 15012, 'tcp')],
    replicas: 1,
  }),
  workload({
    namespace: 'istio-system',
    name: 'ztunnel',
    mesh: 'none',
    role: 'ztunnel',
    kind: 'DaemonSet',
    replicas: NODES.length,
    ports: [port('hbone', 15008, 'tcp')],
  }),
  workload({
    namespace: 'linkerd',
    name: 'linkerd-identity',
    mesh: 'linkerd',
    role: 'controlPlane',
    ports: [port('grpc', 8080, 'grpc')],
    replicas: 1,
  }),
  workload({
    namespace: 'linkerd',
    name: 'linkerd-destination',
    mesh: 'linkerd',
    role: 'controlPlane',
    ports: [port('grpc', 8086, 'grpc')],
    replicas: 1,
  }),
  workload({
    namespace: 'linkerd',
    name: 'linkerd-proxy-injector',
    mesh: 'linkerd',
    role: 'controlPlane',
    ports: [port('proxy-injector', 8443, 'tcp')],
    replicas: 1,
  }),
];

export const WORKLOADS: readonly Workload[] = [...INGRESS, ...SHOP, ...DATA, ...MEDIA, ...SUPPORT, ...CONTROL_PLANES];

/** A service of the workloads named; one workload of the service's own name by default. */
function service(
  namespace: string,
  name: string,
  servicePort: Port,
  options: { backends?: [string, number][]; waypoint?: boolean } = {},
): Service {
  const backends = (options.backends ?? [[name, 1]]).map(([backend, weight]) => ({ workload: `${namespace}/${backend}`, weight }));
  return { namespace, name, port: servicePort, backends, waypoint: options.waypoint };
}

export const SERVICES: readonly Service[] = [
  service('istio-ingress', 'istio-ingressgateway', port('https', 443, 'http')),
  ...['storefront', 'catalog', 'cart', 'payments', 'accounts', 'gift-cards'].map((name) =>
    service('shop', name, port('http', 8080, 'http')),
  ),
  service('shop', 'checkout', port('http', 8080, 'http'), {
    backends: [
      ['checkout-v1', 1 - CHECKOUT_V2_WEIGHT],
      ['checkout-v2', CHECKOUT_V2_WEIGHT],
    ],
  }),
  service('shop', 'recommendations', port('grpc', 9090, 'grpc')),
  service('shop', 'shipping', port('grpc', 9090, 'grpc')),
  service('shop', 'promotions', port('http', 8080, 'http'), { backends: [] }),
  service('data', 'postgres', port('tcp-postgres', 5432, 'tcp')),
  service('data', 'redis', port('tcp-redis', 6379, 'tcp')),
  service('data', 'kafka', port('tcp-kafka', 9092, 'tcp')),
  service('data', 'erp-bridge', port('http', 8090, 'http')),
  service('media', 'images', port('http', 8080, 'http')),
  service('media', 'thumbnailer', port('http', 8080, 'http'), { waypoint: true }),
  service('media', 'search', port('http', 8080, 'http')),
  service('media', 'search-index', port('tcp-index', 9300, 'tcp')),
  service('media', 'waypoint', port('hbone', 15008, 'tcp')),
  service('support', 'helpdesk', port('http', 8080, 'http')),
  service('support', 'tickets', port('http', 8080, 'http')),
  service('support', 'mailer', port('grpc', 9090, 'grpc')),
  service('support', 'tickets-db', port('tcp-postgres', 5432, 'tcp')),
  service('istio-system', 'istiod', port('grpc-xds', 15012, 'tcp')),
  service('linkerd', 'linkerd-identity', port('grpc', 8080, 'grpc')),
  service('linkerd', 'linkerd-destination', port('grpc', 8086, 'grpc')),
  service('linkerd', 'linkerd-proxy-injector', port('proxy-injector', 443, 'tcp'), { backends: [['linkerd-proxy-injector', 1]] }),
];
