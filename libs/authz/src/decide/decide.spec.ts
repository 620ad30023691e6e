import { readAuthorizationPolicy } from '../model/read-policy.js';
import { simulate, type SimulateInput } from '../simulate.js';

const workload = { namespace: 'shop', labels: { app: 'reviews' } };
const productpage = { principal: 'cluster.local/ns/shop/sa/productpage' };
const policy = (name: string, spec: unknown, extra: { namespace?: string; annotations?: Record<string, string> } = {}) =>
  readAuthorizationPolicy({ metadata: { name, namespace: extra.namespace ?? 'shop', annotations: extra.annotations }, spec });
const http = (request: object = {}) => ({
  protocol: 'http' as const,
  method: 'GET',
  path: '/',
  host: 'reviews:9080',
  port: 9080,
  source: productpage,
  ...request,
});
const rules = (...list: unknown[]) => ({ rules: list });
const allowPrincipal = (...principals: string[]) => rules({ from: [{ source: { principals } }] });

function decide(specs: unknown[], request: object, rest: Partial<SimulateInput> = {}) {
  const policies = specs.map((spec, index) => policy(`p${index}`, spec));
  return simulate({ policies, workload, requests: [request as never], ...rest })[0];
}
const check = (specs: unknown[], request: object, expected: string, rest: Partial<SimulateInput> = {}) =>
  expect(decide(specs, request, rest)?.decision).toBe(expected);

describe('the order of actions', () => {
  it('allows everything without an ALLOW policy', () => check([], http(), 'ALLOW'));
  it('denies what no ALLOW policy matches, and says what was wanted', () => {
    const result = decide([allowPrincipal('cluster.local/ns/shop/sa/other')], http());
    expect(result).toMatchObject({
      decision: 'DENY',
      reason: expect.stringMatching(/`p0` needs principal .*sa\/other`, the request has .*productpage/),
    });
    expect(result?.decidedBy).toBeUndefined();
  });
  it('lets DENY win', () =>
    check([rules({}), { action: 'DENY', ...rules({ to: [{ operation: { methods: ['GET'] } }] }) }], http(), 'DENY'));
  it('denies by an empty ALLOW policy, not by an empty DENY one', () => {
    check([{}], http(), 'DENY');
    check([{ action: 'DENY' }], http(), 'ALLOW');
  });
  it('never decides by AUDIT or by dry runs', () => {
    check([{ action: 'AUDIT', ...rules({}) }], http(), 'ALLOW');
    const dry = policy('dry', {}, { annotations: { 'istio.io/dry-run': 'true' } });
    expect(simulate({ policies: [dry], workload, requests: [http()] })[0]?.decision).toBe('ALLOW');
  });
  it('asks CUSTOM first, whose allow goes on to the rest', () => {
    const mesh = { extensionProviders: [{ name: 'opa', type: 'grpc' as const }] };
    const custom = { action: 'CUSTOM', provider: { name: 'opa' }, ...rules({ to: [{ operation: { paths: ['/admin*'] } }] }) };
    check([custom], http({ path: '/admin', extAuthz: { opa: 'DENY' } }), 'DENY', { mesh });
    check([custom], http({ path: '/admin', extAuthz: { opa: 'ALLOW' } }), 'ALLOW', { mesh });
    check([custom, {}], http({ path: '/admin', extAuthz: { opa: 'ALLOW' } }), 'DENY', { mesh });
    check([custom], http({ path: '/x', extAuthz: { opa: 'DENY' } }), 'ALLOW', { mesh });
    check([custom], http({ path: '/admin', extAuthz: { opa: 'ALLOW' } }), 'DENY');
  });
});

describe('TCP', () => {
  const tcp = { protocol: 'tcp', port: 9080, source: productpage };
  it('drops an ALLOW rule with any HTTP part', () => {
    check([rules({ from: [{ source: { principals: ['*'] } }], to: [{ operation: { methods: ['GET'] } }] })], tcp, 'DENY');
    check([allowPrincipal('*')], tcp, 'ALLOW');
  });
  it('widens a DENY rule by its HTTP parts', () => {
    check([{ action: 'DENY', ...rules({ to: [{ operation: { methods: ['GET'] } }] }) }], tcp, 'DENY');
    check([{ action: 'DENY', ...rules({ to: [{ operation: { methods: ['GET'], ports: ['80'] } }] }) }], tcp, 'ALLOW');
  });
});

describe('what is not known', () => {
  const allowPath = rules({ to: [{ operation: { paths: ['/a*'] } }] });
  const unknownPath = http({ unknown: ['path'], path: undefined });
  it('is named where the decision hangs on it', () => {
    expect(decide([allowPath], unknownPath)).toMatchObject({ decision: 'INDETERMINATE', missing: ['path'] });
  });
  it('does not matter where every completion decides alike', () => {
    check([rules({ to: [{ operation: { paths: ['/a*'] } }] }, { to: [{ operation: { notPaths: ['/a*'] } }] })], unknownPath, 'ALLOW');
    check([allowPath, { action: 'DENY', ...rules({}) }], unknownPath, 'DENY');
    check([allowPrincipal('*')], unknownPath, 'ALLOW');
  });
  it('names only what tips the decision', () => {
    const spec = rules({
      from: [{ source: { principals: ['cluster.local/ns/shop/sa/a'] } }],
      to: [{ operation: { methods: ['GET', 'POST'] } }],
    });
    expect(decide([spec], { protocol: 'http', method: 'GET', path: '/', unknown: ['source.principal', 'path', 'headers'] })).toMatchObject({
      missing: ['source.principal'],
    });
  });
  it('finds a witness between a template and a suffix', () => {
    const specs = [
      rules({ to: [{ operation: { paths: ['/a/{**}'] } }] }),
      { action: 'DENY', ...rules({ to: [{ operation: { paths: ['*.json'] } }] }) },
    ];
    check(specs, unknownPath, 'INDETERMINATE');
    check([rules({}), specs[1]], unknownPath, 'INDETERMINATE');
  });
});
