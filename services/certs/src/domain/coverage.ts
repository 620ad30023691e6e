/**
 * Of which workloads is a certificate seen, by which source, and of which not and why? (peers.md §4: "n of m, the rest not, because …")
 * Invariants: a workload is observed exactly when a row of its pods is there; every workload that is not has a reason from each source.
 */
import type { CertificateCoverage, CertificateSource, MeshKind, SourceCoverage, UnobservedReason } from '@observatory/contracts';
import type { PodFact } from './kube-facts.js';
import { isShownBy, PAGE_KINDS, type PageKind } from './proxy-pages.js';
import type { Row } from './row.js';
import { isMeshed, workloadIdOf } from './targets.js';

export interface Reason {
  readonly reason: UnobservedReason;
  readonly message: string;
}
export interface CoverageInput {
  readonly cluster: string;
  readonly pods: readonly PodFact[];
  readonly rows: Iterable<Row>;
  /** Why a pod is not seen on the wire, not by metrics, and not by a page of its proxy; undefined: it is. */
  readonly wire: (pod: PodFact) => Reason | undefined;
  readonly metric: (pod: PodFact) => Reason | undefined;
  readonly page: (kind: PageKind, pod: PodFact) => Reason | undefined;
}
type Unobserved = CertificateCoverage['unobserved'][number];
type Covered = Pick<CertificateCoverage, 'workloads' | 'observed' | 'byNamespace' | 'unobserved'> & {
  perSource: Record<'wire' | 'metric' | PageKind, PodCoverage>;
};
export interface PodCoverage {
  readonly observed: number;
  readonly expected: number;
  readonly unobserved: SourceCoverage['unobserved'];
}

const meshOfPod = ({ proxy, role }: PodFact): MeshKind =>
  proxy === 'linkerd'
    ? 'linkerd'
    : proxy === 'ambient' || proxy === 'ztunnel' || proxy === 'waypoint' || role === 'ztunnel' || role === 'waypoint'
      ? 'ambient'
      : 'istio';

export function coverageOf(input: CoverageInput): Covered {
  const pods = input.pods.filter((pod) => !pod.ended && isMeshed(pod));
  const seen = new Set<string>();
  for (const { workload, kind } of input.rows) if (workload && (kind === 'workload' || kind === 'gateway')) seen.add(workload.id);
  const workloads = new Map<string, PodFact[]>();
  for (const pod of pods) {
    const id = workloadIdOf(input.cluster, pod);
    workloads.set(id, [...(workloads.get(id) ?? []), pod]);
  }
  const namespaces = new Map<string, CertificateCoverage['byNamespace'][number]>();
  const unobserved: Unobserved[] = [];
  for (const [workloadId, members] of workloads) {
    const [first] = members as [PodFact, ...PodFact[]];
    const { namespace, owner } = first;
    const mesh = meshOfPod(first);
    const known = namespaces.get(namespace) ?? { cluster: input.cluster, namespace, mesh, workloads: 0, observed: 0 };
    namespaces.set(namespace, { ...known, workloads: known.workloads + 1, observed: known.observed + (seen.has(workloadId) ? 1 : 0) });
    if (!seen.has(workloadId))
      unobserved.push({ cluster: input.cluster, namespace, name: owner.name, workloadId, mesh, reasons: reasonsOf(first, input) });
  }
  return {
    workloads: workloads.size,
    observed: workloads.size - unobserved.length,
    byNamespace: [...namespaces.values()].sort((a, b) => a.namespace.localeCompare(b.namespace)),
    unobserved,
    perSource: {
      wire: podCoverage(pods, input.wire),
      metric: podCoverage(pods, input.metric),
      ztunnel: podCoverage(pods.filter(isShownBy.ztunnel), (pod) => input.page('ztunnel', pod)),
      envoy: podCoverage(pods.filter(isShownBy.envoy), (pod) => input.page('envoy', pod)),
    },
  };
}

function reasonsOf(pod: PodFact, { wire, metric, page }: CoverageInput): Unobserved['reasons'] {
  const of = (source: CertificateSource, reason: Reason | undefined) => (reason === undefined ? [] : [{ source, ...reason }]);
  const pages = PAGE_KINDS.filter((kind) => isShownBy[kind](pod)).flatMap((kind) => of(kind, page(kind, pod)));
  return [...of('wire', wire(pod)), ...of('metric', metric(pod)), ...pages];
}

function podCoverage(pods: readonly PodFact[], why: (pod: PodFact) => Reason | undefined): PodCoverage {
  const reasons = new Map<string, SourceCoverage['unobserved'][number]>();
  let observed = 0;
  for (const pod of pods) {
    const reason = why(pod);
    if (!reason) {
      observed += 1;
      continue;
    }
    const key = `${reason.reason}|${reason.message}`;
    reasons.set(key, { ...reason, count: (reasons.get(key)?.count ?? 0) + 1 });
  }
  return { observed, expected: pods.length, unobserved: [...reasons.values()].sort((a, b) => b.count - a.count) };
}
