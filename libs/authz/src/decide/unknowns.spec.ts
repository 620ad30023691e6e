/** What is not known: INDETERMINATE only where the decision hangs on it, and naming it. */
import { HTTP, decide, deny, from, policy, to, when } from '../../test/cases.js';

const MESH = { extensionProviders: [{ name: 'opa', type: 'grpc' }], trustDomain: 'td1', trustDomainAliases: ['td2'] };
const ALL = { rules: [{}] };
const custom = { action: 'CUSTOM', provider: { name: 'opa' }, ...to({ paths: ['/admin*'] }) };
const join = (...rules: object[]) => ({ rules: [Object.assign({}, ...rules.map((rule) => (rule as { rules: object[] }).rules[0]))] });
const account = (name: string, domain = 'td1') => `${domain}/ns/shop/sa/${name}`;

function check(specs: readonly object[], unknown: readonly string[], expected: 'ALLOW' | 'DENY' | readonly string[], request: object = {}) {
  const { decision, missing } = decide(
    specs.map((spec) => policy(spec)),
    { ...HTTP, ...request, unknown },
    { mesh: MESH },
  );
  if (typeof expected === 'string') expect([decision, missing]).toEqual([expected, undefined]);
  else expect([decision, missing]).toEqual(['INDETERMINATE', expected]);
}

it.each<[string, readonly object[], readonly string[], 'ALLOW' | 'DENY' | readonly string[]]>([
  ['nothing asks for it', [from({ notPrincipals: ['x'] })], ['path', 'headers', 'jwt', 'sni'], 'ALLOW'],
  ['a path', [to({ paths: ['/a*'] })], ['path'], ['path']],
  ['a path that every path matches', [to({ paths: ['/*'] })], ['path'], 'ALLOW'],
  ['a path, by a rule that cannot match', [join(to({ paths: ['/a'] }), from({ principals: ['nobody'] }))], ['path'], 'DENY'],
  ['a path, beside a rule that matches', [to({ paths: ['/a'] }), ALL], ['path'], 'ALLOW'],
  ['both sides of a condition', [to({ paths: ['/a*'] }), to({ notPaths: ['/a*'] })], ['path'], 'ALLOW'],
  ['DENY whatever it is', [to({ paths: ['/a'] }), deny(ALL)], ['path'], 'DENY'],
  ['a principal', [from({ principals: [account('a')] })], ['source.principal'], ['source.principal']],
  ['a principal by an alias', [deny(from({ principals: [account('a', 'td2')] }))], ['source.principal'], ['source.principal']],
  ['a principal written with cluster.local', [from({ principals: [account('a', 'cluster.local')] })], ['principal'], ['principal']],
  [
    'prefix and suffix together',
    [join(from({ principals: ['td1/ns/x/sa/team-*'] }), when('source.principal', ['*-admin']))],
    ['source.principal'],
    ['source.principal'],
  ],
  ['a suffix over three parts', [join(from({ principals: ['*ar/sa/x'] }), when('source.namespace', ['b*']))], ['source'], ['source']],
  [
    'namespaces that exclude each other',
    [join(from({ namespaces: ['a'] }), when('source.namespace', ['b']))],
    ['source.principal'],
    'DENY',
  ],
  ['a service account', [from({ serviceAccounts: ['other/x'] })], ['source.serviceAccount'], ['source.serviceAccount']],
  ['a trust domain', [from({ trustDomains: ['td*'] })], ['source.principal'], ['source.principal']],
  ['an address', [from({ ipBlocks: ['10.0.0.0/8'] })], ['source.ip'], ['source.ip']],
  ['an address outside a block', [from({ notIpBlocks: ['0.0.0.0/0', '::/0'] })], ['source.ip'], 'DENY'],
  ['blocks that cover all', [from({ ipBlocks: ['0.0.0.0/0', '::/0'] })], ['ip'], 'ALLOW'],
  ['a remote address is the address where it is absent', [from({ remoteIpBlocks: ['10.0.0.0/8'] })], ['source.ip'], ['source.ip']],
  ['a port', [to({ ports: ['1', '2'] })], ['port'], ['port']],
  ['a method', [to({ methods: ['GET'] })], ['method'], ['method']],
  ['a host', [to({ hosts: ['*.x'] })], ['host'], ['host']],
  ['a host, by its pseudo header', [when('request.headers[:authority]', ['x'])], ['host'], ['host']],
  ['SNI', [when('connection.sni', ['x'])], ['sni'], ['sni']],
  ['a destination', [when('destination.ip', ['10.0.0.1'])], ['destinationIp'], ['destinationIp']],
  ['a header', [when('request.headers[x-user]', ['a'])], ['headers'], ['headers']],
  ['one header', [when('request.headers[x-user]', ['a'])], ['headers.X-User'], ['headers.X-User']],
  ['another header', [when('request.headers[x-user]', ['a'])], ['headers.other'], 'DENY'],
  ['a claim', [when('request.auth.claims[groups]', ['a'])], ['jwt'], ['jwt']],
  ['one claim', [when('request.auth.claims[a][b]', ['x'])], ['jwt.claims.a.b'], ['jwt.claims.a.b']],
  ['one claim, as a key', [when('request.auth.claims[a][b]', ['x'])], ['request.auth.claims[a][b]'], ['request.auth.claims[a][b]']],
  ['two values of one claim', [when('request.auth.claims[groups]', ['a'], ['c'])], ['jwt.claims'], ['jwt.claims']],
  ['request principals', [from({ requestPrincipals: ['i/*'] })], ['jwt.principal'], ['jwt.principal']],
  ['audiences', [when('request.auth.audiences', ['me'])], ['jwt.audiences'], ['jwt.audiences']],
  ['presenter', [when('request.auth.presenter', ['me'])], ['jwt.presenter'], ['jwt.presenter']],
  ['metadata', [when('experimental.envoy.filters.a[c]', ['[x]'])], ['filterMetadata'], ['filterMetadata']],
  [
    'metadata of a filter',
    [when('experimental.envoy.filters.a[c]', ['x'])],
    ['filterMetadata.envoy.filters.a'],
    ['filterMetadata.envoy.filters.a'],
  ],
  [
    'metadata of a key',
    [when('experimental.envoy.filters.a[c]', ['x'])],
    ['filterMetadata.envoy.filters.a.c'],
    ['filterMetadata.envoy.filters.a.c'],
  ],
  ['a header in brackets', [when('request.headers[x-user]', ['a'])], ['headers[x-user]'], ['headers[x-user]']],
  ['a header by its key', [when('request.headers[x-user]', ['a'])], ['request.headers[x-user]'], ['request.headers[x-user]']],
  ['a path by its pseudo header', [to({ paths: ['/a'] })], ['headers.:path'], ['headers.:path']],
  ['a method by its pseudo header', [when('request.headers[:method]', ['GET'])], ['headers.:method'], ['headers.:method']],
  ['the pseudo header of a path', [when('request.headers[:path]', ['/a'])], ['path'], ['path']],
  ['a host that is a header', [to({ hosts: ['x'] })], ['headers.host'], ['headers.host']],
  ['the whole of the claims', [when('request.auth.claims[a]', ['x'])], ['request.auth.claims'], ['request.auth.claims']],
  ['a port by its key', [to({ ports: ['1'] })], ['destination.port'], ['destination.port']],
  ['a remote address', [from({ remoteIpBlocks: ['10.0.0.0/8'] })], ['remote.ip'], ['remote.ip']],
  ['a remote address that nobody asks for', [from({ notIpBlocks: ['10.0.0.0/8'] })], ['source.remoteIp'], 'ALLOW'],
  ['an authorizer by name that is another', [custom, ALL], ['extAuthz.web'], 'ALLOW'],
  ['metadata of another filter', [when('experimental.envoy.filters.a[c]', ['x'])], ['filterMetadata.other.c'], 'DENY'],
  ['two names of one fact', [to({ paths: ['/a'] })], ['path', 'headers.:path'], ['path']],
  ['part of a claim that is an object', [when('request.auth.claims[a]', ['x'])], ['jwt.claims.a.b'], 'DENY'],
  ['a wildcard over the trust domain', [from({ principals: ['td*'] })], ['source.principal'], ['source.principal']],
  ['a wildcard that ends in a namespace', [from({ principals: ['td1/ns/sh*'] })], ['source.principal'], ['source.principal']],
  ['a suffix of one letter', [from({ trustDomains: ['td1'], notPrincipals: ['*x'] })], ['source.principal'], ['source.principal']],
  ['a path that ends in a letter', [to({ paths: ['/{*}'], notPaths: ['*x'] })], ['path'], ['path']],
  ['a path that no template takes', [to({ paths: ['/', '/{*}'] })], ['path'], ['path']],
  ['a suffix down to the trust domain', [from({ notPrincipals: ['*d1/ns/a/sa/x'] })], ['source.principal'], ['source.principal']],
  ['what nobody knows', [from({ notPrincipals: ['x'] })], ['weather'], 'ALLOW'],
  ['an authorizer that is not asked', [custom, ALL], ['extAuthz'], 'ALLOW'],
  [
    'only what tips it',
    [join(from({ principals: [account('a')] }), to({ methods: ['GET', 'POST'] }))],
    ['source.principal', 'path'],
    ['source.principal'],
  ],
])('%s', (_, specs, unknown, expected) => check(specs, unknown, expected, { host: 'h', port: 80, source: {}, method: 'GET' }));

