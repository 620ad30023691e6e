/**
 * Which facts of a request are not known, and which conditions look at them?
 * Names are the request's own (`path`, `source.principal`, `headers.x-user`, `jwt.claims.sub`), or those of `when` keys.
 * Invariant: a name that nobody knows touches nothing.
 */
import type { Condition } from '../model/policy.js';
import type { Request } from '../model/request.js';

/** One unknown fact: how the caller called it, and what it is. */
export interface UnknownFact {
  readonly name: string;
  readonly fact:
    | 'principal'
    | 'sourceIp'
    | 'remoteIp'
    | 'host'
    | 'method'
    | 'path'
    | 'port'
    | 'sni'
    | 'destinationIp'
    | 'header'
    | 'claim'
    | 'extAuthz'
    | 'filterMetadata';
  /** Header name in lower case, claim path, provider, or filter and key; empty: every one of them. */
  readonly key: readonly string[];
}

const PLAIN: Readonly<Record<string, readonly UnknownFact['fact'][]>> = {
  source: ['principal', 'sourceIp', 'remoteIp'],
  principal: ['principal'],
  namespace: ['principal'],
  serviceAccount: ['principal'],
  trustDomain: ['principal'],
  ip: ['sourceIp'],
  remoteIp: ['remoteIp'],
  'source.principal': ['principal'],
  'source.namespace': ['principal'],
  'source.serviceAccount': ['principal'],
  'source.trustDomain': ['principal'],
  'source.ip': ['sourceIp'],
  'source.remoteIp': ['remoteIp'],
  'remote.ip': ['remoteIp'],
  host: ['host'],
  method: ['method'],
  path: ['path'],
  port: ['port'],
  'destination.port': ['port'],
  destinationIp: ['destinationIp'],
  'destination.ip': ['destinationIp'],
  sni: ['sni'],
  'connection.sni': ['sni'],
  headers: ['header'],
  'request.headers': ['header'],
  jwt: ['claim'],
  'jwt.claims': ['claim'],
  'request.auth.claims': ['claim'],
  extAuthz: ['extAuthz'],
  filterMetadata: ['filterMetadata'],
};

const CLAIMS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'jwt.principal': [['iss'], ['sub']],
  'request.auth.principal': [['iss'], ['sub']],
  'jwt.audiences': [['aud']],
  'request.auth.audiences': [['aud']],
  'jwt.presenter': [['azp']],
  'request.auth.presenter': [['azp']],
};

const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined => (Object.hasOwn(table, name) ? table[name] : undefined);

/** Lists of names that were read: recorded flows repeat a few of them. */
const KEPT_MAX = 1000;
const kept = new Map<string, readonly UnknownFact[]>();
/** The same, for the very list: a replay asks twice with it. */
const keptByList = new WeakMap<readonly string[], readonly UnknownFact[]>();

/** The same list for the same names, as long as it is kept. */
export function unknownFacts(names: readonly string[]): readonly UnknownFact[] {
  const known = keptByList.get(names);
  if (known) return known;
  const key = names.join('\0');
  let facts = kept.get(key);
  if (!facts) {
    facts = read(names);
    if (kept.size >= KEPT_MAX) kept.clear();
    kept.set(key, facts);
  }
  keptByList.set(names, facts);
  return facts;
}

function read(names: readonly string[]): UnknownFact[] {
  return [...new Set(names)].flatMap((name): UnknownFact[] => {
    const plain = own(PLAIN, name)?.map((fact) => ({ name, fact, key: [] }));
    const claims = own(CLAIMS, name)?.map((key) => ({ name, fact: 'claim' as const, key }));
    return plain ?? claims ?? keyed(name);
  });
}

/** `headers.x-user`, `headers[x-user]`, `jwt.claims.realm.roles`, `extAuthz.opa`, `filterMetadata.<filter>.<key>`. */
function keyed(name: string): UnknownFact[] {
  const header = /^(?:request\.)?headers(?:\.(.+)|\[(.+)\])$/s.exec(name);
  if (header) return headerFact(name, (header[1] ?? header[2] ?? '').toLowerCase());
  const claim = /^(?:jwt(?:\.claims)?|request\.auth\.claims)(?:\.(.+)|((?:\[[^[\]]+\])+))$/s.exec(name);
  if (claim) return [{ name, fact: 'claim', key: claim[1]?.split('.') ?? (claim[2] ?? '').slice(1, -1).split('][') }];
  const provider = /^extAuthz\.(.+)$/s.exec(name);
  if (provider) return [{ name, fact: 'extAuthz', key: [provider[1] ?? ''] }];
  const metadata = /^filterMetadata\.(.+)$/s.exec(name);
  if (!metadata) return [];
  // Names of filters have dots themselves: any split may be meant.
  const parts = (metadata[1] ?? '').split('.');
  const splits = parts.slice(1).map((_, index) => [parts.slice(0, index + 1).join('.'), parts.slice(index + 1).join('.')]);
  return [
    { name, fact: 'filterMetadata', key: [metadata[1] ?? ''] },
    ...splits.map((key) => ({ name, fact: 'filterMetadata' as const, key })),
  ];
}

/** The pseudo headers are the request line. */
function headerFact(name: string, header: string): UnknownFact[] {
  const pseudo: Readonly<Record<string, UnknownFact['fact']>> = {
    ':authority': 'host',
    host: 'host',
    ':method': 'method',
    ':path': 'path',
  };
  const fact = own(pseudo, header);
  return [fact ? { name, fact, key: [] } : { name, fact: 'header', key: [header] }];
}

const isPrefix = (short: readonly string[], long: readonly string[]): boolean => short.every((part, index) => part === long[index]);
/** One knows of a part of the other, or the other way round. */
const related = (a: readonly string[], b: readonly string[]): boolean => isPrefix(a, b) || isPrefix(b, a);

/** Does the condition look at the fact? */
export function looksAt({ attribute, key }: Condition, unknown: UnknownFact, request: Request): boolean {
  switch (attribute) {
    case 'principal':
    case 'namespace':
    case 'serviceAccount':
    case 'trustDomain':
      return unknown.fact === 'principal';
    case 'remoteIp':
      return unknown.fact === 'remoteIp' || (unknown.fact === 'sourceIp' && request.source?.remoteIp === undefined);
    case 'header':
      return looksAtHeader((key[0] ?? '').toLowerCase(), unknown, request);
    case 'requestPrincipal':
      return unknown.fact === 'claim' && (related(unknown.key, ['iss']) || related(unknown.key, ['sub']));
    case 'audiences':
      return unknown.fact === 'claim' && related(unknown.key, ['aud']);
    case 'presenter':
      return unknown.fact === 'claim' && related(unknown.key, ['azp']);
    case 'claim':
      return unknown.fact === 'claim' && related(unknown.key, key);
    case 'filterMetadata':
      return unknown.fact === 'filterMetadata' && isPrefix(unknown.key, key);
    default:
      return unknown.fact === attribute;
  }
}

function looksAtHeader(name: string, unknown: UnknownFact, request: Request): boolean {
  if (name === ':authority' || name === 'host') return unknown.fact === 'host';
  if (name === ':method') return unknown.fact === 'method';
  if (name === ':path') return unknown.fact === 'path';
  if (unknown.fact !== 'header') return false;
  if (unknown.key.length > 0) return unknown.key[0] === name;
  // All headers unknown: those that are given are known all the same.
  return !Object.keys(request.headers ?? {}).some((given) => given.toLowerCase() === name);
}
