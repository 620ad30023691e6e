/**
 * What metrics say of certificates (peers.md §4), as observations of whoever holds them. Invariant: labels are read in the forms that the usual scrape configurations give them;
 * a series that cannot be put to a pod of the mesh is counted, not guessed.
 */
import type { CertificateKind } from '@observatory/contracts';
import type { PodFact } from './kube-facts.js';
import { rowId } from './ids.js';
import { NAMESPACE_LABELS, POD_NAME_LABELS, type MetricQuery } from './metric-queries.js';
import type { Observation } from './observation.js';
import { holderId, meshOf, workloadIdOf } from './targets.js';

/** A sample may be as old as the scrape interval. Until then a handshake knows better, and a metric that differs is a reason for one. */
export const SAMPLE_AGE_MS = 60_000;

const NO_CERTIFICATE = 2 ** 32 - 1;

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}
export interface MetricContext {
  readonly cluster: string;
  readonly rootNamespace: string;
  /** By `namespace/name`. */
  readonly pods: ReadonlyMap<string, PodFact>;
  readonly at: number;
}

const pick = (labels: Series['metric'], ...names: readonly string[]): string | undefined =>
  names.map((name) => labels[name]).find((value) => value !== undefined && value !== '');
const podOf = (labels: Series['metric'], { pods }: MetricContext): PodFact | undefined => {
  const namespace = pick(labels, ...NAMESPACE_LABELS);
  const name = pick(labels, ...POD_NAME_LABELS);
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
    case 'days':
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

/** Envoy's own gauge is no date: how many whole days are left of the first of its certificates, by `namespace/name` of the pod. */
export function wholeDays(series: readonly Series[], context: MetricContext): Map<string, number> {
  const days = new Map<string, number>();
  for (const { metric, value } of series) {
    const pod = podOf(metric, context);
    // So it says that it has none at all.
    if (pod && value < NO_CERTIFICATE) days.set(`${pod.namespace}/${pod.name}`, value);
  }
  return days;
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
