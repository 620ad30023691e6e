import type { PolicyRequest } from '@observatory/contracts';
import { EMPTY_FORM, flowLine, formOf, formText, parseForm, requestOf, type RequestForm } from './request-form.js';

const form = (change: Partial<RequestForm> = {}): RequestForm => ({ ...EMPTY_FORM, ...change });

describe('requestOf', () => {
  const check = (change: Partial<RequestForm>, expected: PolicyRequest, problems: string[] = []) => {
    const found = requestOf(form(change));
    expect(found.request).toEqual(expected);
    expect(found.problems.map(({ field }) => field)).toEqual(problems);
  };
  const get = { protocol: 'http', source: {}, method: 'GET', path: '/' } as const;
  it('what is empty is absent', () => check({}, get));
  it('reads every field', () => {
    check(
      {
        principal: ' cluster.local/ns/a/sa/b ',
        ip: '10.0.0.1',
        port: '8080',
        host: 'x',
        headers: 'x-a: 1\n\nx-b:two',
        jwtPrincipal: 'iss/sub',
        audiences: 'a, b',
        claims: '{"group": ["admins"]}',
      },
      {
        ...get,
        source: { principal: 'cluster.local/ns/a/sa/b', ip: '10.0.0.1' },
        port: 8080,
        host: 'x',
        headers: { 'x-a': '1', 'x-b': 'two' },
        jwt: { principal: 'iss/sub', audiences: ['a', 'b'], claims: { group: ['admins'] } },
      },
    );
  });
  it('says what cannot be read', () => {
    check({ port: '99999', headers: 'no colon', claims: '[1]' }, get, ['claims', 'headers', 'port']);
    check({ claims: '{' }, get, ['claims']);
  });
  it('TCP has no method, path, host, headers or token', () => {
    check({ protocol: 'tcp', port: '5432', jwtPrincipal: 'x', headers: 'a: b' }, { protocol: 'tcp', source: {}, port: 5432 });
  });
  it('a fact that is stated is not unknown any more', () => {
    check({ unknown: ['source.ip', 'jwt'], ip: '10.0.0.1' }, { ...get, source: { ip: '10.0.0.1' }, unknown: ['jwt'] });
  });
});

describe('formOf', () => {
  it('is the way back', () => {
    const full = form({
      principal: 'p',
      port: '1',
      headers: 'a: b',
      jwtPrincipal: 'i/s',
      audiences: 'x',
      claims: '{"a":1}',
      unknown: ['sni'],
    });
    expect(formOf(requestOf(full).request)).toEqual(full);
  });
});

describe('the form in the URL', () => {
  it('is short, and reads back', () => {
    expect(formText(EMPTY_FORM)).toBe('{}');
    const changed = form({ protocol: 'tcp', port: '1', unknown: ['sni'] });
    expect(parseForm(formText(changed))).toEqual(changed);
  });
  it.each([['{'], ['null'], ['[]']])('%s breaks nothing', (text) => expect(parseForm(text) ?? EMPTY_FORM).toEqual(EMPTY_FORM));
  it('takes only what is of the right type', () => {
    expect(parseForm('{"port": 1, "path": "/a", "unknown": ["sni", 2], "x": "y"}')).toEqual(form({ path: '/a', unknown: ['sni'] }));
    expect(parseForm(undefined)).toBeUndefined();
  });
});

describe('flowLine', () => {
  const end = (name: string) => ({ id: name, cluster: 'c', namespace: 'n', name, kind: 'workload' });
  const check = (request: Partial<PolicyRequest>, expected: string) =>
    expect(flowLine({ source: end('a'), target: end('b'), request: { protocol: 'http', source: {}, ...request } })).toBe(expected);
  it('names the operation where it is known', () => {
    check({ method: 'GET', path: '/x' }, 'a → b: GET /x');
    check({ protocol: 'tcp', port: 5432 }, 'a → b: TCP 5432');
    check({}, 'a → b: a request that is not recorded in detail');
  });
});
