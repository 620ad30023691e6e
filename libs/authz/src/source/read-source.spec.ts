/** Text that is made to hurt, and where things stand in text that is not. */
import { HURTFUL } from '../../test/hurtful.js';
import { readPolicies } from '../set/read-set.js';
import { pathOfKey, readSource, stepsOf } from './read-source.js';

const codesOf = (text: string) => readPolicies(text).diagnostics.map(({ code }) => code);

describe('what is made to hurt', () => {
  // How soon, the program's own test measures: Jest slows loops down.
  it.each(HURTFUL)('%s', (_, text, code) => expect(codesOf(text())).toContain(code));

  it('takes 50,000 keys in one map', () =>
    expect(codesOf(Array.from({ length: 50_000 }, (_, index) => `k${index}: v`).join('\n'))).toEqual(['not-a-policy']));
  it('tells of no more errors than anybody reads', () => expect(codesOf('a: 1\n'.repeat(1000)).length).toBeLessThan(50));
});

describe('documents', () => {
  it('are read each on its own', () => {
    const { documents } = readSource('a: 1\n---\nb: [\n---\n%x\n...\n# nothing\n---\nc: 3\n');
    expect(documents.map(({ value, problems }) => problems[0]?.code ?? value)).toEqual([{ a: 1 }, 'not-yaml', 'not-yaml', null, { c: 3 }]);
  });
  it('keep their directives', () => expect(readSource('%YAML 1.2\n---\na: 1\n').documents.map(({ value }) => value)).toEqual([{ a: 1 }]));
  it('merge keys, as Kubernetes tools do', () =>
    expect(readSource('a: &a {b: 1}\nc: {<<: *a, d: 2}\n').documents[0]?.value).toMatchObject({ c: { b: 1, d: 2 } }));
  it('may be JSON', () => expect(readSource('{"a": [1]}').documents[0]?.value).toEqual({ a: [1] }));
  it('may be empty', () => expect(readSource(' \n# nothing\n---\n').documents.filter(({ value }) => value !== null)).toEqual([]));
});

describe('places', () => {
  const TEXT = `# first
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: a, namespace: shop, annotations: {istio.io/dry-run: "maybe"}}
spec:
  rulez: []
  rules:
  - from:
    - source:
        principals: ["*", ""]
        ipBlocks:
        - 10.0.0.0/8
        - 10.0.0.0/99
  - to: []
---
apiVersion: v1
kind: List
items:
- apiVersion: security.istio.io/v1
  kind: PeerAuthentication
  metadata: {name: b, namespace: shop}
  spec: {mtls: {mode: strict}}
`;
  it('are those of the fields, in every document', () => {
    const found = readPolicies(TEXT).diagnostics.map(({ policy, path, line, column }) => `${policy} ${path} ${line}:${column}`);
    expect(found.toSorted()).toEqual(
      [
        'AuthorizationPolicy/shop/a metadata.annotations["istio.io/dry-run"] 4:70',
        'AuthorizationPolicy/shop/a spec.rules[0].from[0].source.ipBlocks[1] 13:11',
        'AuthorizationPolicy/shop/a spec.rules[0].from[0].source.principals[1] 10:27',
        'AuthorizationPolicy/shop/a spec.rules[1].to 14:5',
        'AuthorizationPolicy/shop/a spec.rulez 6:3',
        'PeerAuthentication/shop/b items[0].spec.mtls.mode 22:23',
      ].toSorted(),
    );
  });
  it('are of what is nearest, where a field is missing', () => {
    const [found] = readPolicies('apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata:\n  namespace: a\n').diagnostics;
    expect(found).toMatchObject({ path: 'metadata.name', line: 3, column: 1 });
  });
  it('are not there for objects', () => expect(readPolicies([{ kind: 'X' }]).diagnostics[0]).not.toHaveProperty('line'));
  it('are found again by the policy', () => {
    expect(readPolicies(TEXT).place('PeerAuthentication/shop/b', 'spec.mtls')).toEqual({ line: 22, column: 10 });
    expect(readPolicies(TEXT).place('PeerAuthentication/shop/c', '')).toBeUndefined();
  });
  it('name keys that are no words in brackets', () => {
    for (const key of ['a', 'a.b/c', 'x"y', 'a\\b', '']) expect(stepsOf(pathOfKey('m', key))).toEqual(['m', key]);
  });
});

it('says when a policy stands twice', () => {
  const one = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'a' } };
  expect(readPolicies([one, one]).diagnostics).toMatchObject([
    { severity: 'warning', code: 'twice', policy: 'AuthorizationPolicy/default/a' },
  ]);
});
