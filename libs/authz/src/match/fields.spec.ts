/** Clauses 4.1 to 6.8: each field of a source, operation and condition, as the only ALLOW policy and, negated, as the only other. */
import { allows, from, tokenOf } from '../../test/cases.js';
import { ofKey, ofOperation, ofSource, type Row } from '../../test/rows.js';

const principal = (value: string | undefined) => ({ source: { principal: value } });
const ip = (value: string | undefined) => ({ source: { ip: value } });
const at = (namespace: string, account: string, domain = 'cluster.local') => `${domain}/ns/${namespace}/sa/${account}`;

describe('5.2 principals', () => {
  const ROWS: Row[] = [
    [at('shop', 'a'), at('shop', 'a'), true],
    [at('shop', 'a'), at('shop', 'A'), false],
    [at('shop', 'a'), at('shop', 'ab'), false],
    [at('shop', 'a'), at('shop', 'a', 'td2'), false],
    ['*', at('shop', 'a'), true],
    ['*', undefined, false],
    ['*/sa/a', at('shop', 'a'), true],
    ['*/ns/shop/sa/a', at('shop', 'a', 'td9'), true],
    ['*sa/a', at('shop', 'b'), false],
    ['cluster.local/ns/shop/*', at('shop', 'a'), true],
    ['cluster.local/ns/shop/sa/a*', at('shop', 'a'), true],
    ['cluster.local/ns/shop*', at('shopping', 'a'), true],
    [`*${at('shop', 'a')}`, at('shop', 'a'), true],
    [`spiffe://${at('shop', 'a')}`, at('shop', 'a'), false],
    ['cluster.local/*/sa/a', at('shop', 'a'), false],
    [at('shop', 'a'), '', false],
  ];
  ofSource('principals', principal, ROWS);
  ofKey('source.principal', principal, ROWS);
});

describe('5.3 trust domains and their aliases', () => {
  const td1 = { mesh: { trustDomain: 'td1' } };
  const aliased = { mesh: { trustDomain: 'td1', trustDomainAliases: ['td2', 'old-td'] } };
  describe('without aliases', () => {
    ofSource(
      'principals',
      principal,
      [
        [at('a', 'b'), at('a', 'b', 'td1'), true],
        [at('a', 'b'), at('a', 'b'), false],
        [at('a', 'b', 'td1'), at('a', 'b', 'td1'), true],
        [at('a', 'b', 'foreign'), at('a', 'b', 'foreign'), true],
        [at('a', 'b', 'foreign'), at('a', 'b', 'td1'), false],
        ['cluster.local/ns/a/*', at('a', 'b'), true],
        ['cluster.local/ns/a/*', at('a', 'b', 'td1'), false],
        ['cluster.local/*', at('a', 'b', 'td1'), false],
      ],
      td1,
    );
  });
  describe('with aliases', () => {
    ofSource(
      'principals',
      principal,
      [
        [at('a', 'b'), at('a', 'b', 'td2'), true],
        [at('a', 'b', 'td2'), at('a', 'b', 'td1'), true],
        [at('a', 'b', 'td1'), at('a', 'b', 'old-td'), true],
        [at('a', 'b', 'td*'), at('a', 'b', 'td1'), true],
        [at('a', 'b', 'td*'), at('a', 'b', 'td3'), false],
        [at('a', 'b', '*-td'), at('a', 'b', 'new-td'), true],
        [at('a', 'b', '*-td'), at('a', 'b', 'td1'), true],
        [at('a', 'b', '*'), at('a', 'b', 'anything'), true],
        [at('a', 'b*'), at('a', 'bc', 'td2'), true],
      ],
      aliased,
    );
  });
  describe('5.6 trustDomains', () => {
    const rows: Row[] = [
      ['td1', at('a', 'b', 'td1'), true],
      ['td1', at('a', 'b', 'td2'), true],
      ['td3', at('a', 'b', 'td3'), true],
      ['td', at('a', 'b', 'td1'), false],
      ['td*', at('a', 'b', 'td1'), true],
      ['*-td', at('a', 'b', 'old-td'), true],
      ['*td', at('a', 'b', 'td1'), false],
      ['*b', at('a', 'b', 'td1'), false],
      ['cluster.local', at('a', 'b', 'td1'), false],
      ['*', at('a', 'b', 'x'), true],
      ['*', undefined, false],
    ];
    ofSource('trustDomains', principal, rows, aliased);
    ofKey('source.trustDomain', principal, rows, aliased);
  });
});

