import { coveredSentence } from './workload-policies-model.js';

describe('coveredSentence', () => {
  const check = (change: Partial<Parameters<typeof coveredSentence>[0]>, expected: string) =>
    expect(coveredSentence({ mesh: 'istio', defaultDeny: true, mtls: 'STRICT', openTo: [], reasons: [], ...change })).toBe(expected);
  it('says what happens to what no rule names, and to plain text', () => {
    check({}, 'What no rule allows is refused. Plain text is refused.');
    check(
      { defaultDeny: false, mtls: 'PERMISSIVE' },
      'No ALLOW policy selects it: whatever is not denied gets in. Plain text is taken beside mutual TLS.',
    );
    check(
      { openTo: [{ kind: 'AuthorizationPolicy', namespace: 'shop', name: 'all' }] },
      'What no rule allows is refused. A rule lets anybody in. Plain text is refused.',
    );
  });
  it('where Istio does not enforce, says only that', () => {
    check({ mesh: 'none', reasons: ['it is out of the mesh'] }, 'it is out of the mesh');
    check({ mesh: 'linkerd' }, 'Nothing of Istio enforces policies here.');
  });
});
