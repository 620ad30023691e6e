/**
 * Cases at random, from a seed: policies, a workload and a request out of few words, so that they often meet. One value in some is
 * written wrong on purpose. It imports nothing, so that a benchmark can load it as it is.
 */

export type Random = () => number;

/** mulberry32: small, even, and the same everywhere. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const one = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
const chance = (random: Random, probability: number): boolean => random() < probability;
const some = <T>(random: Random, items: readonly T[], max: number): T[] =>
  Array.from({ length: 1 + Math.floor(random() * max) }, () => one(random, items));
const upTo = (random: Random, max: number): number => Math.floor(random() * (max + 1));

const at = (namespace: string, account: string, domain = 'cluster.local') => `${domain}/ns/${namespace}/sa/${account}`;
const NAMESPACES = ['a', 'b', 'root'];
const VALUES: Readonly<Record<string, readonly string[]>> = {
  principals: [
    '*',
    at('a', 'x'),
    at('b', 'y'),
    at('a', 'x', 'td1'),
    at('a', 'x*'),
    at('a', 'x', '*'),
    at('a', 'x', '*d1'),
    at('a', 'x', 'td*'),
    'cluster.local/ns/a/*',
    'td1/*',
    '*/sa/y',
    '*x',
    'x',
    `spiffe://${at('a', 'x')}`,
    '*a*',
  ],
  namespaces: ['a', 'b', '*', 'a*', '*b', 'a*b', 'c', '*a*'],
  serviceAccounts: ['x', 'a/x', 'b/y', 'y', 'a/*', 'x/y/z'],
  trustDomains: ['*', 'td1', 'td2', 'td*', '*1', 'cluster.local', 'other', 't*1'],
  ipBlocks: [
    '10.0.0.0/8',
    '10.1.2.3',
    '10.1.2.3/16',
    '0.0.0.0/0',
    '::/0',
    '2001:db8::/32',
    '::ffff:10.1.2.3',
    '10.0.0.256',
    'nonsense',
    '1.2.3.4/33',
    '::1/128',
  ],
  requestPrincipals: ['*', 'i/s', 'i/*', '*/s', 'i/s*', '*s', 'i*', '*i/s', 'i', 'https://i/s', 'https://i*', '*/*', 'i/*s*'],
  hosts: ['h', 'H', 'h:80', 'h:*', '*.h', '*', '*h', 'a*h'],
  ports: ['80', '443', '080', '0', 'http', '70000'],
  methods: ['GET', 'POST', 'get', 'G*', '*T', '*'],
  paths: [
    '/',
    '/a',
    '/a*',
    '*/b',
    '*',
    '/a/b',
    '/{*}',
    '/a/{*}',
    '/a/{**}',
    '/{**}/b',
    '/{*}/{**}',
    '/a/{**}/{*}',
    '/a*b',
    'a',
    '/A',
    '/a/',
  ],
  text: ['v', 'v*', '*w', '*', 'w', 'vw', '*v*', 'read write', '[v]', '[v*]', '[[w]]'],
};
const KEYS: readonly (readonly [key: string, values: string])[] = [
  ['source.ip', 'ipBlocks'],
  ['remote.ip', 'ipBlocks'],
  ['destination.ip', 'ipBlocks'],
  ['source.namespace', 'namespaces'],
  ['source.principal', 'principals'],
  ['source.serviceAccount', 'serviceAccounts'],
  ['source.trustDomain', 'trustDomains'],
  ['request.auth.principal', 'requestPrincipals'],
  ['request.auth.audiences', 'text'],
  ['request.auth.presenter', 'text'],
  ['request.auth.claims[c]', 'text'],
  ['request.auth.claims[scope]', 'text'],
  ['request.auth.claims[c][d]', 'text'],
  ['request.auth.claims[c[d]', 'text'],
  ['request.auth.claimsX[c]', 'text'],
  ['request.headers[x-h]', 'text'],
  ['request.headers[X-H]', 'text'],
  ['request.headers[:path]', 'paths'],
  ['request.headers[:authority]', 'hosts'],
  ['request.headers[:method]', 'methods'],
  ['request.headersX[h]', 'text'],
  ['destination.port', 'ports'],
  ['connection.sni', 'hosts'],
  ['experimental.envoy.filters.f[k]', 'text'],
  ['experimental.envoy.filters.f', 'text'],
  ['source.nothing', 'text'],
];
const SOURCE = ['principals', 'namespaces', 'serviceAccounts', 'trustDomains', 'ipBlocks', 'remoteIpBlocks', 'requestPrincipals'];
const OPERATION = ['hosts', 'ports', 'methods', 'paths'];
const notOf = (field: string) => `not${field[0]?.toUpperCase()}${field.slice(1)}`;

function fields(random: Random, names: readonly string[]): object {
  const found: Record<string, string[]> = {};
  for (const name of some(random, names, 2)) {
    const values = VALUES[name === 'remoteIpBlocks' ? 'ipBlocks' : name] ?? [];
    found[chance(random, 0.3) ? notOf(name) : name] = some(random, values, 3);
  }
  return found;
}

