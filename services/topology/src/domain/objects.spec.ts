import type { KubeObject } from '@observatory/platform';
import type { WorkloadFacts } from '@observatory/mesh';
import type { ClusterFacts } from './kube-facts.js';
import { graphObjects, objectsAt } from './objects.js';
import { CONTROLLERS, NAMESPACES, PODS, SERVICE_ENTRIES, SERVICES } from './projections.js';

const object = (kind: string, path: string, rest: Record<string, unknown> & { metadata?: object } = {}): KubeObject => {
  const [namespace, name] = path.split('/') as [string, string];
  return { kind, ...rest, metadata: { name, namespace, creationTimestamp: '2026-01-01T00:00:00Z', ...rest.metadata } };
};
const template = (labels: object, annotations = {}, serviceAccountName?: string) => ({
  metadata: { labels, annotations },
  spec: { containers: [{ name: 'main' }], ...(serviceAccountName ? { serviceAccountName } : {}) },
});
const deployment = (
  path: string,
  labels: object,
  options: { annotations?: object; replicas?: number; ready?: number; created?: string } = {},
) =>
  object('Deployment', path, {
    metadata: { creationTimestamp: options.created ?? '2026-01-01T00:00:00Z' },
    spec: { replicas: options.replicas, template: template(labels, options.annotations) },
    status: { readyReplicas: options.ready },
  });
const namespace = (name: string, labels = {}, annotations = {}): KubeObject => ({
  kind: 'Namespace',
  metadata: { name, labels, annotations },
});

interface PodOptions {
  owner?: [kind: string, name: string];
  labels?: object;
  annotations?: object;
  containers?: object[];
  init?: object[];
  ready?: boolean;
  phase?: string;
  deleting?: boolean;
  created?: string;
}
const pod = (path: string, options: PodOptions = {}) =>
  object('Pod', path, {
    metadata: {
      labels: options.labels,
      annotations: options.annotations,
      ...(options.created ? { creationTimestamp: options.created } : {}),
      ...(options.deleting ? { deletionTimestamp: '2026-01-02T00:00:00Z' } : {}),
      ...(options.owner ? { ownerReferences: [{ kind: options.owner[0], name: options.owner[1], controller: true }] } : {}),
    },
    spec: { serviceAccountName: 'runner', containers: options.containers ?? [{ name: 'main' }], initContainers: options.init },
    status: { phase: options.phase ?? 'Running', conditions: [{ type: 'Ready', status: options.ready === false ? 'False' : 'True' }] },
  });

function factsOf(objects: readonly KubeObject[]): ClusterFacts {
  const of = <T>(kinds: readonly { kind: string; project: (item: KubeObject) => T | undefined }[]) =>
    kinds.flatMap(({ kind, project }) => objects.filter((item) => item.kind === kind).flatMap((item) => project(item) ?? []));
  return {
    cluster: 'east',
    namespaces: of([NAMESPACES]),
    pods: of([PODS]),
    controllers: of(CONTROLLERS),
    services: of([SERVICES]),
    serviceEntries: of([SERVICE_ENTRIES]),
  };
}

/** What is said about one workload, without its cluster, namespace and name. */
function check(objects: readonly KubeObject[], path: string, expected: Partial<WorkloadFacts>): void {
  const { workloads } = graphObjects(factsOf(objects));
  const found = workloads.find((workload) => `${workload.namespace}/${workload.name}` === path);
  expect(found).toMatchObject({ cluster: 'east', ...expected });
}
const names = (objects: readonly KubeObject[]) =>
  graphObjects(factsOf(objects)).workloads.map((workload) => `${workload.namespace}/${workload.name}`);

const hash = { 'pod-template-hash': 'abc12' };
const sidecar = { name: 'istio-proxy', args: ['proxy', 'sidecar'] };

