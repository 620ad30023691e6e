/**
 * A second evaluator, for tests only: reads policies as they are written and decides by the semantics clause by clause, without
 * compiling, indexing or sharing anything with the engine. Slow and plain on purpose; it imports nothing, so that a benchmark can
 * load it as it is. Numbers in comments are clauses of research/authz-semantics.md.
 */

// The objects are anybody's JSON: reading them loosely is the point.
type Loose = { readonly [key: string]: Loose } & readonly Loose[] & string & number;
interface Case {
  readonly mesh: {
    readonly rootNamespace: string;
    readonly trustDomain: string;
    readonly trustDomainAliases: readonly string[];
    readonly pathNormalization: string;
    readonly extensionProviders: readonly { readonly name: string; readonly type: string }[];
  };
  readonly policies: readonly unknown[];
  readonly workload: unknown;
  readonly request: unknown;
}
type Decision = 'ALLOW' | 'DENY';
interface World {
  readonly mesh: Case['mesh'];
  readonly request: Loose;
  readonly tcp: boolean;
}

/** What a value of a condition says of the request: yes, no, or nothing, since it cannot be compiled. */
type Answer = boolean | 'broken';

const HTTP_FIELDS = ['hosts', 'methods', 'paths', 'requestPrincipals'];

export function naiveDecision({ mesh, policies, workload, request }: Case): Decision {
  const world: World = { mesh, request: request as Loose, tcp: (request as Loose)['protocol'] === ('tcp' as Loose) };
  const selected = (policies as readonly Loose[]).filter((policy) => applies(policy, workload as Loose, mesh) && !isDryRun(policy));
  const byAction = (action: string) => selected.filter((policy) => (policy['spec']?.['action'] ?? 'ALLOW') === action);
  const matching = (action: string) =>
    byAction(action).filter((policy) => list(policy['spec']?.['rules']).some((rule) => ruleMatches(rule, policy, world)));
  // 8
  const providers = new Set(byAction('CUSTOM').map((policy) => policy['spec']?.['provider']?.['name']));
  for (const policy of matching('CUSTOM')) {
    const name = policy['spec']?.['provider']?.['name'];
    const known = mesh.extensionProviders.find((provider) => provider.name === name);
    if (providers.size > 1 || !known) return 'DENY';
    if (world.tcp && known.type === 'http') continue;
    if (world.request['extAuthz']?.[name as string] !== ('ALLOW' as Loose)) return 'DENY';
  }
  // 2.1
  if (matching('DENY').length > 0) return 'DENY';
  return byAction('ALLOW').length === 0 || matching('ALLOW').length > 0 ? 'ALLOW' : 'DENY';
}

const list = (value: unknown): readonly Loose[] => (Array.isArray(value) ? (value as unknown as readonly Loose[]) : []);
const isDryRun = (policy: Loose): boolean =>
  ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(policy['metadata']?.['annotations']?.['istio.io/dry-run'] as string);

/** 1 */
function applies(policy: Loose, workload: Loose, mesh: Case['mesh']): boolean {
  const namespace = policy['metadata']?.['namespace'] as string;
  const own = workload['namespace'] as string;
  const spec = policy['spec'] ?? ({} as Loose);
  const refs = list(spec['targetRefs']).length > 0 ? list(spec['targetRefs']) : spec['targetRef'] ? [spec['targetRef']] : [];
  const gateway = workload['labels']?.['gateway.networking.k8s.io/gateway-name'];
  const isWaypoint = gateway !== undefined && Boolean(workload['waypoint']);
  if (gateway === undefined || (refs.length === 0 && !isWaypoint)) {
    if (refs.length > 0 || (namespace !== own && namespace !== mesh.rootNamespace)) return false;
    return Object.entries(spec['selector']?.['matchLabels'] ?? {}).every(([key, value]) => workload['labels']?.[key] === value);
  }
  return refs.some((ref) => {
    const group = ref['group'] || 'core';
    if (group === 'gateway.networking.k8s.io' && ref['kind'] === 'Gateway')
      return namespace === own && ref['name'] === gateway && (!ref['namespace'] || ref['namespace'] === own);
    if (!isWaypoint) return false;
    if (group === 'gateway.networking.k8s.io' && ref['kind'] === 'GatewayClass')
      return ref['name'] === 'istio-waypoint' && namespace === mesh.rootNamespace;
    const wanted =
      group === 'core' && ref['kind'] === 'Service'
        ? 'Kubernetes'
        : group === 'networking.istio.io' && ref['kind'] === 'ServiceEntry'
          ? 'External'
          : 'nothing';
    return list(workload['services']).some(
      (service) => service['registry'] === wanted && service['name'] === ref['name'] && service['namespace'] === namespace,
    );
  });
}

