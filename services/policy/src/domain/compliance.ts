/**
 * Where does the mesh fall short of good practice? The built-in rule set, over the same document that OPA gets (`ComplianceInput`).
 * Invariant: a rule looks at the document only, so that the same could be written in Rego.
 */
import type { PolicyEntry, PolicyObject } from '@observatory/authz';
import type { ComplianceFinding, PolicyDiagnostic, PolicyMesh, UnusedRule, WorkloadCoverage } from '@observatory/contracts';

/** The input document of Rego rules; README tells it. */
export interface ComplianceInput {
  readonly cluster: string;
  readonly mesh: PolicyMesh;
  readonly workloads: readonly WorkloadCoverage[];
  readonly policies: readonly PolicyObject[];
  readonly unusedRules: readonly UnusedRule[];
}

type Finding = Omit<ComplianceFinding, 'ruleSet' | 'rule' | 'cluster'>;
interface Rule {
  readonly id: string;
  readonly title: string;
  readonly find: (input: BuiltInInput) => Finding[];
}
export interface BuiltInInput extends ComplianceInput {
  readonly entries: readonly PolicyEntry[];
  readonly diagnostics: readonly PolicyDiagnostic[];
  /** `kind/namespace/name` of policies with a selector that selects nothing. */
  readonly selectingNothing: readonly PolicyEntry[];
}

const ofWorkloads = (
  input: BuiltInInput,
  condition: (workload: WorkloadCoverage) => boolean,
  told: (workload: WorkloadCoverage) => Pick<Finding, 'severity' | 'message' | 'remedy'>,
): Finding[] =>
  input.workloads.filter(condition).map((workload) => ({
    ...told(workload),
    subject: { kind: 'workload', namespace: workload.namespace, name: workload.name },
    workload: workload.id,
  }));

const inIstio = ({ mesh }: WorkloadCoverage): boolean => mesh === 'istio' || mesh === 'ambient';
const ofPolicy = (entry: Pick<PolicyEntry, 'kind' | 'namespace' | 'name'>) => ({
  subject: { kind: 'policy' as const, namespace: entry.namespace, name: entry.name },
  policyKind: entry.kind,
});

export const BUILT_IN_RULES: readonly Rule[] = [
  {
    id: 'default-deny',
    title: 'What no rule allows is refused',
    find: (input) =>
      ofWorkloads(
        input,
        (workload) => inIstio(workload) && !workload.defaultDeny,
        ({ name }) => ({
          severity: 'medium',
          message: `no ALLOW policy selects ${name}: whatever is not denied gets in`,
          remedy: 'add an ALLOW policy with its callers; suggestions come from observed traffic',
        }),
      ),
  },
  {
    id: 'strict-mtls',
    title: 'Plain text is refused',
    find: (input) =>
      ofWorkloads(
        input,
        (workload) => inIstio(workload) && workload.mtls !== 'STRICT' && workload.mtls !== 'unknown',
        ({ name, mtls }) => ({
          severity: mtls === 'DISABLE' ? 'high' : 'medium',
          message: `${name} takes plain text (${mtls})`,
          remedy: 'a PeerAuthentication with mode STRICT, once no caller sends plain text',
        }),
      ),
  },
  {
    id: 'open-to-anybody',
    title: 'ALLOW rules say who may call',
    find: (input) =>
      ofWorkloads(
        input,
        ({ openTo }) => openTo.length > 0,
        ({ name, openTo }) => ({
          severity: 'medium',
          message: `${openTo.map((ref) => ref.name).join(', ')} lets any caller reach ${name}`,
          remedy: 'name principals, namespaces or service accounts',
        }),
      ),
  },
  {
    id: 'in-mesh',
    title: 'Workloads are in the mesh',
    find: (input) =>
      ofWorkloads(
        input,
        ({ mesh }) => mesh === 'none',
        ({ name }) => ({ severity: 'info', message: `${name} is out of the mesh: no policy of the mesh is enforced there` }),
      ),
  },
  {
    id: 'network-policy',
    title: 'A NetworkPolicy stands behind the mesh',
    find: (input) =>
      ofWorkloads(
        input,
        ({ networkPolicy }) => !networkPolicy,
        ({ name }) => ({ severity: 'low', message: `no NetworkPolicy selects ${name}: who gets around its proxy is not stopped` }),
      ),
  },
  {
    id: 'valid',
    title: 'Policies are valid',
    find: ({ diagnostics, entries }) =>
      diagnostics
        .filter(({ severity }) => severity === 'error')
        .flatMap(({ message, policy, path, suggestion }) => {
          const entry = entries.find(({ kind, namespace, name }) => `${kind}/${namespace}/${name}` === policy);
          if (!entry) return [];
          const remedy = suggestion === undefined ? {} : { remedy: suggestion };
          return [{ severity: 'high' as const, message: `${path === '' ? '' : `${path}: `}${message}`, ...remedy, ...ofPolicy(entry) }];
        }),
  },
  {
    id: 'selects-something',
    title: 'Policies select workloads that exist',
    find: ({ selectingNothing }) =>
      selectingNothing.map((entry) => ({
        severity: 'low' as const,
        message: `${entry.name} selects no workload that exists`,
        remedy: 'mend its selector, or delete it',
        ...ofPolicy(entry),
      })),
  },
  {
    id: 'dry-run',
    title: 'Policies are enforced',
    find: ({ entries }) =>
      entries
        .filter(({ authorization }) => authorization?.dryRun)
        .map((entry) => ({ severity: 'info' as const, message: `${entry.name} is a dry run: it decides nothing`, ...ofPolicy(entry) })),
  },
  {
    id: 'rules-used',
    title: 'Rules match traffic',
    find: ({ unusedRules }) =>
      unusedRules.map(({ policy, words }) => ({
        severity: 'low' as const,
        message: words,
        remedy: 'remove it if nobody needs it',
        ...ofPolicy(policy),
      })),
  },
];

export function builtInFindings(input: BuiltInInput): ComplianceFinding[] {
  return BUILT_IN_RULES.flatMap(({ id, find }) =>
    find(input).map((finding) => ({ ruleSet: 'built-in' as const, rule: id, cluster: input.cluster, ...finding })),
  );
}
