import { check, matchesValue, type AuthorizationPolicy, type PolicyRequest, type PolicyRule } from './check.js';

const policy = (action: string, ...rules: PolicyRule[]): AuthorizationPolicy => ({ namespace: 'shop', name: 'p', action, rules });
const request: PolicyRequest = {
  principal: 'cluster.local/ns/shop/sa/a',
  namespace: 'shop',
  port: 8080,
  host: 'b.shop:8080',
  http: { method: 'GET', path: '/x/y' },
};
const tcp: PolicyRequest = { ...request, http: undefined };
const plain: PolicyRequest = { port: 8080, http: { method: 'GET', path: '/x/y' } };

describe('values', () => {
  it.each([
    ['a', 'a', true],
    ['a', 'b', false],
    ['a*', 'abc', true],
    ['*c', 'abc', true],
    ['*', 'x', true],
    ['*', '', false],
    ['*', undefined, false],
  ])('%p against %p is %p', (pattern, value, expected) => expect(matchesValue(pattern, value)).toBe(expected));
});

describe('decisions', () => {
  const from = (source: Record<string, string[]>): PolicyRule => ({ from: [{ source }] });
  const to = (operation: Record<string, string[]>): PolicyRule => ({ to: [{ operation }] });
  it.each<[string, AuthorizationPolicy[], PolicyRequest, boolean]>([
    ['nothing selected', [], request, true],
    ['ALLOW without rules', [policy('ALLOW')], request, false],
    ['ALLOW everything', [policy('ALLOW', {})], request, true],
    ['DENY everything', [policy('ALLOW', {}), policy('DENY', {})], request, false],
    ['DENY without rules', [policy('DENY')], request, true],
    ['AUDIT only', [policy('AUDIT', {})], request, true],
    ['principal', [policy('ALLOW', from({ principals: ['cluster.local/ns/shop/sa/a'] }))], request, true],
    ['another principal', [policy('ALLOW', from({ principals: ['cluster.local/ns/shop/sa/b'] }))], request, false],
    ['no identity', [policy('ALLOW', from({ principals: ['*'] }))], plain, false],
    ['not-form without identity', [policy('DENY', from({ notPrincipals: ['*'] }))], plain, false],
    ['namespace', [policy('ALLOW', from({ namespaces: ['shop'] }))], request, true],
    ['own service account', [policy('ALLOW', from({ serviceAccounts: ['a'] }))], request, true],
    ['foreign service account', [policy('ALLOW', from({ serviceAccounts: ['data/a'] }))], request, false],
    ['method and path', [policy('ALLOW', to({ methods: ['GET'], paths: ['/x/*'] }))], request, true],
    ['other method', [policy('ALLOW', to({ methods: ['POST'], paths: ['/x/*'] }))], request, false],
    ['notPaths', [policy('DENY', to({ notPaths: ['/x/*'] }))], request, true],
    ['port', [policy('DENY', to({ ports: ['8080'] }))], request, false],
    ['host in any case', [policy('DENY', to({ hosts: ['B.shop:*'] }))], request, false],
    ['when', [policy('ALLOW', { when: [{ key: 'source.namespace', values: ['shop'] }] })], request, true],
    ['when not', [policy('ALLOW', { when: [{ key: 'source.namespace', notValues: ['shop'] }] })], request, false],
    ['unknown when', [policy('ALLOW', { when: [{ key: 'request.headers[x]', values: ['1'] }] })], request, false],
    ['HTTP rule on TCP, ALLOW', [policy('ALLOW', to({ methods: ['GET'] }))], tcp, false],
    ['HTTP rule on TCP, DENY', [policy('DENY', to({ methods: ['POST'] }))], tcp, false],
    ['HTTP and port on TCP, DENY', [policy('DENY', to({ methods: ['POST'], ports: ['1'] }))], tcp, true],
  ])('%s', (_, policies, asked, expected) => expect(check(policies, asked).allowed).toBe(expected));

  it('is a no-op at ztunnel when a DENY asks of HTTP', () => {
    const asksHttp = [policy('DENY', { to: [{ operation: { methods: ['POST'] } }] })];
    expect(check(asksHttp, tcp, { httpDenyOnConnections: false }).allowed).toBe(true);
  });

  it('names the policy that denied', () => expect(check([policy('DENY', {})], request)).toEqual({ allowed: false, policy: 'shop/p' }));
});
