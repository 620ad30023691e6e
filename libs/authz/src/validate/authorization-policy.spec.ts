/** §9 of the semantics: everything that is refused, everything that is legal and suspicious, with its place. */
import { validateObject } from './validate.js';

const base = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'p', namespace: 'shop' } };

/** Every finding, as `error code path`; a policy without any is clean. */
function check(object: object, expected: readonly string[]) {
  expect(validateObject({ ...base, ...object }).map(({ severity, code, path }) => `${severity} ${code} ${path}`)).toEqual(expected);
}
const rule = (part: object) => ({ spec: { rules: [part] } });
const source = (fields: object) => rule({ from: [{ source: fields }] });
const operation = (fields: object) => rule({ to: [{ operation: fields }] });
const when = (condition: object) => rule({ when: [condition] });
const AT = 'spec.rules[0]';
const SOURCE = `${AT}.from[0].source`;
const OPERATION = `${AT}.to[0].operation`;
const KEY = `${AT}.when[0].key`;
const HTTP_ONLY = { to: [{ operation: { methods: ['GET'] } }] };
const many = (count: number, item: unknown) => Array.from({ length: count }, () => item);

it.each<[string, object, string[]]>([
  ['nothing but a name', {}, []],
  ['v1beta1', { apiVersion: 'security.istio.io/v1beta1' }, []],
  ['an empty spec', { spec: {} }, []],
  ['no rules at all', { spec: { rules: [] } }, []],
  ['the empty rule', rule({}), []],
  [
    'what the API server adds',
    {
      metadata: { ...base.metadata, uid: 'u', resourceVersion: '1', generation: 2, creationTimestamp: 't', managedFields: [{}] },
      status: {},
    },
    [],
  ],
  ['another version', { apiVersion: 'security.istio.io/v2' }, ['error unknown-api-version apiVersion']],
  ['another group', { apiVersion: 'rbac.istio.io/v1' }, ['error unknown-api-version apiVersion']],
  ['no apiVersion', { apiVersion: undefined }, ['error unknown-api-version apiVersion']],
  ['another kind', { kind: 'AuthorisationPolicy' }, ['error unknown-kind kind']],
  ['no name', { metadata: {} }, ['error no-name metadata.name']],
  ['an empty name', { metadata: { name: '' } }, ['error no-name metadata.name']],
  ['a bad name', { metadata: { name: 'A_b' } }, ['error bad-name metadata.name']],
  ['a bad namespace', { metadata: { name: 'p', namespace: 'a.b' } }, ['error bad-name metadata.namespace']],
  ['a name that is a number', { metadata: { name: 7 } }, ['error wrong-type metadata.name']],
  ['an unknown field on top', { spec: {}, specs: {} }, ['error unknown-field specs']],
  ['an unknown field of spec', { spec: { rule: [] } }, ['error unknown-field spec.rule']],
  ['an unknown field of a rule', rule({ form: [] }), [`error unknown-field ${AT}.form`]],
  [
    'an unknown field of an item',
    rule({ from: [{ source: { principals: ['*'] }, sources: {} }] }),
    [`error unknown-field ${AT}.from[0].sources`],
  ],
  ['an unknown field of a source', source({ principal: ['a'], namespaces: ['a'] }), [`error unknown-field ${SOURCE}.principal`]],
  ['an unknown field of an operation', operation({ path: ['/'], ports: ['1'] }), [`error unknown-field ${OPERATION}.path`]],
  [
    'an unknown field of a condition',
    when({ key: 'source.ip', value: ['1.1.1.1'], values: ['1.1.1.1'] }),
    [`error unknown-field ${AT}.when[0].value`],
  ],
  ['a list as text', source({ principals: 'cluster.local/ns/a/sa/b' }), [`error wrong-type ${SOURCE}.principals`]],
  ['a port as a number', operation({ ports: [80] }), [`error wrong-type ${OPERATION}.ports[0]`]],
  ['a boolean', when({ key: 'request.headers[x]', values: [true] }), [`error wrong-type ${AT}.when[0].values[0]`]],
  ['rules as a map', { spec: { rules: {} } }, ['error wrong-type spec.rules']],
  ['spec as text', { spec: 'x' }, ['error wrong-type spec']],
  ['a label that is a number', { spec: { selector: { matchLabels: { v: 1 } } } }, ['error wrong-type spec.selector.matchLabels.v']],
  ['action in lower case', { spec: { action: 'allow' } }, ['error bad-action spec.action']],
  ['another action', { spec: { action: 'LOG' } }, ['error bad-action spec.action']],
  ['a provider with ALLOW', { spec: { provider: { name: 'x' } } }, ['error provider-without-custom spec.provider']],
  [
    'CUSTOM without anything',
    { spec: { action: 'CUSTOM' } },
    ['error custom-without-provider spec.provider.name', 'error custom-without-rules spec.rules'],
  ],
  [
    'CUSTOM with empty rules',
    { spec: { action: 'CUSTOM', provider: { name: 'x' }, rules: [] } },
    ['error custom-without-rules spec.rules'],
  ],
  ['DENY without rules', { spec: { action: 'DENY' } }, ['error deny-without-rules spec.rules']],
  [
    'selector and targetRef',
    { spec: { selector: { matchLabels: { a: 'b' } }, targetRef: { kind: 'Service', name: 'x' } } },
    ['error selector-and-target spec'],
  ],
  [
    'targetRef and targetRefs',
    { spec: { targetRef: { kind: 'Service', name: 'x' }, targetRefs: [{ kind: 'Service', name: 'x' }] } },
    ['error selector-and-target spec'],
  ],
  ['an empty selector', { spec: { selector: {} } }, ['warning empty-selector spec.selector']],
  [
    'a wildcard in a selector',
    { spec: { selector: { matchLabels: { app: 'a*' } } } },
    ['error bad-selector spec.selector.matchLabels.app'],
  ],
  ['a wildcard in a key', { spec: { selector: { matchLabels: { 'a*': 'b' } } } }, ['error bad-selector spec.selector.matchLabels["a*"]']],
  ['an empty key', { spec: { selector: { matchLabels: { '': 'b' } } } }, ['error bad-selector spec.selector.matchLabels[""]']],
  ['a long label', { spec: { selector: { matchLabels: { app: 'x'.repeat(64) } } } }, ['error bad-selector spec.selector.matchLabels.app']],
  ['a target without name', { spec: { targetRefs: [{ kind: 'Service' }] } }, ['error bad-target spec.targetRefs[0].name']],
  [
    'a target elsewhere',
    { spec: { targetRef: { kind: 'Service', name: 'x', namespace: 'y' } } },
    ['error bad-target spec.targetRef.namespace'],
  ],
  ['a target of another kind', { spec: { targetRef: { kind: 'Pod', name: 'x' } } }, ['error bad-target spec.targetRef.kind']],
  [
    'a target of another group',
    { spec: { targetRef: { kind: 'Gateway', name: 'x', group: 'networking.istio.io' } } },
    ['error bad-target spec.targetRef.group'],
  ],
  ['too many targets', { spec: { targetRefs: many(17, { kind: 'Service', name: 'x' }) } }, ['error too-many spec.targetRefs']],
  ['a null rule', { spec: { rules: [null] } }, ['error null-item spec.rules[0]']],
  [
    'null items',
    rule({ from: [null], to: [null], when: [null] }),
    [`error null-item ${AT}.from[0]`, `error null-item ${AT}.to[0]`, `error null-item ${AT}.when[0]`],
  ],
  ['no source', rule({ from: [{}] }), [`error missing-field ${AT}.from[0].source`]],
  ['an empty source', source({}), [`error empty-source ${SOURCE}`]],
  ['a source with empty lists', source({ principals: [] }), [`error empty-source ${SOURCE}`]],
  ['no operation', rule({ to: [{ operation: null }] }), [`error missing-field ${AT}.to[0].operation`]],
  ['an empty operation', operation({}), [`error empty-operation ${OPERATION}`]],
  ['empty from', rule({ from: [] }), [`error empty-list ${AT}.from`]],
  ['empty to', rule({ to: [] }), [`error empty-list ${AT}.to`]],
  ['empty values', source({ principals: ['*', ''] }), [`error empty-value ${SOURCE}.principals[1]`]],
  ['empty values of an operation', operation({ notPaths: [''] }), [`error empty-value ${OPERATION}.notPaths[0]`]],
  ['empty values of a condition', when({ key: 'request.headers[a]', notValues: [''] }), [`error empty-value ${AT}.when[0].notValues[0]`]],
  ...['10.0.0', '10.0.0.01', '10.0.0.0/33', 'host', '10.0.0.0/', '::1/129', 'fe80::1%eth0'].map((value): [string, object, string[]] => [
    `the block ${value}`,
    source({ ipBlocks: [value] }),
    [`error bad-ip ${SOURCE}.ipBlocks[0]`],
  ]),
  [
    'other blocks',
    source({ notIpBlocks: ['x'], remoteIpBlocks: ['x'], notRemoteIpBlocks: ['x'] }),
    ['notIpBlocks', 'remoteIpBlocks', 'notRemoteIpBlocks'].map((field) => `error bad-ip ${SOURCE}.${field}[0]`),
  ],
  ...['source.ip', 'remote.ip', 'destination.ip'].map((key): [string, object, string[]] => [
    key,
    when({ key, values: ['x'] }),
    [`error bad-ip ${AT}.when[0].values[0]`],
  ]),
  ...['65536', '-1', '80-90', 'http', ' 80'].map((value): [string, object, string[]] => [
    `the port ${value}`,
    operation({ ports: [value] }),
    [`error bad-port ${OPERATION}.ports[0]`],
  ]),
  ['a bad port as a condition', when({ key: 'destination.port', notValues: ['x'] }), [`error bad-port ${AT}.when[0].notValues[0]`]],
  ...['a*', 'a/b/c', '/a', 'a/', 'x'.repeat(321)].map((value): [string, object, string[]] => [
    `the account ${value.slice(0, 9)}`,
    source({ serviceAccounts: [value] }),
    [`error bad-service-account ${SOURCE}.serviceAccounts[0]`],
  ]),
  [
    'an account as a condition',
    when({ key: 'source.serviceAccount', values: ['*'] }),
    [`error bad-service-account ${AT}.when[0].values[0]`],
  ],
  ['17 accounts', source({ serviceAccounts: many(17, 'a') }), [`error too-many ${SOURCE}.serviceAccounts`]],
  [
    'accounts and namespaces',
    source({ serviceAccounts: ['a'], notNamespaces: ['b'] }),
    [`error service-account-mix ${SOURCE}.serviceAccounts`],
  ],
  [
    'not-accounts and principals',
    source({ notServiceAccounts: ['a'], principals: ['*'] }),
    [`error service-account-mix ${SOURCE}.notServiceAccounts`],
  ],
  ...['a/b', '*a*', 'a*b'].map((value): [string, object, string[]] => [
    `the trust domain ${value}`,
    source({ trustDomains: [value] }),
    [`error bad-trust-domain ${SOURCE}.trustDomains[0]`],
  ]),
  [
    'a trust domain as a condition',
    when({ key: 'source.trustDomain', values: ['a/b', 'a*b'] }),
    [`error bad-trust-domain ${AT}.when[0].values[1]`],
  ],
  ['no key', when({ values: ['a'] }), [`error no-key ${KEY}`]],
  ['an empty key', when({ key: '', values: ['a'] }), [`error no-key ${KEY}`]],
  ['an unknown key', when({ key: 'source.principals', values: ['a'] }), [`error unknown-key ${KEY}`]],
  ...['destination.labels[app]', 'destination.name', 'destination.namespace', 'destination.user'].map((key): [string, object, string[]] => [
    key,
    when({ key, values: ['a'] }),
    [`error deprecated-key ${KEY}`],
  ]),
  ['no values', when({ key: 'source.ip' }), [`error no-values ${AT}.when[0]`]],
  ['empty lists of values', when({ key: 'source.ip', values: [], notValues: [] }), [`error no-values ${AT}.when[0]`]],
  ...['request.headers', 'request.headers[]', 'request.headers[a', 'request.auth.claims', 'experimental.envoy.filters.a'].map(
    (key): [string, object, string[]] => [`the key ${key}`, when({ key, values: ['a'] }), [`error bad-key ${KEY}`]],
  ),
  ...['/a/{**}/{*}', '/{**}/{**}', '/a/{x}', '/a/b{*}', '/{*}x', '/a//{*}', '/a b/{*}', '/{}/a'].map(
    (value): [string, object, string[]] => [
      `the path ${value}`,
      operation({ paths: [value] }),
      [`error bad-path-template ${OPERATION}.paths[0]`],
    ],
  ),
  ['templates that are good', operation({ paths: ['/a/{*}', '/a/{**}/b', '/{*}/{**}', '/a/{*}/'], notPaths: ['/{**}'] }), []],
  ['513 rules', { spec: { rules: many(513, {}) } }, ['error too-many spec.rules']],
  ['513 sources', rule({ from: many(513, { source: { namespaces: ['a'] } }) }), [`error too-many ${AT}.from`]],
])('refuses %s', (_, object, expected) => check(object, expected));

