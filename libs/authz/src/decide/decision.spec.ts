/** Clauses 2.1 to 3.6: what policies and rules do together. */
import { HTTP, TCP, decide, deny, from, policy, to, when } from '../../test/cases.js';

type Spec = object | [spec: object, annotations: Record<string, string>];
function check(specs: readonly Spec[], expected: string, request: object = {}) {
  const policies = specs.map((spec) => (Array.isArray(spec) ? policy(spec[0], { annotations: spec[1] }) : policy(spec)));
  expect(decide(policies, request as never).decision).toBe(expected);
}

const ALL = { rules: [{}] };
const NEVER = to({ paths: ['/never'] });
const MATCH = to({ paths: ['/'] });
const dry = (spec: object, value: string): Spec => [spec, { 'istio.io/dry-run': value }];
const both = (one: object, other: object) => ({ rules: [{ ...one, ...other }] });
const FROM = { from: [{ source: { namespaces: ['shop'] } }] };
const FROM_OTHER = { from: [{ source: { namespaces: ['other'] } }] };
const GET = { to: [{ operation: { methods: ['GET'] } }] };
const POST = { to: [{ operation: { methods: ['POST'] } }] };

it.each<[string, readonly Spec[], string]>([
  ['2.1 nothing', [], 'ALLOW'],
  ['2.1 DENY matches', [deny(MATCH), ALL], 'DENY'],
  ['2.1 DENY does not match, no ALLOW', [deny(NEVER)], 'ALLOW'],
  ['2.1 DENY does not match, ALLOW does', [deny(NEVER), MATCH], 'ALLOW'],
  ['2.1 no ALLOW matches', [NEVER], 'DENY'],
  ['2.1 ALLOW when absent', [MATCH], 'ALLOW'],
  ['2.2 AUDIT alone', [{ action: 'AUDIT', ...NEVER }], 'ALLOW'],
  ['2.2 AUDIT is no ALLOW', [{ action: 'AUDIT', ...ALL }, NEVER], 'DENY'],
  ['2.3 one of several policies', [NEVER, MATCH, NEVER], 'ALLOW'],
  ['2.3 one of several rules', [{ rules: [...NEVER.rules, ...MATCH.rules] }], 'ALLOW'],
  ['2.4 ALLOW without rules', [{}], 'DENY'],
  ['2.4 ALLOW with no rules', [{ rules: [] }], 'DENY'],
  ['2.4 beside one that matches', [{}, MATCH], 'ALLOW'],
  ['2.4 DENY without rules', [deny({})], 'ALLOW'],
  ['2.4 CUSTOM without rules', [{ action: 'CUSTOM', provider: { name: 'x' } }], 'ALLOW'],
  ['2.4 the empty rule allows all', [ALL], 'ALLOW'],
  ['2.4 the empty rule denies all', [deny(ALL)], 'DENY'],
  ['2.4 allow-all loses', [ALL, deny(ALL)], 'DENY'],
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((value): [string, Spec[], string] => [
    `2.5 dry run ${value}`,
    [dry(deny(ALL), value)],
    'ALLOW',
  ]),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False', 'yes', ''].map((value): [string, Spec[], string] => [
    `2.5 no dry run ${value}`,
    [dry(deny(ALL), value)],
    'DENY',
  ]),
  ['2.5 a dry-run ALLOW does not close', [dry({}, 'true')], 'ALLOW'],
  ['2.5 nor does it allow', [dry(ALL, 'true'), {}], 'DENY'],
  ['3.1 from and to', [both(FROM, GET)], 'ALLOW'],
  ['3.1 from, not to', [both(FROM, POST)], 'DENY'],
  ['3.1 to, not from', [both(FROM_OTHER, GET)], 'DENY'],
  ['3.1 empty lists are absent', [{ rules: [{ from: [], to: [], when: [] }] }], 'ALLOW'],
  ['3.1 any source', [{ rules: [{ from: [...FROM_OTHER.from, ...FROM.from] }] }], 'ALLOW'],
  ['3.2 fields of a source are joined', [from({ namespaces: ['shop'], principals: ['x'] })], 'DENY'],
  ['3.2 values are alternatives', [from({ namespaces: ['x', 'shop'] })], 'ALLOW'],
  ['3.2 field and not-field', [from({ namespaces: ['shop'], notNamespaces: ['shop'] })], 'DENY'],
  ['3.2 not-field: no value', [from({ notNamespaces: ['x', 'shop'] })], 'DENY'],
  ['3.2 an empty list is absent', [from({ namespaces: [], principals: ['*'] })], 'ALLOW'],
  ['3.3 when values and notValues', [when('request.headers[x]', undefined, ['a'])], 'ALLOW'],
  [
    '3.3 repeated keys',
    [
      {
        rules: [
          {
            when: [
              { key: 'source.namespace', values: ['shop'] },
              { key: 'source.namespace', values: ['x'] },
            ],
          },
        ],
      },
    ],
    'DENY',
  ],
  ['3.5 an unknown key: ALLOW', [when('request.nothing', ['a'])], 'DENY'],
  ['3.5 an unknown key: DENY fails open', [deny({ rules: [{ when: [{ key: 'source.nothing', notValues: ['a'] }] }] })], 'ALLOW'],
  ['3.5 deprecated keys are unknown', [deny(when('destination.labels[app]', ['x'], ['y']))], 'ALLOW'],
  ['3.6 bad block: ALLOW rule dropped', [from({ ipBlocks: ['nonsense'], principals: ['*'] })], 'DENY'],
  ['3.6 bad not-block: ALLOW rule dropped', [from({ notIpBlocks: ['nonsense'] })], 'DENY'],
  ['3.6 bad block: DENY wider', [deny(from({ ipBlocks: ['nonsense'], principals: ['*'] }))], 'DENY'],
  ['3.6 bad block alone: DENY all', [deny(from({ ipBlocks: ['10.0.0.0/33'] }))], 'DENY'],
  ['3.6 one bad block of two', [deny(from({ ipBlocks: ['nonsense', '10.0.0.0/8'] }))], 'ALLOW'],
  ['3.6 bad port: DENY wider', [deny(to({ ports: ['http'] }))], 'DENY'],
  ['3.6 bad port and a good one', [deny(to({ ports: ['http', '1'] }))], 'ALLOW'],
  ['3.6 a lookalike key: DENY wider', [deny(when('request.headersX[a]', ['v']))], 'DENY'],
  ['3.6 a lookalike key: ALLOW dropped', [when('request.headersX[a]', undefined, ['v'])], 'DENY'],
  ['3.6 a lookalike claim: DENY wider', [deny(when('request.auth.claimsX[a]', ['v']))], 'DENY'],
  ['3.6 a filter without key: DENY wider', [deny(when('experimental.envoy.filters.a', ['v']))], 'DENY'],
  ['a rule that is null matches nothing', [deny({ rules: [null] })], 'ALLOW'],
])('%s', (_, specs, expected) => check(specs, expected));