/** 3 and 7 */
function ruleMatches(rule: Loose | null, policy: Loose, world: World): boolean {
  if (rule === null || typeof rule !== 'object') return false;
  const isAllow = (policy['spec']?.['action'] ?? 'ALLOW') === 'ALLOW';
  const when = list(rule['when']).filter((one) => list(one['values']).length + list(one['notValues']).length > 0);
  if (list(rule['when']).some((one) => !isKnownKey(one['key'] as string))) return false;
  const ask = (field: string, part: Loose) => ({
    field,
    values: list(part['values']) as unknown as string[],
    notValues: list(part['notValues']) as unknown as string[],
  });
  const fieldsOf = (part: Loose) =>
    [
      'principals',
      'requestPrincipals',
      'namespaces',
      'serviceAccounts',
      'trustDomains',
      'ipBlocks',
      'remoteIpBlocks',
      'hosts',
      'ports',
      'methods',
      'paths',
    ]
      .map((field) =>
        ask(field, { values: part?.[field], notValues: part?.[`not${field[0]?.toUpperCase()}${field.slice(1)}`] } as unknown as Loose),
      )
      .filter(({ values, notValues }) => values.length + notValues.length > 0);
  const conditions = when.map((one) => ask(one['key'] as string, one));
  const sides = [
    list(rule['from']).map((item) => fieldsOf(item?.['source'] as Loose)),
    list(rule['to']).map((item) => fieldsOf(item?.['operation'] as Loose)),
  ];
  const all = [...conditions, ...sides.flat(2)];
  const namespace = policy['metadata']?.['namespace'] as string;
  const answers = (condition: (typeof all)[number], values: readonly string[]): Answer[] =>
    values.map((value) => (world.tcp && isHttp(condition.field) ? 'broken' : valueMatches(condition.field, value, { world, namespace })));
  // An ALLOW rule with anything that cannot be compiled is gone as a whole.
  if (isAllow && all.some((one) => [...answers(one, one.values), ...answers(one, one.notValues)].includes('broken'))) return false;
  const holds = (one: (typeof all)[number]): boolean => {
    const [yes, no] = [
      answers(one, one.values).filter((answer) => answer !== 'broken'),
      answers(one, one.notValues).filter((answer) => answer !== 'broken'),
    ];
    return (yes.length === 0 || yes.includes(true)) && !no.includes(true);
  };
  return conditions.every(holds) && sides.every((side) => side.length === 0 || side.some((fields) => fields.every(holds)));
}

const isHttp = (field: string): boolean => HTTP_FIELDS.includes(field) || field.startsWith('request.');

const KEYS = [
  'source.ip',
  'remote.ip',
  'source.namespace',
  'source.principal',
  'source.serviceAccount',
  'source.trustDomain',
  'request.auth.principal',
  'request.auth.audiences',
  'request.auth.presenter',
  'destination.ip',
  'destination.port',
  'connection.sni',
];
const isKnownKey = (key: string): boolean =>
  KEYS.includes(key) || /^(request\.headers|request\.auth\.claims|experimental\.envoy\.filters\.)/.test(key ?? '');