describe('5.4 namespaces', () => {
  const rows: Row[] = [
    ['shop', at('shop', 'a'), true],
    ['shop', at('shop', 'a', 'other'), true],
    ['shop', at('shopping', 'a'), false],
    ['sh*', at('shop', 'a'), true],
    ['*op', at('shop', 'a'), true],
    ['*a', at('shop', 'b'), true],
    ['s*p', at('shop', 'b'), true],
    ['*h*p*', at('shop', 'b'), true],
    ['x*', at('shop', 'b'), false],
    ['a.c', at('abc', 'b'), false],
    ['*', undefined, false],
    ['*', at('shop', 'b'), true],
  ];
  ofSource('namespaces', principal, rows);
  ofKey('source.namespace', principal, rows);
  it('come from the identity, not from the fact of that name', () =>
    expect(allows(from({ namespaces: ['shop'] }), { source: { namespace: 'shop' } })).toBe(false));
});

describe('5.5 service accounts', () => {
  const rows: Row[] = [
    ['a', at('shop', 'a'), true],
    ['a', at('other', 'a'), false],
    ['other/a', at('other', 'a', 'td9'), true],
    ['a', at('shop', 'ab'), false],
    ['a*', at('shop', 'ab'), false],
    ['a', undefined, false],
    ['a', 'td/ns/shop/x/y/sa/a/more', true],
  ];
  ofSource('serviceAccounts', principal, rows);
  ofKey('source.serviceAccount', principal, rows);
});

describe('5.7 addresses', () => {
  const rows: Row[] = [
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3/16', '10.1.9.9', true],
    ['10.1.0.0/16', '10.2.0.0', false],
    ['0.0.0.0/0', '1.2.3.4', true],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '::1', true],
    ['::/0', '1.2.3.4', false],
    ['::/0', '::ffff:1.2.3.4', true],
    ['1.2.3.4', '::ffff:1.2.3.4', false],
    ['2001:db8::/32', '2001:db8:1::9', true],
    ['2001:DB8::/32', '2001:0db8:0001::0009', true],
    ['10.0.0.0/8', undefined, false],
    ['10.0.0.0/8', 'nonsense', false],
    ['::1', '0:0:0:0:0:0:0:1', true],
  ];
  ofSource('ipBlocks', ip, rows);
  ofKey('source.ip', ip, rows);
  ofSource('remoteIpBlocks', ip, rows);
  ofKey('destination.ip', (value: string) => ({ destinationIp: value }), rows);
  ofKey(
    'remote.ip',
    (value: string) => ({ source: { ip: '9.9.9.9', remoteIp: value } }),
    rows.filter(([, address]) => address !== undefined),
  );
});

describe('5.8 request principals', () => {
  const token = ([iss, sub]: [unknown, unknown]) =>
    tokenOf({ ...(iss === undefined ? {} : { iss }), ...(sub === undefined ? {} : { sub }) });
  const rows: Row[] = [
    ['*', ['i', 's'], true],
    ['*', ['i', ''], false],
    ['*', ['i', undefined], false],
    ['*', ['i', 7], false],
    ['https://idp/a', ['https://idp', 'a'], true],
    ['https://idp/a', ['https://idp', 'b'], false],
    ['https://idp/a/b', ['https://idp', 'a/b'], false],
    ['https://idp/a/b', ['https://idp/a', 'b'], true],
    ['issuer', ['issuer', 's'], false],
    ['issuer', ['issuer', ''], true],
    ['*/s', ['i', 's'], true],
    ['*/s', ['', 's'], false],
    ['*/*', ['i', 's'], false],
    ['*/*', ['i', '*'], true],
    ['*idp/s', ['https://idp', 's'], true],
    ['*er', ['i', 'user'], true],
    ['*er', ['', 'user'], false],
    ['https://idp/*', ['https://idp', 's'], true],
    ['https://idp/*', ['https://idp', ''], false],
    ['https://idp/us*', ['https://idp', 'user'], true],
    ['https://idp/*us*', ['https://idp', '*user'], true],
    ['https://idp/*us*', ['https://idp', 'xus*'], false],
    ['https://idp*', ['https://idp', 's'], false],
    ['iss*', ['issuer', 's'], true],
    ['iss*', ['issuer', ''], false],
  ];
  ofSource('requestPrincipals', token, rows);
  ofKey('request.auth.principal', token, rows);
  it('are none without a token', () => expect(allows(from({ requestPrincipals: ['*'] }), {})).toBe(false));
});

