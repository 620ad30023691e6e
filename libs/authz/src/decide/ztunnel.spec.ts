/** Clause 7.4: what ztunnel enforces, which is less than the proxies. */
import { HTTP, decide, deny, from, policy, to, when } from '../../test/cases.js';

const workload = { namespace: 'shop', labels: {}, ztunnel: true };
const check = (specs: readonly object[], expected: string, request: object = {}, mesh = {}) =>
  expect(
    decide(
      specs.map((spec) => policy(spec)),
      { ...HTTP, source: { ...HTTP.source, ip: '10.0.0.1' }, ...request },
      { workload, mesh },
    ).decision,
  ).toBe(expected);

it.each<[string, readonly object[], string]>([
  ['ALLOW by identity', [from({ principals: ['cluster.local/ns/shop/sa/productpage'] })], 'ALLOW'],
  ['HTTP requests are connections: an ALLOW rule with HTTP matches nothing', [to({ methods: ['GET'] })], 'DENY'],
  ['DENY with HTTP alone does nothing', [deny(to({ methods: ['GET'] }))], 'ALLOW'],
  ['DENY with HTTP and a port denies the port', [deny(to({ methods: ['POST'], ports: ['9080'] }))], 'DENY'],
  [
    'DENY with from and HTTP does nothing',
    [deny({ rules: [{ from: [{ source: { principals: ['*'] } }], to: [{ operation: { paths: ['/'] } }] }] })],
    'ALLOW',
  ],
  [
    'DENY with one alternative left',
    [deny({ rules: [{ to: [{ operation: { paths: ['/x'] } }, { operation: { ports: ['9080'] } }] }] })],
    'DENY',
  ],
  ['remote addresses are not known', [from({ remoteIpBlocks: ['10.0.0.0/8'] })], 'DENY'],
  ['source addresses are', [from({ ipBlocks: ['10.0.0.0/8'] })], 'ALLOW'],
  ['trust domains are left out', [from({ trustDomains: ['x'], namespaces: ['shop'] })], 'ALLOW'],
  ['service accounts', [from({ serviceAccounts: ['productpage'] })], 'ALLOW'],
  ['a when key that is not known', [deny(when('connection.sni', undefined, ['x']))], 'ALLOW'],
  ['a when key that is', [deny(when('destination.port', ['9080']))], 'DENY'],
  ['a namespace is compared whole', [from({ namespaces: ['*a'] })], 'DENY'],
  ['and by suffix', [from({ namespaces: ['*op'] })], 'ALLOW'],
  ['CUSTOM is not enforced', [{ action: 'CUSTOM', provider: { name: 'x' }, rules: [{}] }], 'ALLOW'],
  ['no rules', [{}], 'DENY'],
  ['the empty rule', [deny({ rules: [{}] })], 'DENY'],
])('%s', (_, specs, expected) => check(specs, expected));

it('expands no trust domain', () => {
  const peer = { source: { principal: 'td1/ns/shop/sa/a' } };
  check([from({ principals: ['cluster.local/ns/shop/sa/a'] })], 'DENY', peer, { trustDomain: 'td1' });
  check([from({ principals: ['td1/ns/shop/sa/a'] })], 'ALLOW', peer, { trustDomain: 'td1' });
});
