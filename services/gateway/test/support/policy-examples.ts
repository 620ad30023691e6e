/** What the policy service answers, as small as the contract allows. */
import { edgeId, nodeId, type POLICY_SUBJECTS, type PolicySummary, type PolicyVersion } from '@observatory/contracts';

const at = '2026-06-03T14:00:00.000Z';
const head = { generatedAt: at, sources: [{ name: 'Kubernetes', cluster: 'east', freshAt: at, state: 'fresh' }] };
const ref = { kind: 'AuthorizationPolicy', namespace: 'shop', name: 'cart-callers' } as const;
const workload = { id: nodeId('workload', 'east', 'shop', 'cart'), cluster: 'east', namespace: 'shop', name: 'cart' };
const policy: PolicySummary = {
  cluster: 'east',
  ...ref,
  apiVersion: 'security.istio.io/v1',
  action: 'ALLOW',
  dryRun: false,
  scope: 'workload',
  rules: 1,
  selects: 1,
  problems: { errors: 0, warnings: 0 },
  words: 'Allows requests.',
  version: 1,
  seenAt: at,
};
const version: PolicyVersion = { version: 1, change: 'found', seenAt: at, linesAdded: 1, linesRemoved: 0, diff: '+a\n' };
const coverage = {
  from: at,
  to: at,
  resolution: '1h',
  windowsExpected: 1,
  windowsPresent: 1,
  flows: 0,
  requestsPerSecond: 0,
  flowsOmitted: 0,
  operationsKnownRatio: 0,
  operations: [],
};
const none = { flows: 0, requestsPerSecond: 0 };
const replay = {
  summary: { newlyDenied: none, newlyAllowed: none, undecidable: none, unchanged: none },
  flows: [],
  flowsOmitted: 0,
  cutOff: [],
  edges: [{ id: edgeId(workload.id, workload.id, 'http'), verdict: 'unchanged', requestsPerSecond: 0 }],
};

export const POLICY_ANSWERS: Readonly<Record<keyof typeof POLICY_SUBJECTS, unknown>> = {
  policyList: { ...head, policies: [policy], kinds: [{ cluster: 'east', kind: 'Server', state: 'missing' }] },
  policyGet: {
    ...head,
    policy,
    yaml: 'a: 1\n',
    object: { a: 1 },
    words: [],
    workloads: [workload],
    diagnostics: [],
    rules: [],
    usageDays: 7,
  },
  versionList: { generatedAt: at, versions: [version] },
  versionDiff: { generatedAt: at, from: version, to: version, fromYaml: '', toYaml: '', diff: '' },
  validate: { ...head, policies: [{ ...ref, words: [] }], diagnostics: [], omitted: 0 },
  simulate: { results: [{ decision: 'ALLOW', reason: 'no policy' }], diagnostics: [] },
  whatIf: { ...head, cluster: 'east', coverage, ...replay, diagnostics: [], applied: [ref], deleted: [] },
  suggest: { ...head, cluster: 'east', coverage, suggestions: [], yaml: '', replay },
  flowList: { ...head, coverage, flows: [], workloads: {} },
  coverage: { ...head, namespaces: [], workloads: [], unusedRules: [], usage: { days: null, detail: 'nothing recorded' } },
  compliance: { ...head, ruleSets: [], findings: [], findingsOmitted: 0, namespaces: [] },
  reach: { ...head, entries: [], omitted: 0, anonymous: null },
  matrix: { ...head, cluster: 'east', namespaces: ['shop'], cells: [], entries: [], omitted: 0 },
};