describe('4.3 hosts', () =>
  ofOperation('hosts', (host: string) => ({ host }), [
    ['example.com', 'example.com', true],
    ['example.com', 'EXAMPLE.com', true],
    ['Example.COM', 'example.com', true],
    ['example.com', 'example.com:8080', false],
    ['example.com:*', 'example.com:8080', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', 'a.example.com', true],
    ['*.example.com', 'a.example.com:443', false],
    ['*', 'x', true],
    ['*', undefined, false],
  ]));

describe('4.4 methods', () =>
  ofOperation('methods', (method: string) => ({ method }), [
    ['GET', 'GET', true],
    ['get', 'GET', false],
    ['G*', 'GET', true],
    ['*T', 'GET', true],
    ['*', 'GET', true],
  ]));

describe('6.1 ports', () => {
  const rows: Row[] = [
    ['80', 80, true],
    ['080', 80, true],
    ['80', 8080, false],
    ['0', 0, true],
    ['80', undefined, false],
  ];
  ofOperation('ports', (port: number) => ({ port }), rows);
  ofKey('destination.port', (port: number) => ({ port }), rows);
});

describe('4.4 and 4.5 headers', () => {
  const header = (value: string | undefined) => ({ headers: value === undefined ? {} : { 'X-User': value } });
  ofKey('request.headers[x-user]', header, [
    ['a', 'a', true],
    ['a', 'A', false],
    ['a*', 'ab', true],
    ['*b', 'ab', true],
    ['*', '', true],
    ['*', undefined, false],
    ['a', undefined, false],
  ]);
  ofKey('request.headers[X-USER]', header, [['a', 'a', true]]);
  ofKey('request.headers[:authority]', (host: string) => ({ host }), [
    ['a.b', 'a.b', true],
    ['a.b', 'A.b', false],
  ]);
  ofKey('request.headers[host]', (host: string) => ({ host }), [['a.b', 'a.b', true]]);
  ofKey('request.headers[:method]', (method: string) => ({ method }), [['GET', 'GET', true]]);
  ofKey('request.headers[:path]', (path: string) => ({ path }), [
    ['/a?b=c', '/a?b=c', true],
    ['/a', '/a?b=c', false],
    ['/b?c', '/a/../b?c', true],
  ]);
});

describe('6.6 SNI', () =>
  ofKey('connection.sni', (sni: string) => ({ sni }), [
    ['a.example', 'A.example', true],
    ['A.example', 'a.example', false],
    ['*.example', 'a.example', true],
    ['*', undefined, false],
  ]));

describe('6.7 claims', () => {
  const claims: Row[] = [
    ['a', { groups: 'a' }, true],
    ['a', { groups: ['b', 'a'] }, true],
    ['a', { groups: ['b', 7] }, false],
    ['7', { groups: 7 }, false],
    ['true', { groups: true }, false],
    ['null', { groups: null }, false],
    ['a', { groups: { a: 'a' } }, false],
    ['*', { groups: [] }, false],
    ['*', {}, false],
    ['a*', { groups: ['x', 'ab'] }, true],
  ];
  ofKey('request.auth.claims[groups]', tokenOf as never, claims);
  ofKey('request.auth.claims[a][b]', tokenOf as never, [
    ['x', { a: { b: 'x' } }, true],
    ['x', { a: { b: ['x'] } }, true],
    ['x', { a: [{ b: 'x' }] }, false],
    ['x', { 'a.b': 'x' }, false],
    ['x', { a: 'x' }, false],
  ]);
  ofKey('request.auth.claims[a.b]', tokenOf as never, [['x', { 'a.b': 'x' }, true]]);
  ofKey('request.auth.claims', tokenOf as never, [['x', { x: 'x' }, false]]);
  ofKey('request.auth.claims[a[b]', tokenOf as never, [['x', { 'a[b': 'x' }, true]]);
  ofKey('request.auth.claims[scope]', tokenOf as never, [
    ['read', { scope: 'read write' }, true],
    ['read write', { scope: 'read write' }, false],
    ['read', { scope: ['read'] }, true],
  ]);
  ofKey('request.auth.claims[a][scope]', tokenOf as never, [['read', { a: { scope: 'read write' } }, false]]);
  ofKey('request.auth.audiences', tokenOf as never, [
    ['me', { aud: ['you', 'me'] }, true],
    ['me', { aud: 'me' }, true],
    ['me', {}, false],
  ]);
  ofKey('request.auth.presenter', tokenOf as never, [['me', { azp: 'me' }, true]]);
  it('are the truth of the other fields of the token', () => {
    expect(allows(from({ requestPrincipals: ['i/s'] }), { jwt: { principal: 'i/s', claims: { iss: 'x', sub: 's' } } })).toBe(false);
    expect(allows(from({ requestPrincipals: ['i/s'] }), { jwt: { principal: 'i/s', audiences: ['a'], presenter: 'p' } })).toBe(true);
  });
});

describe('6.8 metadata of filters', () =>
  ofKey('experimental.envoy.filters.a.b[c]', (value: unknown) => ({ filterMetadata: { 'envoy.filters.a.b': { c: value } } }), [
    ['x', 'x', true],
    ['x', ['x'], false],
    ['[x]', ['y', 'x'], true],
    ['[x]', 'x', false],
    ['[x*]', ['xy'], true],
    ['[[x]]', ['x'], true],
    ['*', '', false],
    ['x', 7, false],
  ]));
