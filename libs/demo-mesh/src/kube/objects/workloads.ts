/** Deployments, StatefulSets, DaemonSets with their ReplicaSets and Pods, and the report that runs as a CronJob. */
import { templateHashOf } from '../../model/cluster.js';
import { keyOf, type Pod, type Workload } from '../../model/types.js';
import { lifetimeMs } from '../../tls/leafs.js';
import type { KubeObject } from '../store.js';
import { bornAt, instant, object, owner, podLabels, selectorLabels, type ObjectContext } from './labels.js';

const PROXY_IMAGE = {
  istio: 'docker.io/istio/proxyv2:1.26.2',
  linkerd: 'cr.l5d.io/linkerd/proxy:edge-25.8.1',
  ztunnel: 'docker.io/istio/ztunnel:1.26.2',
};

type PortOf = (port: number) => number;
const asDeclared: PortOf = (port) => port;

const portsOf = (workload: Workload, portOf: PortOf) =>
  workload.ports.map(({ name, port }) => ({ name, containerPort: portOf(port), protocol: 'TCP' }));

function ownContainer(workload: Workload, portOf: PortOf): Record<string, unknown> {
  const image = `registry.shop.example/${workload.app}:${workload.version ?? 'stable'}`;
  return { name: workload.app, image, ports: portsOf(workload, portOf) };
}

/** The containers of a pod; a proxy is the whole of gateways, waypoints and ztunnels. */
function containersOf(workload: Workload, portOf: PortOf = asDeclared): Record<string, unknown>[] {
  const ports = portsOf(workload, portOf);
  const metrics = { name: 'http-envoy-prom', containerPort: 15090, protocol: 'TCP' };
  if (workload.role === 'ztunnel') return [{ name: 'istio-proxy', image: PROXY_IMAGE.ztunnel, ports }];
  if (workload.role === 'gateway' || workload.role === 'waypoint')
    return [{ name: 'istio-proxy', image: PROXY_IMAGE.istio, ports: [...ports, metrics] }];
  if (workload.mesh === 'istio')
    return [ownContainer(workload, portOf), { name: 'istio-proxy', image: PROXY_IMAGE.istio, ports: [metrics] }];
  if (workload.mesh !== 'linkerd') return [ownContainer(workload, portOf)];
  const proxyPorts = [
    { name: 'linkerd-proxy', containerPort: 4143, protocol: 'TCP' },
    { name: 'linkerd-admin', containerPort: 4191, protocol: 'TCP' },
  ];
  return [ownContainer(workload, portOf), { name: 'linkerd-proxy', image: PROXY_IMAGE.linkerd, ports: proxyPorts }];
}

function annotationsOf(workload: Workload): Record<string, string> {
  const ttlHours = lifetimeMs(workload) / 3_600_000;
  if (workload.mesh === 'istio')
    return {
      ...(ttlHours === 24 ? {} : { 'proxy.istio.io/config': `{"proxyMetadata":{"SECRET_TTL":"${ttlHours}h0m0s"}}` }),
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '15020',
      'prometheus.io/path': '/stats/prometheus',
      'sidecar.istio.io/status': '{"revision":"default"}',
    };
  if (workload.mesh === 'ambient') return { 'ambient.istio.io/redirection': 'enabled' };
  if (workload.mesh === 'linkerd') return { 'linkerd.io/inject': 'enabled', 'linkerd.io/proxy-version': 'edge-25.8.1' };
  return {};
}

export function podObject(context: ObjectContext, pod: Pod): KubeObject {
  const { workload } = pod;
  const startedAt = instant(workload.name === 'checkout-v2' ? context.newVersionAt : context.podsBornAt);
  const controller = {
    Deployment: owner('apps/v1', 'ReplicaSet', { namespace: pod.namespace, name: `${workload.name}-${pod.templateHash}` }),
    StatefulSet: owner('apps/v1', 'StatefulSet', workload),
    DaemonSet: owner('apps/v1', 'DaemonSet', workload),
  }[workload.kind];
  const containers = containersOf(workload, (port) => context.cluster.portOf(pod, port));
  const podIP = context.cluster.addressOf(pod);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: pod.name,
      namespace: pod.namespace,
      uid: pod.uid,
      creationTimestamp: startedAt,
      labels: podLabels(pod),
      annotations: annotationsOf(workload),
      ownerReferences: [controller],
    },
    spec: { nodeName: pod.node, serviceAccountName: workload.serviceAccount, containers, restartPolicy: 'Always' },
    status: {
      phase: 'Running',
      podIP,
      podIPs: [{ ip: podIP }],
      startTime: startedAt,
      conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
        type,
        status: 'True',
        lastTransitionTime: startedAt,
      })),
      containerStatuses: containers.map(({ name, image }) => ({
        name,
        image,
        imageID: '',
        ready: true,
        started: true,
        restartCount: 0,
        state: { running: { startedAt } },
      })),
    },
  };
}

