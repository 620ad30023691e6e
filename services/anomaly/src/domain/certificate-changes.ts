/**
 * Which changes of certificates may explain what went wrong afterwards? A new certificate in the place of another, and one that came
 * to a state in which calls fail. What an authority signs is held everywhere, so its changes touch the whole cluster.
 * Invariant: what only appeared or went is no change of its own: the workload that came or went says it.
 */
import type { CertificateChange, CertificateKind, CertificatesChanged, CertificateStatus } from '@observatory/contracts';
import type { RecordedChange } from '@observatory/detect';

const KIND_WORDS: Record<CertificateKind, string> = {
  workload: 'workload certificate',
  gateway: 'gateway certificate',
  root: 'root certificate',
  intermediate: 'intermediate certificate',
  issuer: 'issuer certificate',
  certManager: 'certificate',
  webhook: 'webhook certificate',
};
const AUTHORITIES: ReadonlySet<CertificateKind> = new Set(['root', 'intermediate', 'issuer']);
/** Why calls may fail. That one will end soon fails nothing yet. */
const FAILING: Partial<Record<CertificateStatus, string>> = {
  expired: 'expired',
  untrusted: 'is no longer trusted',
  notYetValid: 'is not valid yet',
};

export function certificateChanges({ cluster, at, changes }: CertificatesChanged): RecordedChange[] {
  return changes.flatMap((change) => {
    const words = wordsOf(change);
    if (words === undefined) return [];
    const { kind, namespace = '', name, workloadId } = change;
    const place = AUTHORITIES.has(kind) ? { isEverywhere: true } : workloadId === undefined ? {} : { nodes: [workloadId] };
    const isRoutine = kind === 'workload' && FAILING[change.status] === undefined;
    return [{ kind: 'certificate' as const, at, cluster, namespace, name, words, ...place, ...(isRoutine ? { isRoutine } : {}) }];
  });
}

function wordsOf({ change, kind, namespace, name, status, notAfter }: CertificateChange): string | undefined {
  const whose = `the ${KIND_WORDS[kind]} of ${namespace === undefined ? name : `${namespace}/${name}`}`;
  const failing = FAILING[status];
  if (change === 'renewed') return `${whose} was rotated; the new one ${failing ?? `is valid until ${notAfter}`}`;
  return change === 'status' && failing !== undefined ? `${whose} ${failing}` : undefined;
}
