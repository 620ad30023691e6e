/** Namespaces, nodes, services with their endpoints, and the config maps in which the meshes publish settings and roots. */
import { NODES } from '../../model/shop.js';
import { keyOf, type Service } from '../../model/types.js';
import type { KubeObject } from '../store.js';
import { instant, object, selectorLabels, type ObjectContext } from './labels.js';

const NAMESPACES: Record<string, Record<string, string>> = {
  default: {},
  'kube-system': {},
  'istio-system': {},
  linkerd: { 'linkerd.io/is-control-plane': 'true', 'linkerd.io/control-plane-ns': 'linkerd' },
  'istio-ingress': { 'istio-injection': 'enabled' },
  shop: { 'istio-injection': 'enabled' },
  data: { 'istio-injection': 'enabled' },
  media: { 'istio.io/dataplane-mode': 'ambient' },
  support: {},
};

const NAMESPACE_ANNOTATIONS: Record<string, Record<string, string>> = { support: { 'linkerd.io/inject': 'enabled' } };

function namespaces(context: ObjectContext): KubeObject[] {
  return Object.entries(NAMESPACES).map(([name, labels]) =>
    object('v1', 'Namespace', {
      metadata: {
        name,
        labels: { 'kubernetes.io/metadata.name': name, ...labels },
        annotations: NAMESPACE_ANNOTATIONS[name] ?? {},
        creationTimestamp: instant(context.bornAt),
      },
      status: { phase: 'Active' },
    }),
  );
}

function nodes(context: ObjectContext): KubeObject[] {
  return NODES.map((name) =>
    object('v1', 'Node', {
      metadata: {
        name,
        labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': 'local-1' },
        creationTimestamp: instant(context.bornAt),
      },
      status: {
        conditions: [{ type: 'Ready', status: 'True' }],
        nodeInfo: { kubeletVersion: 'v1.31.0', architecture: 'amd64', operatingSystem: 'linux' },
      },
    }),
  );
}

/** The labels that all backends of a service share. */
function serviceSelector(context: ObjectContext, service: Service): Record<string, string> {
  const backends = service.backends.map((backend) => context.cluster.workload(backend.workload));
  if (backends.length === 0) return { app: service.name };
  if (backends.length > 1) return { app: backends[0]!.app };
  const { version: _, ...labels } = selectorLabels(backends[0]!);
  return labels;
}

function endpointAddresses(context: ObjectContext, service: Service) {
  return service.backends
    .flatMap((backend) => context.cluster.podsOf(context.cluster.workload(backend.workload)))
    .map((pod) => ({
      pod,
      ip: context.cluster.addressOf(pod),
      targetRef: { kind: 'Pod', namespace: pod.namespace, name: pod.name, uid: pod.uid },
    }));
}

function serviceObjects(context: ObjectContext, service: Service): KubeObject[] {
  const { namespace, name, port } = service;
  const backend = service.backends[0] && context.cluster.workload(service.backends[0].workload);
  const targetPort = backend?.ports.find((candidate) => candidate.name === port.name)?.port ?? backend?.ports[0]?.port ?? port.port;
  const labels = { app: name, ...(service.waypoint ? { 'istio.io/use-waypoint': 'waypoint' } : {}) };
  const metadata = { name, namespace, labels, creationTimestamp: instant(context.bornAt) };
  const index = Array.from(context.cluster.services.keys()).indexOf(keyOf(service));
  const addresses = endpointAddresses(context, service);
  const ports = [{ name: port.name, port: targetPort, protocol: 'TCP' }];
  return [
    object('v1', 'Service', {
      metadata,
      spec: {
        type: backend?.role === 'gateway' ? 'LoadBalancer' : 'ClusterIP',
        clusterIP: `10.96.1.${index + 1}`,
        clusterIPs: [`10.96.1.${index + 1}`],
        selector: serviceSelector(context, service),
        ports: [
          {
            name: port.name,
            port: port.port,
            targetPort,
            protocol: 'TCP',
            ...(port.protocol === 'tcp' ? {} : { appProtocol: port.protocol }),
          },
        ],
      },
      status: backend?.role === 'gateway' ? { loadBalancer: { ingress: [{ ip: '192.0.2.10' }] } } : { loadBalancer: {} },
    }),
    object('v1', 'Endpoints', {
      metadata,
      subsets:
        addresses.length === 0
          ? []
          : [{ addresses: addresses.map(({ pod, ip, targetRef }) => ({ ip, nodeName: pod.node, targetRef })), ports }],
    }),
    object('discovery.k8s.io/v1', 'EndpointSlice', {
      metadata: { ...metadata, name: `${name}-demo`, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      endpoints: addresses.map(({ pod, ip, targetRef }) => ({
        addresses: [ip],
        conditions: { ready: true, serving: true, terminating: false },
        nodeName: pod.node,
        targetRef,
      })),
      ports,
    }),
  ];
}

const MESH_CONFIG = `defaultConfig:
  discoveryAddress: istiod.istio-system.svc:15012
enablePrometheusMerge: true
rootNamespace: istio-system
trustDomain: cluster.local
outboundTrafficPolicy:
  mode: ALLOW_ANY
`;

function configMaps(context: ObjectContext): KubeObject[] {
  const configMap = (namespace: string, name: string, data: Record<string, string>) =>
    object('v1', 'ConfigMap', { metadata: { name, namespace, creationTimestamp: instant(context.bornAt) }, data });
  const identity = `identityTrustDomain: cluster.local\nclusterNetworks: 10.0.0.0/8\nidentity:\n  issuer:\n    issuanceLifetime: 24h0m0s\n    clockSkewAllowance: 20s\nproxy:\n  disableIdentity: false\n`;
  return [
    configMap('istio-system', 'istio', { mesh: MESH_CONFIG, meshNetworks: 'networks: {}' }),
    ...Object.keys(NAMESPACES).map((namespace) => configMap(namespace, 'istio-ca-root-cert', { 'root-cert.pem': context.istioRootsPem })),
    configMap('linkerd', 'linkerd-identity-trust-roots', { 'ca-bundle.crt': context.linkerdAnchorsPem }),
    configMap('linkerd', 'linkerd-config', { values: identity }),
  ];
}

export function basicObjects(context: ObjectContext): KubeObject[] {
  return [
    ...namespaces(context),
    ...nodes(context),
    ...configMaps(context),
    ...Array.from(context.cluster.services.values()).flatMap((service) => serviceObjects(context, service)),
  ];
}