function condition(random: Random): object {
  const [key, values] = one(random, KEYS);
  const of = () => some(random, VALUES[values] ?? [], 2);
  return { key, ...(chance(random, 0.7) ? { values: of() } : {}), ...(chance(random, 0.4) ? { notValues: of() } : {}) };
}

export function randomRule(random: Random): unknown {
  if (chance(random, 0.02)) return null;
  const many = (max: number, make: () => unknown) => Array.from({ length: 1 + Math.floor(random() * max) }, make);
  return {
    ...(chance(random, 0.6) ? { from: many(2, () => ({ source: chance(random, 0.03) ? {} : fields(random, SOURCE) })) } : {}),
    ...(chance(random, 0.6) ? { to: many(2, () => ({ operation: fields(random, OPERATION) })) } : {}),
    ...(chance(random, 0.4) ? { when: many(2, () => condition(random)) } : {}),
  };
}

const GATEWAY = 'gateway.networking.k8s.io/gateway-name';

function target(random: Random): object {
  if (chance(random, 0.4)) return {};
  if (chance(random, 0.6)) return { selector: { matchLabels: one(random, [{}, { app: 'w' }, { app: 'w', v: '1' }, { app: 'other' }]) } };
  const ref = one(random, [
    { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'g' },
    { group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: 'istio-waypoint' },
    { group: '', kind: 'Service', name: 's' },
    { group: 'core', kind: 'Service', name: 's', namespace: 'z' },
    { group: 'networking.istio.io', kind: 'ServiceEntry', name: 'e' },
  ]);
  return chance(random, 0.5) ? { targetRef: ref } : { targetRefs: [ref] };
}

export function randomPolicy(random: Random, name: string): object {
  const action = one(random, ['ALLOW', 'ALLOW', 'DENY', 'DENY', 'AUDIT', 'CUSTOM', undefined]);
  const dryRun = chance(random, 0.1) ? { annotations: { 'istio.io/dry-run': one(random, ['true', 'false', 'T', 'maybe']) } } : {};
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name, namespace: one(random, NAMESPACES), ...(action === 'CUSTOM' ? {} : dryRun) },
    spec: {
      ...target(random),
      ...(action === undefined ? {} : { action }),
      ...(action === 'CUSTOM' ? { provider: { name: one(random, ['g', 'g', 'g', 'h', 'nobody']) } } : {}),
      ...(chance(random, 0.05) ? {} : { rules: Array.from({ length: 1 + Math.floor(random() * 2) }, () => randomRule(random)) }),
    },
  };
}

const CLAIM = ['v', 'vw', '', 7, true, null, ['v', 'w'], ['x'], { d: 'v' }, { d: ['w'] }, 'read write'];

export function randomRequest(random: Random): Record<string, unknown> {
  const maybe = (probability: number, facts: object) => (chance(random, probability) ? facts : {});
  const addresses = ['10.1.2.3', '10.9.9.9', '1.2.3.4', '2001:db8::1', '::1', '::ffff:10.1.2.3', 'nonsense'];
  const source = {
    ...maybe(0.8, {
      principal: at(
        one(random, ['a', 'b', 'c', 'ab']),
        one(random, ['x', 'y', 'xy']),
        one(random, ['cluster.local', 'td1', 'td2', 'other']),
      ),
    }),
    ...maybe(0.7, { ip: one(random, addresses) }),
    ...maybe(0.2, { remoteIp: one(random, addresses) }),
  };
  return {
    protocol: one(random, ['http', 'http', 'http', 'tcp']),
    source,
    ...maybe(0.9, { host: one(random, ['h', 'H', 'h:80', 'a.h', 'x']) }),
    ...maybe(0.9, { port: one(random, [80, 443, 0, 8080]) }),
    ...maybe(0.95, { method: one(random, ['GET', 'POST', 'PUT', 'get']) }),
    ...maybe(0.95, {
      path: one(random, [
        '/',
        '/a',
        '/a/b',
        '/a?q=/b',
        '/a/../b',
        '/a//b',
        '/%61',
        '/a%2fb',
        '/a\\b',
        '/A',
        '/a/',
        '/a/b/c/b',
        '/x|y',
        '/a#f',
        '*',
        '/./a/.',
      ]),
    }),
    ...maybe(0.5, { headers: one(random, [{ 'x-h': 'v' }, { 'X-H': 'vw' }, { 'x-h': '' }, { other: 'v' }]) }),
    ...maybe(0.5, {
      jwt: {
        claims: {
          ...maybe(0.8, { iss: one(random, ['i', 'https://i', 'xi', '', 7]) }),
          ...maybe(0.8, { sub: one(random, ['s', 'st', '', '*', 's/t']) }),
          ...maybe(0.6, { c: one(random, CLAIM) }),
          ...maybe(0.4, { scope: one(random, ['read write', 'v w', ['v'], 7]) }),
          ...maybe(0.4, { aud: one(random, CLAIM) }),
          ...maybe(0.4, { azp: one(random, CLAIM) }),
          ...maybe(0.2, { 'c[d': 'v' }),
        },
      },
    }),
    ...maybe(0.4, { sni: one(random, ['h', 'H', 'a.h']) }),
    ...maybe(0.4, { destinationIp: one(random, addresses) }),
    ...maybe(0.5, { extAuthz: { g: one(random, ['ALLOW', 'DENY']), h: 'ALLOW' } }),
    ...maybe(0.4, { filterMetadata: { 'envoy.filters.f': { k: one(random, ['v', ['v', 'x'], ['w'], 7, '']) } } }),
  };
}