it.each<[string, object, boolean]>([
  ['no identity', from({ notPrincipals: ['*'] }), true],
  ['no identity, namespace', from({ notNamespaces: ['shop'] }), true],
  ['no token', from({ notRequestPrincipals: ['*'] }), true],
  ['no header', when('request.headers[x]', undefined, ['*']), true],
  ['no address', from({ notIpBlocks: ['0.0.0.0/0'] }), true],
  ['no SNI', when('connection.sni', undefined, ['*']), true],
  ['no host', to({ notHosts: ['*'] }), true],
])('3.4 what is missing makes the not-form true: %s', (_, spec, matches) =>
  check([spec], matches ? 'ALLOW' : 'DENY', { source: {}, host: undefined }),
);

describe('7 TCP', () => {
  const HTTP_PARTS: [string, object][] = [
    ['hosts', to({ hosts: ['*'] })],
    ['notHosts', to({ notHosts: ['x'] })],
    ['methods', to({ methods: ['GET'] })],
    ['notPaths', to({ notPaths: ['/x'] })],
    ['requestPrincipals', from({ requestPrincipals: ['*'] })],
    ['notRequestPrincipals', from({ notRequestPrincipals: ['x/y'] })],
    ['header', when('request.headers[x]', ['a'])],
    ['claim', when('request.auth.claims[x]', undefined, ['a'])],
    ['audiences', when('request.auth.audiences', ['a'])],
    ['presenter', when('request.auth.presenter', ['a'])],
  ];
  it.each(HTTP_PARTS)('7.1 %s exists on HTTP only', (_, spec) => {
    check([spec], 'DENY', TCP);
    check([deny(spec)], 'DENY', TCP);
  });
  it.each<[string, readonly Spec[], string]>([
    [
      '7.2 one alternative of several',
      [{ rules: [{ from: [{ source: { principals: ['*'] } }, { source: { requestPrincipals: ['*'] } }] }] }],
      'DENY',
    ],
    ['7.2 in another part', [both(FROM, POST)], 'DENY'],
    ['7.2 another rule stands', [{ rules: [GET, FROM] }], 'ALLOW'],
    ['7.2 the policy still closes', [both({}, GET)], 'DENY'],
    ['7.3 the rest stands', [deny(to({ methods: ['GET'], ports: ['80'] }))], 'ALLOW'],
    ['7.3 the rest matches', [deny(to({ methods: ['GET'], ports: ['9080'] }))], 'DENY'],
    [
      '7.3 an emptied alternative matches all',
      [deny({ rules: [{ to: [{ operation: { ports: ['80'] } }, { operation: { paths: ['/x'] } }] }] })],
      'DENY',
    ],
    ['7.3 from stands', [deny(both(FROM_OTHER, GET))], 'ALLOW'],
    ['L4 fields', [from({ principals: ['*'], namespaces: ['shop'], trustDomains: ['*'], remoteIpBlocks: ['10.0.0.0/8'] })], 'ALLOW'],
    ['service account', [from({ serviceAccounts: ['productpage'] })], 'ALLOW'],
  ])('%s', (_, specs, expected) => check(specs, expected, { ...TCP, source: { ...HTTP.source, ip: '10.1.1.1' } }));
});