function valueMatches(field: string, value: string, { world, namespace }: { world: World; namespace: string }): Answer {
  const { request, mesh } = world;
  const principal = request['source']?.['principal'] as string | undefined;
  const uri = principal ? `spiffe://${principal}` : undefined;
  const claims = request['jwt']?.['claims'];
  switch (field) {
    case 'principals':
    case 'source.principal':
      return (
        uri !== undefined &&
        withAliases(value, mesh).some((one) =>
          one === '*' ? true : one.startsWith('*') ? uri.endsWith(one.slice(1)) : text(`spiffe://${one}`, uri),
        )
      );
    case 'namespaces':
    case 'source.namespace':
      return uri !== undefined && new RegExp(`/ns/${value.split('*').map(quote).join('.*')}/`).test(uri);
    case 'serviceAccounts':
    case 'source.serviceAccount': {
      const [ns, account] = value.includes('/')
        ? [value.slice(0, value.indexOf('/')), value.slice(value.indexOf('/') + 1)]
        : [namespace, value];
      return uri !== undefined && new RegExp(`^spiffe://.+/ns/${quote(ns)}/(.+/)?sa/${quote(account)}(/.+)?$`).test(uri);
    }
    case 'trustDomains':
    case 'source.trustDomain': {
      const ours = [mesh.trustDomain, ...mesh.trustDomainAliases];
      const domain = principal?.split('/')[0];
      return (ours.includes(value) ? ours : [value]).some(
        (one) => domain !== undefined && (one === '*' || new RegExp(`^${one.split('*').map(quote).join('[^/]*')}$`).test(domain)),
      );
    }
    case 'ipBlocks':
    case 'source.ip':
      return inBlock(value, request['source']?.['ip']);
    case 'remoteIpBlocks':
    case 'remote.ip':
      return inBlock(value, request['source']?.['remoteIp'] ?? request['source']?.['ip']);
    case 'destination.ip':
      return inBlock(value, request['destinationIp']);
    case 'ports':
    case 'destination.port':
      return /^[0-9]+$/.test(value) && Number(value) < 65_536 ? request['port'] === Number(value) : 'broken';
    case 'connection.sni':
      return text(value, ((request['sni'] as string | undefined) ?? '').toLowerCase());
    case 'hosts':
      return header(value.toLowerCase(), (request['host'] as string | undefined)?.toLowerCase());
    case 'methods':
      return header(value, request['method']);
    case 'paths':
      return pathMatches(
        value,
        request['path'] === undefined ? undefined : normalize((request['path'] as string).split(/[?#]/)[0] ?? '', mesh.pathNormalization),
      );
    case 'requestPrincipals':
    case 'request.auth.principal':
      return subjectMatches(value, claims?.['iss'], claims?.['sub']);
    case 'request.auth.audiences':
      return inClaim(value, claims?.['aud']);
    case 'request.auth.presenter':
      return inClaim(value, claims?.['azp']);
    default:
      return keyMatches(field, value, world);
  }
}

function keyMatches(key: string, value: string, { request, mesh }: World): Answer {
  if (key.startsWith('request.headers')) {
    const name = /^\[(.*)\]$/s.exec(key.slice('request.headers'.length))?.[1]?.toLowerCase();
    if (name === undefined) return 'broken';
    if (name === ':authority' || name === 'host') return header(value, request['host']);
    if (name === ':method') return header(value, request['method']);
    if (name === ':path') {
      const path = request['path'] as string | undefined;
      const end = path === undefined ? -1 : path.search(/[?#]/);
      return header(
        value,
        path === undefined
          ? undefined
          : end < 0
            ? normalize(path, mesh.pathNormalization)
            : normalize(path.slice(0, end), mesh.pathNormalization) + path.slice(end),
      );
    }
    return header(
      value,
      Object.entries((request['headers'] ?? {}) as Record<string, string>).find(([given]) => given.toLowerCase() === name)?.[1],
    );
  }
  if (key.startsWith('request.auth.claims')) {
    const rest = key.slice('request.auth.claims'.length);
    if (!/^\[.*\]$/s.test(rest) && rest !== '') return 'broken';
    const path = /^(\[[^[\]]*\])*$/.test(rest) ? [...rest.matchAll(/\[([^[\]]*)\]/g)].map((match) => match[1] ?? '') : [rest.slice(1, -1)];
    let at = request['jwt']?.['claims'] as Loose | undefined;
    for (const step of path)
      at = at !== null && typeof at === 'object' && !Array.isArray(at) && Object.hasOwn(at, step) ? at[step] : undefined;
    if (path.length === 1 && (path[0] === 'scope' || path[0] === 'permission') && typeof at === 'string')
      at = (at as string).split(' ') as unknown as Loose;
    return inClaim(value, at);
  }
  const [filter, name] = key
    .slice('experimental.'.length)
    .replace(/\]$/, '')
    .split(/\[(.*)/s);
  if (name === undefined) return 'broken';
  const found = request['filterMetadata']?.[filter ?? '']?.[name] as unknown;
  if (!value.startsWith('[') || !value.endsWith(']')) return typeof found === 'string' && text(value, found);
  return Array.isArray(found) && found.some((one) => typeof one === 'string' && text(value.replace(/^[[\]]+|[[\]]+$/g, ''), one));
}

const quote = (words: string): string => words.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** 4.1 */
function text(pattern: string, given: string | undefined): boolean {
  if (given === undefined) return false;
  if (pattern === '*') return given.length > 0;
  if (pattern[0] === '*') return given.slice(-pattern.length + 1) === pattern.slice(1) && given.length >= pattern.length - 1;
  if (pattern.at(-1) === '*') return given.slice(0, pattern.length - 1) === pattern.slice(0, -1);
  return given === pattern;
}
/** 4.4: a star means that it is there. */
const header = (pattern: string, given: string | undefined): boolean => (pattern === '*' ? given !== undefined : text(pattern, given));

/** 5.3 */
function withAliases(value: string, mesh: Case['mesh']): string[] {
  const ours = [mesh.trustDomain, ...mesh.trustDomainAliases];
  const [domain = '', ...rest] = value.split('/');
  const wild = (pattern: string, other: string) =>
    pattern.includes('*') &&
    (pattern.startsWith('*') ? other.endsWith(pattern.slice(1)) : pattern.endsWith('*') && other.startsWith(pattern.slice(0, -1)));
  if (rest.length !== 4 || domain === '*') return [value];
  if (domain !== 'cluster.local' && !ours.some((one) => one === domain || wild(domain, one) || wild(one, domain))) return [value];
  return ours.map((one) => (domain.startsWith('*') && one.endsWith(domain.slice(1)) ? value : [one, ...rest].join('/')));
}

/** 5.7, bit by bit. */
function inBlock(block: string, address: string | undefined): Answer {
  const [base = '', length] = block.split('/');
  const [network, given] = [bits(base), address === undefined ? undefined : bits(address)];
  if (
    network === undefined ||
    (length !== undefined && (!/^(0|[1-9][0-9]*)$/.test(length) || Number(length) > network.length)) ||
    block.split('/').length > 2
  )
    return 'broken';
  const count = length === undefined ? network.length : Number(length);
  return given !== undefined && given.length === network.length && given.slice(0, count) === network.slice(0, count);
}

function bits(address: string): string | undefined {
  if (/^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(address)) {
    const parts = address.split('.').map(Number);
    return parts.some((part) => part > 255) ? undefined : parts.map((part) => part.toString(2).padStart(8, '0')).join('');
  }
  if (!/^[0-9a-f:.]+$/i.test(address) || !address.includes(':')) return undefined;
  let whole = address;
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  if (tail) {
    const four = bits(tail[2] ?? '');
    if (four === undefined) return undefined;
    whole = `${tail[1]}${Number.parseInt(four.slice(0, 16), 2).toString(16)}:${Number.parseInt(four.slice(16), 2).toString(16)}`;
  }
  const halves = whole.split('::');
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const count = groups.flat().length;
  if (halves.length > 2 || (halves.length === 1 ? count !== 8 : count > 7)) return undefined;
  const full = halves.length === 1 ? groups.flat() : [...(groups[0] ?? []), ...Array<string>(8 - count).fill('0'), ...(groups[1] ?? [])];
  if (full.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return full.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}

/** 5.8 */
function subjectMatches(value: string, iss: unknown, sub: unknown): boolean {
  if (typeof iss !== 'string' || typeof sub !== 'string') return false;
  if (value === '*') return iss !== '' && sub !== '';
  const at = value.lastIndexOf('/');
  const [issuer, subject] = at < 0 ? [value, undefined] : [value.slice(0, at), value.slice(at + 1)];
  if (value.startsWith('*')) {
    if (subject === undefined) return iss !== '' && sub.endsWith(value.slice(1));
    return (issuer === '*' ? iss !== '' : iss.endsWith(issuer.slice(1))) && sub === subject;
  }
  if (value.endsWith('*')) {
    if (subject === undefined) return iss.startsWith(value.slice(0, -1)) && sub !== '';
    return iss === issuer && (subject === '*' ? sub !== '' : sub.startsWith(subject.slice(0, -1)));
  }
  return iss === issuer && sub === (subject ?? '');
}

/** 6.7 */
const inClaim = (value: string, claim: unknown): boolean =>
  (Array.isArray(claim) ? (claim as unknown[]) : [claim]).some((one) => typeof one === 'string' && text(value, one));

/** 6.2, 6.3: templates character by character. */
function pathMatches(pattern: string, path: string | undefined): Answer {
  if (!/\{\*\*?\}/.test(pattern)) return text(pattern, path);
  const segments = pattern.split('/');
  const any = segments.indexOf('{**}');
  if (any >= 0 && segments.slice(any + 1).some((segment) => segment === '{*}' || segment === '{**}')) return 'broken';
  if (path === undefined) return false;
  const allowed = (part: string) => /^[-A-Za-z0-9._~%!$&'()+,;:@=]*$/.test(part);
  const one = (wanted: string, given: string) => (wanted === '{*}' ? given !== '' && allowed(given) : wanted === given);
  const given = path.split('/');
  if (any < 0) return given.length === segments.length && segments.every((wanted, index) => one(wanted, given[index] ?? ''));
  const after = segments.length - any - 1;
  // The any-operator stands for at least one piece between slashes, which may be empty.
  if (given.length < segments.length) return false;
  return (
    segments.slice(0, any).every((wanted, index) => one(wanted, given[index] ?? '')) &&
    given.slice(any, given.length - after).every(allowed) &&
    segments.slice(any + 1).every((wanted, index) => one(wanted, given[given.length - after + index] ?? ''))
  );
}

/** 6.4 */
function normalize(path: string, how: string): string {
  if (how === 'NONE' || !path.startsWith('/')) return path;
  let result = how === 'DECODE_AND_MERGE_SLASHES' ? path.replace(/%(2f|5c)/gi, '/') : path;
  result = result.replace(/\\/g, '/').replace(/%([0-9a-f]{2})/gi, (escape) => (/[\w.~-]/.test(decode(escape)) ? decode(escape) : escape));
  const kept: string[] = [];
  const parts = result.slice(1).split('/');
  for (const [index, part] of parts.entries()) {
    if (part === '..') kept.pop();
    if (part !== '..' && part !== '.') kept.push(part);
    else if (index === parts.length - 1) kept.push('');
  }
  result = `/${kept.join('/')}`;
  return how === 'BASE' ? result : result.replace(/\/\/+/g, '/');
}
const decode = (escape: string): string => String.fromCharCode(Number.parseInt(escape.slice(1), 16));
