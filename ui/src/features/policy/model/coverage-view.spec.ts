import type { ComplianceFinding, RuleSet, WorkloadCoverage } from '@observatory/contracts';
import {
  coverageSentence,
  namespaceRows,
  parsePlace,
  ruleRows,
  ruleSetWords,
  workloadRows,
  type Lack,
  type Place,
} from './coverage-view.js';

const workload = (name: string, change: Partial<WorkloadCoverage> = {}): WorkloadCoverage => ({
  id: `workload~demo~shop~${name}`,
  cluster: 'demo',
  namespace: 'shop',
  name,
  mesh: 'istio',
  policies: [],
  defaultDeny: false,
  mtls: 'PERMISSIVE',
  openTo: [],
  networkPolicy: false,
  reasons: [],
  ...change,
});
const safe = workload('safe', { defaultDeny: true, mtls: 'STRICT', networkPolicy: true });
const bare = workload('bare');
const open = workload('open', { namespace: 'media', openTo: [{ kind: 'AuthorizationPolicy', namespace: 'media', name: 'all' }] });
const outside = workload('outside', { mesh: 'none', mtls: 'unknown' });
const all = [safe, bare, open, outside];

describe('workloadRows', () => {
  const check = (lack: Lack, expected: string[], place?: Place, namespaces: string[] = []) =>
    expect(workloadRows(all, { lack, place, namespaces }).map(({ name }) => name)).toEqual(expected);
  it('by what they lack; where nothing enforces, nothing of Istio is lacking', () => {
    check('any', ['safe', 'bare', 'open', 'outside']);
    check('default-deny', ['bare', 'open']);
    check('strict-mtls', ['bare', 'open']);
    check('open', ['open']);
    check('network-policy', ['bare', 'open', 'outside']);
  });
  it('by namespace and scope', () => {
    check('any', ['open'], { cluster: 'demo', namespace: 'media' });
    check('any', [], { cluster: 'west', namespace: 'media' });
    check('any', ['open'], undefined, ['media']);
  });
});

describe('coverageSentence', () => {
  const check = (workloads: WorkloadCoverage[], expected: string) => expect(coverageSentence(workloads)).toBe(expected);
  it('counts only where Istio enforces, and says so', () => {
    check([], 'No workload is known, so nothing can be said about how they are covered.');
    check([outside], 'No workload is in an Istio mesh: nothing enforces its policies here.');
    check([safe, bare], 'Of 2 workloads that Istio enforces at, 1 refuse what no rule allows and 1 refuse plain text.');
    check(
      all,
      'Of 3 workloads that Istio enforces at, 1 refuse what no rule allows and 1 refuse plain text. 1 workload is not enforced by Istio and not counted.',
    );
  });
});

const finding = (rule: string, severity: ComplianceFinding['severity'], namespace = 'shop'): ComplianceFinding => ({
  ruleSet: 'built-in',
  rule,
  severity,
  message: `${rule} in ${namespace}`,
  cluster: 'demo',
  subject: { kind: 'namespace', namespace, name: namespace },
});
const builtIn: RuleSet = {
  name: 'built-in',
  state: 'active',
  detail: '2 rules',
  rules: [
    { id: 'kept', title: 'Kept' },
    { id: 'broken', title: 'Broken' },
  ],
};

describe('ruleRows', () => {
  const check = (findings: ComplianceFinding[], expected: [string, string | undefined, number][], place?: Place) =>
    expect(
      ruleRows({ ruleSets: [builtIn], findings }, { place, namespaces: [] }).map((row) => [row.rule, row.severity, row.findings.length]),
    ).toEqual(expected);
  it('the worst first, what is kept last', () => {
    check(
      [finding('broken', 'low'), finding('broken', 'high'), finding('other', 'medium')],
      [
        ['broken', 'high', 2],
        ['other', 'medium', 1],
        ['kept', undefined, 0],
      ],
    );
  });
  it('only those of a place', () => {
    check(
      [finding('broken', 'low'), finding('broken', 'high', 'media')],
      [
        ['broken', 'high', 1],
        ['kept', undefined, 0],
      ],
      { cluster: 'demo', namespace: 'media' },
    );
  });
});

describe('namespaceRows', () => {
  it('joins findings where they are known', () => {
    const counts = { workloads: 1, covered: 1, defaultDeny: 1, strictMtls: 1, openToAll: 0, networkPolicy: 0, policies: 1 };
    const shop = { cluster: 'demo', namespace: 'shop', ...counts };
    expect(namespaceRows({ namespaces: [shop], workloads: all }, undefined, [])).toEqual([{ ...shop, enforced: 2, high: 0, medium: 0 }]);
    expect(
      namespaceRows({ namespaces: [shop], workloads: [] }, { namespaces: [{ ...shop, high: 2, medium: 1, low: 0, info: 0 }] }, ['shop']),
    ).toEqual([{ ...shop, enforced: 0, high: 2, medium: 1 }]);
    expect(namespaceRows({ namespaces: [shop], workloads: [] }, undefined, ['media'])).toEqual([]);
  });
});

describe('parsePlace', () => {
  it.each([
    ['demo/shop', { cluster: 'demo', namespace: 'shop' }],
    ['demo', undefined],
    ['a/b/c', undefined],
    [undefined, undefined],
  ])('%j', (text, expected) => expect(parsePlace(text)).toEqual(expected));
});

describe('ruleSetWords', () => {
  it('a set that does not run never reads as one that found nothing', () => {
    expect(ruleSetWords(builtIn)).toBe('The built-in rules judge the mesh (2 rules).');
    expect(ruleSetWords({ ...builtIn, name: 'opa', state: 'off', detail: '' })).toBe(
      'Open Policy Agent is not configured: no rule of yours is checked.',
    );
    expect(ruleSetWords({ ...builtIn, name: 'opa', state: 'away', detail: 'refused' })).toBe(
      'Open Policy Agent does not answer: its rules are not checked (refused).',
    );
  });
});