function controllerStatus(workload: Workload): Record<string, unknown> {
  const { replicas } = workload;
  if (workload.kind === 'DaemonSet') {
    return {
      desiredNumberScheduled: replicas,
      currentNumberScheduled: replicas,
      numberReady: replicas,
      numberAvailable: replicas,
      updatedNumberScheduled: replicas,
      numberMisscheduled: 0,
    };
  }
  return { observedGeneration: 1, replicas, readyReplicas: replicas, updatedReplicas: replicas, availableReplicas: replicas };
}

function controllerObjects(context: ObjectContext, workload: Workload): KubeObject[] {
  const matchLabels = selectorLabels(workload);
  const [pod] = context.cluster.podsOf(workload);
  const { 'pod-template-hash': _, ...templateLabels } = pod ? podLabels(pod) : matchLabels;
  const template = {
    metadata: { labels: templateLabels },
    spec: { serviceAccountName: workload.serviceAccount, containers: containersOf(workload) },
  };
  const metadata = {
    name: workload.name,
    namespace: workload.namespace,
    creationTimestamp: instant(bornAt(context, workload)),
    labels: { app: workload.app, ...(workload.version ? { version: workload.version } : {}) },
  };
  const replicas = workload.kind === 'DaemonSet' ? {} : { replicas: workload.replicas };
  const controller = object('apps/v1', workload.kind, {
    metadata,
    spec: { ...replicas, selector: { matchLabels }, template },
    status: controllerStatus(workload),
  });
  if (workload.kind !== 'Deployment') return [controller];
  const name = `${workload.name}-${templateHashOf(workload)}`;
  const labels = { ...templateLabels, 'pod-template-hash': templateHashOf(workload) };
  const replicaSet = object('apps/v1', 'ReplicaSet', {
    metadata: { ...metadata, name, labels, ownerReferences: [owner('apps/v1', 'Deployment', workload)] },
    spec: {
      replicas: workload.replicas,
      selector: { matchLabels: { ...matchLabels, 'pod-template-hash': templateHashOf(workload) } },
      template,
    },
    status: { replicas: workload.replicas, readyReplicas: workload.replicas, availableReplicas: workload.replicas, observedGeneration: 1 },
  });
  return [controller, replicaSet];
}

function nightlyReport(context: ObjectContext): KubeObject {
  return object('batch/v1', 'CronJob', {
    metadata: { name: 'nightly-report', namespace: 'data', creationTimestamp: instant(context.bornAt), labels: { app: 'nightly-report' } },
    spec: {
      schedule: '15 2 * * *',
      concurrencyPolicy: 'Forbid',
      jobTemplate: {
        spec: {
          template: { spec: { restartPolicy: 'Never', containers: [{ name: 'report', image: 'registry.shop.example/report:stable' }] } },
        },
      },
    },
    status: {},
  });
}

export function workloadObjects(context: ObjectContext): KubeObject[] {
  const workloads = Array.from(context.cluster.workloads.values());
  const accounts = Map.groupBy(workloads, (workload) => keyOf({ namespace: workload.namespace, name: workload.serviceAccount }));
  const serviceAccounts = Array.from(accounts.values(), ([first]) =>
    object('v1', 'ServiceAccount', {
      metadata: { name: first!.serviceAccount, namespace: first!.namespace, creationTimestamp: instant(context.bornAt) },
    }),
  );
  const pods = context.cluster.pods.map((pod) => podObject(context, pod));
  return [...serviceAccounts, ...workloads.flatMap((workload) => controllerObjects(context, workload)), ...pods, nightlyReport(context)];
}
