/**
 * What metrics say of certificates (peers.md §4). Gauges of "seconds left" are asked for together with the time of their sample, so
 * that the end comes out as an instant. Invariant: labels are read in the forms that the usual scrape configurations give them;
 * a series that cannot be put to a pod of the mesh is counted, not guessed.
 */
import type { CertificateKind } from '@observatory/contracts';
import type { PodFact } from './kube-facts.js';
import { rowId } from './ids.js';
import type { Observation } from './observation.js';
import { holderId, meshOf, workloadIdOf } from './targets.js';

/** A sample may be as old as the scrape interval. Until then a handshake knows better, and a metric that differs is a reason for one. */
export const SAMPLE_AGE_MS = 60_000;

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}
type Subject = 'pod' | 'root' | 'issuer' | 'managed' | 'serial';
export interface MetricQuery {
  readonly name: string;
  readonly subject: Subject;
  readonly mesh: 'istio' | 'linkerd';
  /** Gives the end in seconds since 1970. */
  readonly promql: string;
}

const left = (name: string, selector = ''): string => `${name}${selector} + timestamp(${name}${selector})`;

export const METRIC_QUERIES: readonly MetricQuery[] = [
  {
    name: 'istio_agent_cert_expiry_seconds',
    subject: 'pod',
    mesh: 'istio',
    promql: left('istio_agent_cert_expiry_seconds', '{resource_name!="ROOTCA"}'),
  },
  {
    name: 'control_identity_cert_expiration_timestamp_seconds',
    subject: 'pod',
    mesh: 'linkerd',
    promql: 'control_identity_cert_expiration_timestamp_seconds',
  },
  {
    name: 'identity_cert_expiration_timestamp_seconds',
    subject: 'pod',
    mesh: 'linkerd',
    promql: 'identity_cert_expiration_timestamp_seconds',
  },
  {
    name: 'citadel_server_root_cert_expiry_timestamp',
    subject: 'root',
    mesh: 'istio',
    promql: 'citadel_server_root_cert_expiry_timestamp > 0',
  },
  {
    name: 'citadel_server_cert_chain_expiry_timestamp',
    subject: 'issuer',
    mesh: 'istio',
    promql: 'citadel_server_cert_chain_expiry_timestamp > 0',
  },
  { name: 'issuer_cert_ttl_seconds', subject: 'issuer', mesh: 'linkerd', promql: left('issuer_cert_ttl_seconds') },
  {
    name: 'certmanager_certificate_expiration_timestamp_seconds',
    subject: 'managed',
    mesh: 'istio',
    promql: 'certmanager_certificate_expiration_timestamp_seconds > 0',
  },
  { name: 'x509_cert_not_after', subject: 'serial', mesh: 'istio', promql: 'x509_cert_not_after' },
];

/** Counters that rise when signing or renewing fails, before anything expires. */
export const FAILURE_WINDOW = '15m';
export interface FailureQuery {
  readonly name: string;
  readonly mesh: 'istio' | 'linkerd';
  readonly words: string;
  readonly promql: string;
}
const rise = (name: string, selector = ''): string => `sum(increase(${name}${selector}[${FAILURE_WINDOW}]))`;
export const FAILURE_QUERIES: readonly FailureQuery[] = [
  {
    name: 'citadel_server_csr_sign_err_count',
    mesh: 'istio',
    words: 'istiod failed to sign requests',
    promql: rise('citadel_server_csr_sign_err_count'),
  },
  {
    name: 'citadel_server_authentication_failure_count',
    mesh: 'istio',
    words: 'istiod did not recognise who asked',
    promql: rise('citadel_server_authentication_failure_count'),
  },
  {
    name: 'citadel_server_csr_parsing_err_count',
    mesh: 'istio',
    words: 'istiod could not read requests',
    promql: rise('citadel_server_csr_parsing_err_count'),
  },
  {
    name: 'citadel_server_id_extraction_err_count',
    mesh: 'istio',
    words: 'istiod found no identity in requests',
    promql: rise('citadel_server_id_extraction_err_count'),
  },
  {
    name: 'control_identity_cert_refreshes_total',
    mesh: 'linkerd',
    words: 'proxies of Linkerd failed to refresh',
    promql: rise('control_identity_cert_refreshes_total', '{result="error"}'),
  },
];

