import type { PolicyKindState, PolicySummary } from '@observatory/contracts';
import { filterPolicies, listSentence, parseListFilter, unreadKinds, type ListFilter } from './list-view.js';

const policy = (name: string, change: Partial<PolicySummary> = {}): PolicySummary => ({
  cluster: 'demo',
  kind: 'AuthorizationPolicy',
  namespace: 'shop',
  name,
  apiVersion: 'security.istio.io/v1',
  action: 'ALLOW',
  dryRun: false,
  scope: 'workload',
  rules: 1,
  selects: 1,
  problems: { errors: 0, warnings: 0 },
  words: `Allows requests to ${name}.`,
  ...change,
});
const wrong = policy('wrong', { problems: { errors: 1, warnings: 0 } });
const dry = policy('dry', { dryRun: true, namespace: 'media' });
const gone = policy('gone', { deletedAt: '2026-01-01T00:00:00Z' });
const mesh = policy('default', { kind: 'PeerAuthentication', namespace: 'istio-system', scope: 'mesh', action: 'STRICT' });
const all = [policy('plain'), wrong, dry, gone, mesh];

describe('filterPolicies', () => {
  const check = (change: Partial<ListFilter>, namespaces: string[], expected: string[]) =>
    expect(filterPolicies(all, { text: '', kind: undefined, show: 'all', ...change }, namespaces).map(({ name }) => name)).toEqual(
      expected,
    );
  it('hides what is deleted unless asked', () => {
    check({}, [], ['plain', 'wrong', 'dry', 'default']);
    check({ show: 'deleted' }, [], ['gone']);
  });
  it('by what is wrong, kind and words in any order', () => {
    check({ show: 'problems' }, [], ['wrong']);
    check({ show: 'dry-run' }, [], ['dry']);
    check({ kind: 'PeerAuthentication' }, [], ['default']);
    check({ text: 'PLAIN allows' }, [], ['plain']);
    check({ text: 'shop/wr' }, [], ['wrong']);
  });
  it("a namespace's policies are also those of the whole mesh", () => check({}, ['media'], ['dry', 'default']));
});

describe('parseListFilter', () => {
  it('reads what is known and lets the rest be', () => {
    expect(parseListFilter({ q: 'a', kind: 'Server', show: 'problems' })).toEqual({ text: 'a', kind: 'Server', show: 'problems' });
    expect(parseListFilter({ kind: 'Nonsense', show: 'x' })).toEqual({ text: '', kind: undefined, show: 'all' });
  });
});

describe('listSentence', () => {
  const check = (policies: PolicySummary[], expected: string) => expect(listSentence(policies)).toBe(expected);
  it('says how many and what is wrong', () => {
    check([], 'No policy is applied: whoever reaches a workload may call it.');
    check([gone], 'No policy is applied: whoever reaches a workload may call it.');
    check([mesh], '1 policy, none with a problem that we see.');
    check(all, '4 policies; 1 has an error, 1 is a dry run.');
  });
});

describe('unreadKinds', () => {
  it('is silent where nothing is missing, and says why where something is', () => {
    const kind = (state: PolicyKindState['state']): PolicyKindState => ({ cluster: 'demo', kind: 'NetworkPolicy', state });
    expect(unreadKinds([kind('watched'), kind('missing')])).toEqual([]);
    expect(unreadKinds([kind('forbidden')])).toEqual([
      'NetworkPolicy of demo may not be listed by us: the ClusterRole of the chart names what is needed',
    ]);
  });
});