describe('CUSTOM', () => {
  const custom = (part: object) => ({ spec: { action: 'CUSTOM', provider: { name: 'x' }, rules: [part] } });
  const FIELDS = ['principals', 'requestPrincipals', 'namespaces', 'serviceAccounts', 'trustDomains'].flatMap((name) => [
    name,
    `not${name[0]?.toUpperCase()}${name.slice(1)}`,
  ]);
  it.each(FIELDS)('cannot look at %s', (field) =>
    check(custom({ from: [{ source: { [field]: ['*'.repeat(Number(!/erviceA/.test(field))) || 'a'] } }] }), [
      `error custom-field ${SOURCE}.${field}`,
    ]),
  );
  it.each([
    'source.namespace',
    'source.serviceAccount',
    'source.trustDomain',
    'source.principal',
    'request.auth.principal',
    'request.auth.claims[a]',
  ])('cannot look at %s', (key) =>
    check(custom({ when: [{ key, values: [key.endsWith('principal') ? '*' : 'a'] }] }), [`error custom-field ${KEY}`]),
  );
  it('can look at addresses and headers', () =>
    check(custom({ from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }], when: [{ key: 'request.headers[a]', values: ['b'] }] }), []));
});

describe('dry runs', () => {
  const annotated = (value: unknown, spec: object = {}) => ({
    metadata: { ...base.metadata, annotations: { 'istio.io/dry-run': value } },
    spec,
  });
  const PATH = 'metadata.annotations["istio.io/dry-run"]';
  it.each<[string, object, string[]]>([
    ['true', annotated('true'), []],
    ['F', annotated('F', { action: 'DENY', rules: [{}] }), []],
    ['yes', annotated('yes'), [`error bad-dry-run ${PATH}`]],
    ['a boolean', annotated(true), [`error wrong-type ${PATH}`]],
    ['false on AUDIT', annotated('false', { action: 'AUDIT' }), [`error bad-dry-run ${PATH}`]],
    ['another kind', { ...annotated('true'), kind: 'PeerAuthentication' }, [`error bad-dry-run ${PATH}`]],
  ])('%s', (_, object, expected) => check(object, expected));
});

