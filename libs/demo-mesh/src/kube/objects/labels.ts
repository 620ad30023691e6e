/** Labels and metadata that controllers and injectors of the meshes put on objects. */
import { ISTIO_REVISION } from '../../model/shop.js';
import type { Cluster } from '../../model/cluster.js';
import { keyOf, type Pod, type Workload } from '../../model/types.js';
import { uidOf } from '../../model/cluster.js';
import type { KubeObject } from '../store.js';

export interface ObjectContext {
  readonly cluster: Cluster;
  /** When the cluster, and when its present pods, came to be. */
  readonly bornAt: Date;
  readonly podsBornAt: Date;
  /** When checkout v2 was deployed. */
  readonly newVersionAt: Date;
  readonly istioRootsPem: string;
  readonly linkerdAnchorsPem: string;
  readonly certificates: readonly ManagedCertificate[];
}

/** A certificate that cert-manager looks after in the demo. */
export interface ManagedCertificate {
  readonly namespace: string;
  readonly name: string;
  readonly secretName: string;
  readonly dnsNames: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** What its issuer answered: the leaf, and what comes with it. */
  readonly chainPem: string;
  /** Why its renewal fails, in the issuer's words. */
  readonly failure?: string;
}

export const instant = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z');

export function selectorLabels(workload: Workload): Record<string, string> {
  if (workload.role === 'gateway') return { app: workload.app, istio: 'ingressgateway' };
  if (workload.role === 'waypoint') return { 'gateway.networking.k8s.io/gateway-name': workload.name };
  if (workload.role === 'controlPlane' && workload.namespace === 'linkerd')
    return { 'linkerd.io/control-plane-component': workload.name.replace('linkerd-', ''), 'linkerd.io/control-plane-ns': 'linkerd' };
  return workload.version ? { app: workload.app, version: workload.version } : { app: workload.app };
}

function meshLabels(workload: Workload): Record<string, string> {
  const canonical = {
    'service.istio.io/canonical-name': workload.app,
    'service.istio.io/canonical-revision': workload.version ?? 'latest',
  };
  if (workload.role === 'waypoint')
    return {
      ...canonical,
      'istio.io/rev': ISTIO_REVISION,
      'gateway.istio.io/managed': 'istio.io-mesh-controller',
      'istio.io/dataplane-mode': 'none',
    };
  if (workload.mesh === 'istio') return { ...canonical, 'istio.io/rev': ISTIO_REVISION, 'security.istio.io/tlsMode': 'istio' };
  if (workload.mesh === 'linkerd') {
    return {
      'linkerd.io/control-plane-ns': 'linkerd',
      'linkerd.io/workload-ns': workload.namespace,
      [`linkerd.io/proxy-${workload.kind.toLowerCase()}`]: workload.name,
    };
  }
  return {};
}

export function podLabels(pod: Pod): Record<string, string> {
  const { workload } = pod;
  const hash: Record<string, string> = {
    Deployment: { 'pod-template-hash': pod.templateHash },
    StatefulSet: {
      'statefulset.kubernetes.io/pod-name': pod.name,
      'apps.kubernetes.io/pod-index': String(pod.index),
      'controller-revision-hash': `${workload.name}-${pod.templateHash}`,
    },
    DaemonSet: { 'controller-revision-hash': pod.templateHash, 'pod-template-generation': '1' },
  }[workload.kind] as Record<string, string>;
  return {
    app: workload.app,
    ...(workload.version ? { version: workload.version } : {}),
    ...selectorLabels(workload),
    ...hash,
    ...meshLabels(workload),
  };
}

export function bornAt(context: ObjectContext, workload: Workload): Date {
  return workload.name === 'checkout-v2' ? context.newVersionAt : context.bornAt;
}

export function owner(apiVersion: string, kind: string, owned: { namespace: string; name: string }): Record<string, unknown> {
  return { apiVersion, kind, name: owned.name, uid: uidOf(`${kind}:${keyOf(owned)}`), controller: true, blockOwnerDeletion: true };
}

export function object(apiVersion: string, kind: string, rest: { metadata: KubeObject['metadata']; [field: string]: unknown }): KubeObject {
  const { metadata, ...content } = rest;
  const uid = uidOf(`${kind}:${metadata.namespace ?? ''}/${metadata.name}`);
  return { apiVersion, kind, metadata: { uid, ...metadata }, ...content };
}