describe('which workload a pod belongs to', () => {
  it.each([
    ['Deployment', { owner: ['ReplicaSet', 'cart-abc12'], labels: hash }, 'cart'],
    ['Argo Rollout', { owner: ['ReplicaSet', 'cart-x9'], labels: { 'rollouts-pod-template-hash': 'x9' } }, 'cart'],
    ['plain ReplicaSet', { owner: ['ReplicaSet', 'cart-v1'] }, 'cart-v1'],
    ['StatefulSet', { owner: ['StatefulSet', 'db'] }, 'db'],
    ['DaemonSet', { owner: ['DaemonSet', 'ztunnel'] }, 'ztunnel'],
    ['CronJob', { owner: ['Job', 'report-29012345'] }, 'report'],
    ['Job', { owner: ['Job', 'migrate'] }, 'migrate'],
    ['nothing', {}, 'lonely'],
  ] as [string, PodOptions, string][])('%s', (_, options, workload) => {
    expect(names([pod('shop/lonely', options)])).toEqual([`shop/${workload}`]);
  });

  it('one workload for the pods and the controller of one name; none for finished Jobs', () => {
    const pods = ['a', 'b'].map((suffix) => pod(`shop/cart-abc12-${suffix}`, { owner: ['ReplicaSet', 'cart-abc12'], labels: hash }));
    expect(
      names([deployment('shop/cart', { app: 'cart' }), ...pods, pod('shop/migrate-1', { owner: ['Job', 'migrate'], phase: 'Succeeded' })]),
    ).toEqual(['shop/cart']);
  });
});

describe('replicas', () => {
  it.each([
    [{ spec: { replicas: 3 }, status: { readyReplicas: 2 } }, 'Deployment', { desired: 3, ready: 2 }],
    [{ spec: {}, status: {} }, 'StatefulSet', { desired: 1, ready: 0 }],
    [{ spec: {}, status: { desiredNumberScheduled: 4, numberReady: 4 } }, 'DaemonSet', { desired: 4, ready: 4 }],
    [{ spec: { jobTemplate: { spec: { template: template({}) } } } }, 'CronJob', undefined],
  ] as const)('%j of a %s', (rest, kind, replicas) => {
    const { workloads } = graphObjects(factsOf([object(kind, 'shop/it', rest)]));
    expect(workloads.map((workload) => workload.replicas)).toEqual([replicas]);
  });

  it('without a watched controller, every live pod is wanted', () => {
    const owner: [string, string] = ['Rollout', 'cart'];
    const pods = [pod('shop/a', { owner }), pod('shop/b', { owner, ready: false }), pod('shop/c', { owner, deleting: true })];
    check(pods, 'shop/cart', { replicas: { desired: 2, ready: 1 } });
  });
});

describe('the mesh of a workload', () => {
  const of = (options: PodOptions) => [pod('shop/cart-0', { owner: ['StatefulSet', 'cart'], ...options })];
  it.each([
    ['sidecar', of({ containers: [{ name: 'main' }, sidecar] }), 'istio', undefined],
    ['native sidecar', of({ init: [sidecar] }), 'istio', undefined],
    ['linkerd', of({ init: [{ name: 'linkerd-proxy' }] }), 'linkerd', undefined],
    ['ambient', of({ annotations: { 'ambient.istio.io/redirection': 'enabled' } }), 'ambient', undefined],
    ['gateway', of({ containers: [{ name: 'istio-proxy', args: ['proxy', 'router'] }] }), 'istio', 'gateway'],
    [
      'egress gateway',
      of({ labels: { istio: 'egressgateway' }, containers: [{ name: 'istio-proxy', args: ['proxy', 'router'] }] }),
      'istio',
      'egress',
    ],
    ['waypoint', of({ containers: [{ name: 'istio-proxy', args: ['proxy', 'waypoint'] }] }), 'ambient', 'waypoint'],
    [
      'ztunnel',
      of({ labels: { app: 'ztunnel' }, containers: [{ name: 'istio-proxy', args: ['proxy', 'ztunnel'] }] }),
      'ambient',
      'ztunnel',
    ],
    ['none, though the namespace asks for it', [namespace('shop', { 'istio-injection': 'enabled' }), ...of({})], 'none', undefined],
  ] as const)('%s', (_, objects, mesh, role) => check(objects, 'shop/cart', { mesh, ...(role ? { role } : {}) }));

  it.each([
    ['label of the namespace', { 'istio-injection': 'enabled' }, {}, {}, {}, 'istio'],
    ['revision', { 'istio.io/rev': 'canary' }, {}, {}, {}, 'istio'],
    ['ambient', { 'istio.io/dataplane-mode': 'ambient' }, {}, {}, {}, 'ambient'],
    ['ambient, opted out', { 'istio.io/dataplane-mode': 'ambient' }, {}, { 'istio.io/dataplane-mode': 'none' }, {}, 'none'],
    ['linkerd', {}, { 'linkerd.io/inject': 'enabled' }, {}, {}, 'linkerd'],
    ['template against namespace', { 'istio-injection': 'enabled' }, {}, { 'sidecar.istio.io/inject': 'false' }, {}, 'none'],
    ['template alone', {}, {}, {}, { 'linkerd.io/inject': 'enabled' }, 'linkerd'],
    ['nothing', {}, {}, {}, {}, 'none'],
  ] as const)('without pods, what is asked for: %s', (_, namespaceLabels, namespaceAnnotations, labels, annotations, mesh) =>
    check(
      [namespace('shop', namespaceLabels, namespaceAnnotations), deployment('shop/cart', labels, { annotations, replicas: 0 })],
      'shop/cart',
      { mesh },
    ),
  );
});

