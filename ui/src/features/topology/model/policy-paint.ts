/** Policies as colours of the map. Invariant: a workload that nothing of Istio enforces at is neither good nor bad. */
import type { PolicyGetReply, PolicyKind, WorkloadCoverage } from '@observatory/contracts';
import type { MapPaint, PaintTone } from '../../../lib/map-paint.js';

function coverageTone({ mesh, defaultDeny, openTo }: WorkloadCoverage): PaintTone {
  if (mesh !== 'istio' && mesh !== 'ambient') return 'idle';
  if (openTo.length > 0) return 'failing';
  return defaultDeny ? 'encrypted' : 'degraded';
}

export function coveragePaint(workloads: readonly WorkloadCoverage[]): MapPaint {
  return {
    title: 'Policy coverage',
    legend: [
      { tone: 'encrypted', words: 'refuses what no rule allows', of: 'node' },
      { tone: 'degraded', words: 'lets in what is not denied', of: 'node' },
      { tone: 'failing', words: 'a rule lets anybody in', of: 'node' },
      { tone: 'idle', words: "not Istio's to enforce", of: 'node' },
    ],
    nodes: Object.fromEntries(workloads.map((workload) => [workload.id, coverageTone(workload)])),
    edges: {},
  };
}

export function policyPaint({ policy, workloads }: Pick<PolicyGetReply, 'policy' | 'workloads'>): MapPaint {
  return {
    title: `${policy.namespace}/${policy.name}`,
    legend: [{ tone: 'accent', words: 'selected by the policy', of: 'node' }],
    nodes: Object.fromEntries((workloads ?? []).map(({ id }) => [id, 'accent' as const])),
    edges: {},
  };
}

/** `demo/AuthorizationPolicy/shop/payments`, as links write it. */
export function readPolicyName(
  text: string | undefined,
): { cluster: string; kind: PolicyKind; namespace: string; name: string } | undefined {
  const [cluster, kind, namespace, name, ...rest] = (text ?? '').split('/');
  return cluster && kind && namespace && name && rest.length === 0 ? { cluster, kind: kind as PolicyKind, namespace, name } : undefined;
}
