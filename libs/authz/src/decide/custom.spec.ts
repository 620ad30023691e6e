/** Clauses 8.1 to 8.4: external authorizers. */
import { HTTP, TCP, decide, deny, policy, to, type Rest } from '../../test/cases.js';

const opa = { name: 'opa', type: 'grpc' };
const web = { name: 'web', type: 'http' };
const custom = (provider: string | undefined, spec: object = to({ paths: ['/admin*'] })) => ({
  action: 'CUSTOM',
  ...(provider === undefined ? {} : { provider: { name: provider } }),
  ...spec,
});
const check = (specs: readonly object[], request: object, expected: string, providers: readonly object[] = [opa, web]) => {
  const rest: Rest = { mesh: { extensionProviders: providers } };
  expect(
    decide(
      specs.map((spec) => policy(spec)),
      request as never,
      rest,
    ).decision,
  ).toBe(expected);
};
const admin = (answer?: 'ALLOW' | 'DENY', name = 'opa') => ({
  ...HTTP,
  path: '/admin',
  ...(answer ? { extAuthz: { [name]: answer } } : {}),
});
const ALL = { rules: [{}] };

it.each<[string, readonly object[], object, string]>([
  ['8.2 its denial is final', [custom('opa'), ALL], admin('DENY'), 'DENY'],
  ['8.2 its leave goes on, to nothing', [custom('opa')], admin('ALLOW'), 'ALLOW'],
  ['8.2 its leave goes on, to DENY', [custom('opa'), deny(ALL)], admin('ALLOW'), 'DENY'],
  ['8.2 its leave goes on, to no ALLOW', [custom('opa'), {}], admin('ALLOW'), 'DENY'],
  ['8.2 its leave goes on, to ALLOW', [custom('opa'), ALL], admin('ALLOW'), 'ALLOW'],
  ['8.2 not asked', [custom('opa')], { path: '/', extAuthz: { opa: 'DENY' } }, 'ALLOW'],
  ['8.2 no answer', [custom('opa')], admin(), 'DENY'],
  ['8.3 unknown provider', [custom('nobody')], admin('ALLOW', 'nobody'), 'DENY'],
  ['8.3 unknown provider, no match', [custom('nobody')], { path: '/' }, 'ALLOW'],
  ['8.3 no provider', [custom(undefined)], admin('ALLOW'), 'DENY'],
  ['8.3 two providers: what matches one', [custom('opa'), custom('web', to({ paths: ['/x'] }))], admin('ALLOW'), 'DENY'],
  [
    '8.3 two providers: what matches the other',
    [custom('opa'), custom('web', to({ paths: ['/x'] }))],
    { path: '/x', extAuthz: { web: 'ALLOW' } },
    'DENY',
  ],
  ['8.3 two providers: the rest', [custom('opa'), custom('web')], { path: '/' }, 'ALLOW'],
  ['8.3 the same twice is one', [custom('opa'), custom('opa', to({ paths: ['/x'] }))], admin('ALLOW'), 'ALLOW'],
  ['8.4 TCP, HTTP provider', [custom('web')], { ...TCP, extAuthz: { web: 'DENY' } }, 'ALLOW'],
  ['8.4 TCP, gRPC provider, widened', [custom('opa')], { ...TCP, extAuthz: { opa: 'DENY' } }, 'DENY'],
  [
    '8.4 TCP, gRPC provider, port does not match',
    [custom('opa', to({ paths: ['/x'], ports: ['1'] }))],
    { ...TCP, extAuthz: { opa: 'DENY' } },
    'ALLOW',
  ],
  ['8.4 TCP, unknown provider', [custom('nobody')], TCP, 'DENY'],
  ['HTTP provider on HTTP', [custom('web')], admin('DENY', 'web'), 'DENY'],
])('%s', (_, specs, request, expected) => check(specs, request, expected));

it('says which authorizer decided, and why', () => {
  const reason = (request: object, providers: readonly object[]) =>
    decide([policy(custom('opa'), { name: 'ask' })], request as never, { mesh: { extensionProviders: providers } }).reason;
  expect(reason(admin('DENY'), [opa])).toBe('CUSTOM policy `shop/ask`: rule 1 matched, and the authorizer `opa` denied');
  expect(reason(admin(), [opa])).toContain('gave no answer, which denies');
  expect(reason(admin('ALLOW'), [])).toContain('unknown or not the only one');
});