describe('names and services', () => {
  it('takes app, version and service account', () => {
    check([deployment('shop/cart-v2', { app: 'cart', version: 'v2' })], 'shop/cart-v2', {
      app: 'cart',
      version: 'v2',
      serviceAccount: 'default',
    });
    check([deployment('shop/it', { app: 'a', 'app.kubernetes.io/name': 'b', 'service.istio.io/canonical-name': 'c' })], 'shop/it', {
      app: 'c',
    });
    check([pod('shop/cart-0', { owner: ['StatefulSet', 'cart'] })], 'shop/cart', { serviceAccount: 'runner' });
  });

  it('finds the services that select it, in its namespace only', () => {
    const service = (path: string, selector: object) => object('Service', path, { spec: { selector } });
    const services = [
      service('shop/cart', { app: 'cart' }),
      service('shop/all', { tier: 'web' }),
      service('shop/other', { app: 'cart', version: 'v1' }),
      service('data/cart', { app: 'cart' }),
      object('Service', 'shop/manual', { spec: {} }),
    ];
    check([deployment('shop/cart-v2', { app: 'cart', version: 'v2', tier: 'web' }), ...services], 'shop/cart-v2', {
      services: ['all', 'cart'],
    });
    expect(graphObjects(factsOf(services)).services).toHaveLength(5);
  });

  it('gives each host of a ServiceEntry', () => {
    const entry = object('ServiceEntry', 'shop/banks', { spec: { hosts: ['api.bank.example', '*.pay.example'] } });
    expect(graphObjects(factsOf([entry])).services).toEqual(
      ['api.bank.example', '*.pay.example'].map((name) => ({ cluster: 'east', namespace: 'shop', name, kind: 'serviceEntry' })),
    );
  });
});

describe('objectsAt', () => {
  const objects = [
    deployment('shop/old', {}, { ready: 1 }),
    deployment('shop/new', {}, { created: '2026-06-01T00:00:00Z' }),
    pod('shop/old-abc12-x', { owner: ['ReplicaSet', 'old-abc12'], labels: hash, created: '2026-06-01T00:00:00Z', containers: [sidecar] }),
    pod('shop/lonely', { created: '2026-06-01T00:00:00Z' }),
    object('Service', 'shop/young', { metadata: { creationTimestamp: '2026-06-01T00:00:00Z' }, spec: {} }),
  ];

  it('keeps what existed then, without the replicas of today', () => {
    const { workloads, services } = objectsAt(factsOf(objects), Date.parse('2026-03-01T00:00:00Z'));
    expect(workloads).toEqual([{ cluster: 'east', namespace: 'shop', name: 'old', mesh: 'istio', serviceAccount: 'runner' }]);
    expect(services).toEqual([]);
  });

  it('keeps all that exists when the time is later than all', () => {
    expect(objectsAt(factsOf(objects), Date.parse('2026-07-01T00:00:00Z')).workloads).toHaveLength(3);
  });
});