it('is satisfied by a list where no single text would be', () => {
  const rule = {
    rules: [
      {
        when: [
          { key: 'request.auth.claims[g]', values: ['a'] },
          { key: 'request.auth.claims[g]', values: ['b'] },
        ],
      },
    ],
  };
  check([rule], ['jwt'], ['jwt']);
});

describe('an authorizer whose answer is not known', () => {
  const admin = { path: '/admin' };
  it('tips the decision', () => check([custom, ALL], ['extAuthz'], ['extAuthz'], admin));
  it('is named as it was', () => check([custom, ALL], ['extAuthz.opa'], ['extAuthz.opa'], admin));
  it('does not matter where the rest denies', () => check([custom, deny(ALL)], ['extAuthz.opa'], 'DENY', admin));
  it('does not matter where nothing allows', () => check([custom, {}], ['extAuthz.opa'], 'DENY', admin));
  it('matters with the path that asks it', () => check([custom, ALL], ['extAuthz', 'path'], ['extAuthz', 'path']));
  it('denies where it is known to', () => check([custom, ALL], ['path'], ['path'], { ...admin, extAuthz: { opa: 'DENY' } }));
  it('lets pass where it is known to', () => check([custom, ALL], ['path'], 'ALLOW', { ...admin, extAuthz: { opa: 'ALLOW' } }));
});

it('gives up beyond its bound, and names what the open rules look at', () => {
  const values = (prefix: string) => Array.from({ length: 60 }, (_, index) => `${prefix}${index}*`);
  const rule = join(to({ paths: values('/'), hosts: values('h'), methods: values('M') }));
  check([rule], ['path', 'host', 'method', 'headers'], ['host', 'method', 'path']);
});

it('keeps the namespace where only the account is not known', () => {
  const specs = [from({ namespaces: ['shop'] })];
  check(specs, ['source.principal'], 'ALLOW', { source: { namespace: 'shop' } });
  check(specs, ['source.principal'], 'DENY', { source: { namespace: 'other' } });
});
