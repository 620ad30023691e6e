/** What policies do for one workload, in two or three sentences. Invariant: where Istio does not enforce, that is all that is said. */
import type { WorkloadCoverage } from '@observatory/contracts';

const MTLS: Record<WorkloadCoverage['mtls'], string> = {
  STRICT: 'Plain text is refused.',
  PERMISSIVE: 'Plain text is taken beside mutual TLS.',
  DISABLE: 'Mutual TLS is refused.',
  unknown: 'Whether plain text is taken is not known.',
};

type Covered = Pick<WorkloadCoverage, 'mesh' | 'defaultDeny' | 'mtls' | 'openTo' | 'reasons'>;

export function coveredSentence({ mesh, defaultDeny, mtls, openTo, reasons }: Covered): string {
  if (mesh !== 'istio' && mesh !== 'ambient') return reasons.join('; ') || 'Nothing of Istio enforces policies here.';
  const unmatched = defaultDeny ? 'What no rule allows is refused.' : 'No ALLOW policy selects it: whatever is not denied gets in.';
  return [unmatched, openTo.length > 0 && 'A rule lets anybody in.', MTLS[mtls]].filter(Boolean).join(' ');
}
