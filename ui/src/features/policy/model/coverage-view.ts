/**
 * How well is each namespace and workload covered? Rows of the coverage page, the worst first.
 * Invariant: a workload that nothing can enforce at (outside the mesh, Linkerd) counts as neither covered nor bare.
 */
import type {
  ComplianceFinding,
  NamespaceCoverage,
  PolicyComplianceReply,
  PolicyCoverageReply,
  RuleSet,
  WorkloadCoverage,
} from '@observatory/contracts';
import { counted } from '../../../lib/format.js';

export interface Place {
  cluster: string;
  namespace: string;
}

export const placeText = ({ cluster, namespace }: Place) => `${cluster}/${namespace}`;

export function parsePlace(text: string | undefined): Place | undefined {
  const [cluster, namespace, ...rest] = (text ?? '').split('/');
  return cluster && namespace && rest.length === 0 ? { cluster, namespace } : undefined;
}

const inScope = (namespaces: readonly string[], namespace: string) => namespaces.length === 0 || namespaces.includes(namespace);

export interface NamespaceRow extends NamespaceCoverage {
  /** Workloads at which Istio enforces: what default deny and strict mTLS are out of. */
  enforced: number;
  high: number;
  medium: number;
}

export function namespaceRows(
  coverage: Pick<PolicyCoverageReply, 'namespaces' | 'workloads'>,
  compliance: Pick<PolicyComplianceReply, 'namespaces'> | undefined,
  namespaces: readonly string[],
): NamespaceRow[] {
  const findings = new Map(compliance?.namespaces.map((each) => [placeText(each), each]));
  return coverage.namespaces
    .filter(({ namespace }) => inScope(namespaces, namespace))
    .map((row) => ({
      ...row,
      enforced: coverage.workloads.filter((workload) => isEnforced(workload) && placeText(workload) === placeText(row)).length,
      high: findings.get(placeText(row))?.high ?? 0,
      medium: findings.get(placeText(row))?.medium ?? 0,
    }));
}

export const LACKS = ['any', 'default-deny', 'strict-mtls', 'open', 'network-policy'] as const;
export type Lack = (typeof LACKS)[number];

/** Nothing of Istio's enforces there, so its policies cannot be missing. */
export const isEnforced = ({ mesh }: WorkloadCoverage) => mesh === 'istio' || mesh === 'ambient';

const LACKING: Record<Lack, (workload: WorkloadCoverage) => boolean> = {
  any: () => true,
  'default-deny': (workload) => isEnforced(workload) && !workload.defaultDeny,
  'strict-mtls': (workload) => isEnforced(workload) && workload.mtls !== 'STRICT',
  open: ({ openTo }) => openTo.length > 0,
  'network-policy': ({ networkPolicy }) => !networkPolicy,
};

export interface WorkloadFilter {
  place: Place | undefined;
  lack: Lack;
  namespaces: readonly string[];
}

export function workloadRows(workloads: readonly WorkloadCoverage[], { place, lack, namespaces }: WorkloadFilter): WorkloadCoverage[] {
  return workloads.filter(
    (workload) =>
      inScope(namespaces, workload.namespace) &&
      (place === undefined || placeText(place) === placeText(workload)) &&
      LACKING[lack](workload),
  );
}

/** The sentence over the page. */
export function coverageSentence(workloads: readonly WorkloadCoverage[]): string {
  const enforced = workloads.filter(isEnforced);
  if (workloads.length === 0) return 'No workload is known, so nothing can be said about how they are covered.';
  if (enforced.length === 0) return 'No workload is in an Istio mesh: nothing enforces its policies here.';
  const deny = enforced.filter(({ defaultDeny }) => defaultDeny).length;
  const strict = enforced.filter(({ mtls }) => mtls === 'STRICT').length;
  const rest = workloads.length - enforced.length;
  const outside = rest === 0 ? '' : ` ${counted(rest, 'workload is', 'workloads are')} not enforced by Istio and not counted.`;
  return `Of ${counted(enforced.length, 'workload')} that Istio enforces at, ${deny} refuse what no rule allows and ${strict} refuse plain text.${outside}`;
}

const SEVERITY_ORDER = ['high', 'medium', 'low', 'info'] as const;

export interface RuleRow {
  ruleSet: RuleSet['name'];
  rule: string;
  title: string;
  severity: ComplianceFinding['severity'] | undefined;
  findings: ComplianceFinding[];
}

/** Rules with what falls short of each; rules that all keep come last, since that is worth knowing too. */
export function ruleRows(
  { ruleSets, findings }: Pick<PolicyComplianceReply, 'ruleSets' | 'findings'>,
  { place, namespaces }: Pick<WorkloadFilter, 'place' | 'namespaces'>,
): RuleRow[] {
  const seen = findings.filter(
    ({ cluster, subject }) =>
      (subject.namespace === '' || inScope(namespaces, subject.namespace)) &&
      (place === undefined || (cluster === place.cluster && subject.namespace === place.namespace)),
  );
  const titles = ruleSets.flatMap(({ name, rules }) => rules.map(({ id, title }) => ({ ruleSet: name, rule: id, title })));
  const unnamed = seen
    .filter(({ ruleSet, rule }) => !titles.some((each) => each.ruleSet === ruleSet && each.rule === rule))
    .map(({ ruleSet, rule }) => ({ ruleSet, rule, title: rule }));
  const rows = [...new Map([...titles, ...unnamed].map((each) => [`${each.ruleSet} ${each.rule}`, each])).values()].map((each) => {
    const own = seen.filter(({ ruleSet, rule }) => ruleSet === each.ruleSet && rule === each.rule);
    return { ...each, findings: own, severity: SEVERITY_ORDER.find((severity) => own.some((finding) => finding.severity === severity)) };
  });
  const rank = ({ severity }: RuleRow) => (severity === undefined ? SEVERITY_ORDER.length : SEVERITY_ORDER.indexOf(severity));
  return rows.toSorted((a, b) => rank(a) - rank(b) || b.findings.length - a.findings.length);
}

/** What a set of rules is doing, said in full: a set that does not run must never look like one that found nothing. */
export function ruleSetWords({ name, state, detail }: RuleSet): string {
  const who = name === 'opa' ? 'Open Policy Agent' : 'The built-in rules';
  const words = {
    active: name === 'opa' ? 'judges the mesh' : 'judge the mesh',
    off: 'is not configured: no rule of yours is checked',
    away: 'does not answer: its rules are not checked',
    broken: 'answers what we cannot read: its rules are not checked',
  };
  return `${who} ${words[state]}${detail === '' ? '' : ` (${detail})`}.`;
}