export interface RandomCase {
  readonly mesh: {
    rootNamespace: string;
    trustDomain: string;
    trustDomainAliases: string[];
    pathNormalization: 'NONE' | 'BASE' | 'MERGE_SLASHES' | 'DECODE_AND_MERGE_SLASHES';
    extensionProviders: { name: string; type: 'http' | 'grpc' }[];
  };
  readonly policies: object[];
  readonly workload: {
    namespace: string;
    labels: Record<string, string>;
    waypoint?: boolean;
    services?: { name: string; namespace: string; registry: 'Kubernetes' | 'External' }[];
  };
}

export function randomCase(random: Random, policiesMax = 4): RandomCase {
  const isGateway = chance(random, 0.25);
  return {
    mesh: {
      rootNamespace: 'root',
      trustDomain: one(random, ['cluster.local', 'td1']),
      trustDomainAliases: one(random, [[], ['td2'], ['td1', 'td2']]),
      pathNormalization: one(random, ['NONE', 'BASE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES']),
      extensionProviders: one(random, [
        [],
        [{ name: 'g', type: 'grpc' }],
        [
          { name: 'g', type: 'http' },
          { name: 'h', type: 'grpc' },
        ],
      ]),
    },
    policies: Array.from({ length: upTo(random, policiesMax) }, (_, index) => randomPolicy(random, `p${index}`)),
    workload: {
      namespace: one(random, ['a', 'b', 'root']),
      labels: { app: 'w', ...(chance(random, 0.5) ? { v: '1' } : {}), ...(isGateway ? { [GATEWAY]: 'g' } : {}) },
      ...(isGateway && chance(random, 0.6)
        ? {
            waypoint: true,
            services: [
              { name: 's', namespace: one(random, ['a', 'b']), registry: 'Kubernetes' as const },
              { name: 'e', namespace: 'a', registry: 'External' as const },
            ],
          }
        : {}),
    },
  };
}

const UNKNOWN = [
  'source.principal',
  'source.ip',
  'source.remoteIp',
  'host',
  'port',
  'method',
  'path',
  'headers',
  'jwt',
  'sni',
  'destinationIp',
  'extAuthz',
  'filterMetadata',
] as const;

/** Facts to be taken as unknown, at random. */
export const randomUnknown = (random: Random): string[] => [...new Set(some(random, UNKNOWN, 3))];

const VALID = ['10.1.2.3', '10.9.9.9', '1.2.3.4', '2001:db8::1', '::1', '::ffff:10.1.2.3'];

/** What a fact that is not known may be: an address is one, a path begins with a slash, and headers that are given stay. */
function other(
  random: Random,
  fact: string,
  { drawn, request }: { drawn: Record<string, unknown>; request: Record<string, unknown> },
): unknown {
  if (fact === 'source.ip' || fact === 'source.remoteIp' || fact === 'destinationIp') return one(random, VALID);
  if (fact === 'port') return one(random, [80, 443, 0, 8080]);
  if (fact === 'path') return one(random, ['/', '/a', '/a/b', '/a?q=/b', '/a//b', '/A', '/a/', '/a/b/c/b', '/x']);
  if (fact === 'source.principal') return (drawn['source'] as Record<string, unknown>)['principal'];
  if (fact !== 'headers') return drawn[fact];
  const given = (request['headers'] ?? {}) as Record<string, string>;
  const names = new Set(Object.keys(given).map((name) => name.toLowerCase()));
  const more = Object.entries((drawn['headers'] ?? {}) as Record<string, string>).filter(([name]) => !names.has(name.toLowerCase()));
  return { ...given, ...Object.fromEntries(more) };
}

/** The request with other values for the facts that are unknown: one way that it could have been. */
export function completed(random: Random, request: Record<string, unknown>, unknown: readonly string[]): Record<string, unknown> {
  const drawn = randomRequest(random);
  const whole: Record<string, unknown> = { ...request };
  const source = { ...(request['source'] as Record<string, unknown>) };
  for (const fact of unknown) {
    const [head = '', tail] = fact.split('.');
    if (tail === undefined) whole[head] = other(random, fact, { drawn, request });
    else source[tail] = other(random, fact, { drawn, request });
  }
  return { ...whole, source };
}