it.each<[string, object, string[]]>([
  ['DENY by HTTP alone', { spec: { action: 'DENY', rules: [HTTP_ONLY] } }, [`warning deny-without-port ${AT}`]],
  [
    'DENY by HTTP from somebody',
    { spec: { action: 'DENY', rules: [{ ...HTTP_ONLY, from: [{ source: { namespaces: ['a'] } }] }] } },
    [`warning deny-without-port ${AT}`],
  ],
  [
    'DENY by a header',
    { spec: { action: 'DENY', rules: [{ when: [{ key: 'request.headers[a]', values: ['b'] }] }] } },
    [`warning deny-without-port ${AT}`],
  ],
  ['DENY by HTTP and port', { spec: { action: 'DENY', rules: [{ to: [{ operation: { methods: ['GET'], ports: ['80'] } }] }] } }, []],
  [
    'DENY by HTTP and a port as a condition',
    { spec: { action: 'DENY', rules: [{ ...HTTP_ONLY, when: [{ key: 'destination.port', values: ['80'] }] }] } },
    [],
  ],
  ['DENY by identity', { spec: { action: 'DENY', rules: [{ from: [{ source: { namespaces: ['a'] } }] }] } }, []],
  ['a star within', operation({ paths: ['/a*b'] }), [`warning literal-star ${OPERATION}.paths[0]`]],
  ['two stars', when({ key: 'request.headers[a]', values: ['*a*'] }), [`warning literal-star ${AT}.when[0].values[0]`]],
  ['two stars of a namespace', source({ namespaces: ['*a*'] }), []],
  ['a path without slash', operation({ paths: ['a'] }), [`warning path-without-slash ${OPERATION}.paths[0]`]],
  ['a suffix of paths', operation({ paths: ['*/a'] }), []],
  ['a template without slash', operation({ paths: ['a/{*}'] }), [`warning path-without-slash ${OPERATION}.paths[0]`]],
  ['a path with a query', operation({ paths: ['/a?b'] }), [`warning path-with-query ${OPERATION}.paths[0]`]],
  ['a method in lower case', operation({ notMethods: ['get'] }), [`warning lower-case-method ${OPERATION}.notMethods[0]`]],
  ['a host without port', operation({ hosts: ['a.b'] }), [`warning host-without-port ${OPERATION}.hosts[0]`]],
  ['a host with both', operation({ hosts: ['a.b', 'a.b:*'] }), []],
  ['a host by prefix', operation({ hosts: ['a.b*'] }), []],
  ['a host that is an address', operation({ hosts: ['http://a.b/'] }), [`warning host-form ${OPERATION}.hosts[0]`]],
  ['spiffe:// in a principal', source({ principals: ['spiffe://td/ns/a/sa/b'] }), [`warning spiffe-prefix ${SOURCE}.principals[0]`]],
  ['a principal that is an account', source({ principals: ['reviews'] }), [`warning principal-form ${SOURCE}.principals[0]`]],
  [
    'a request principal without subject',
    source({ requestPrincipals: ['issuer'] }),
    [`warning request-principal-form ${SOURCE}.requestPrincipals[0]`],
  ],
  [
    'a request principal that never matches',
    source({ requestPrincipals: ['https://idp*'] }),
    [`warning request-principal-form ${SOURCE}.requestPrincipals[0]`],
  ],
  ['a server name in upper case', when({ key: 'connection.sni', values: ['A.b'] }), [`warning upper-case-sni ${AT}.when[0].values[0]`]],
  ['a lookalike key', when({ key: 'request.headersX[a]', values: ['b'] }), [`warning lookalike-key ${KEY}`]],
  ['a claim with a bracket in its name', when({ key: 'request.auth.claims[a[b]', values: ['c'] }), [`warning lookalike-key ${KEY}`]],
])('finds suspicious or not: %s', (_, object, expected) => check(object, expected));

it('says what to write instead', () => {
  const suggestion = (object: object) => validateObject({ ...base, ...object })[0]?.suggestion;
  expect(suggestion({ spec: { rulse: [] } })).toBe('rules');
  expect(suggestion({ spec: { action: 'deny' } })).toBe('DENY');
  expect(suggestion(operation({ ports: [80] }))).toBe('"80"');
  expect(suggestion(source({ principals: ['spiffe://td/ns/a/sa/b'] }))).toBe('td/ns/a/sa/b');
  expect(suggestion(source({ serviceAccounts: ['td/ns/a/sa/b'] }))).toBe('a/b');
  expect(suggestion({ apiVersion: 'rbac.istio.io/v1' })).toBe('security.istio.io/v1');
});

it.each([undefined, null, 7, 'text', [], true])('answers on %j', (value) =>
  expect(validateObject(value)).toMatchObject([{ code: 'not-a-policy', path: '' }]),
);