export interface MetricContext {
  readonly cluster: string;
  readonly rootNamespace: string;
  /** By `namespace/name`. */
  readonly pods: ReadonlyMap<string, PodFact>;
  readonly at: number;
}

const pick = (labels: Series['metric'], ...names: string[]): string | undefined =>
  names.map((name) => labels[name]).find((value) => value !== undefined && value !== '');
const podOf = (labels: Series['metric'], { pods }: MetricContext): PodFact | undefined => {
  const namespace = pick(labels, 'namespace', 'kubernetes_namespace', 'k8s_namespace_name', 'pod_namespace');
  const name = pick(labels, 'pod', 'pod_name', 'kubernetes_pod_name', 'k8s_pod_name');
  return namespace === undefined || name === undefined ? undefined : pods.get(`${namespace}/${name}`);
};

export function metricObservations(
  query: MetricQuery,
  series: readonly Series[],
  context: MetricContext,
): { observations: Observation[]; unplaced: number } {
  const made = series.map((one) => ({ one, observation: observationOf(query, one, context) }));
  const observations = made.map(({ observation }) => observation).filter((one) => one !== undefined);
  return { observations, unplaced: made.length - observations.length };
}

function observationOf(query: MetricQuery, { metric, value }: Series, context: MetricContext): Observation | undefined {
  const { cluster, at } = context;
  const pod = podOf(metric, context);
  const base = { source: 'metric' as const, mesh: query.mesh, cluster, observedAt: at - SAMPLE_AGE_MS, notAfter: value * 1000 };
  const place = { place: query.name, ...(pod ? { namespace: pod.namespace, pod: pod.name } : {}) };
  switch (query.subject) {
    case 'pod': {
      if (!pod || pod.ended) return undefined;
      const workload = { name: pod.owner.name, id: workloadIdOf(cluster, pod) };
      const identity = { mesh: meshOf(pod), namespace: pod.namespace, serviceAccount: pod.serviceAccount };
      return {
        ...base,
        mesh: meshOf(pod),
        kind: 'workload',
        id: holderId(cluster, pod),
        namespace: pod.namespace,
        name: pod.name,
        workload,
        place,
        identity,
        ...(pod.lifetime === undefined ? {} : { usualLifetime: pod.lifetime }),
      };
    }
    case 'managed': {
      // The scrape's own labels come first, and push cert-manager's aside.
      const [namespace, name] = [pick(metric, 'exported_namespace', 'namespace'), metric['name']];
      if (namespace === undefined || name === undefined) return undefined;
      return { ...base, kind: 'certManager', id: rowId('certManager', cluster, namespace, name), namespace, name, place };
    }
    case 'serial':
      return undefined;
    default:
      return authority(query.subject, { ...base, place });
  }
}

/** Of an authority a metric tells the end alone: it is put to the authority that has it, or stands by itself. */
function authority(kind: 'root' | ('issuer' & CertificateKind), base: Omit<Observation, 'kind' | 'id' | 'name'>): Observation {
  const name =
    base.mesh === 'linkerd' ? 'the issuer of Linkerd' : kind === 'root' ? 'the root of istiod' : 'the signing certificate of istiod';
  return { ...base, kind, id: rowId(kind, base.cluster, '', `${base.mesh}-metric`), name };
}

/** x509-certificate-exporter: which certificates, by serial number, it sees too, and where. */
export function exporterPlaces(series: readonly Series[]): Map<string, string> {
  const places = new Map<string, string>();
  for (const { metric } of series) {
    const serial = pick(metric, 'serial_number')?.toLowerCase();
    const place = pick(metric, 'filepath', 'secret_name', 'configmap_name', 'filename');
    if (serial === undefined || place === undefined) continue;
    // The exporter writes serials in decimal.
    const hex = /^\d+$/.test(serial) ? BigInt(serial).toString(16) : serial;
    places.set(hex.replace(/^0+/, ''), `x509_cert_not_after ${place}`);
  }
  return places;
}
