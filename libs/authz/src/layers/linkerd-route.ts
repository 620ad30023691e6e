/**
 * Does a request take a route of Linkerd's HTTPRoute? Source: policy.linkerd.io's HTTPRoute, which follows the Gateway API's matching.
 * Invariant: of several matches the most specific one comes first; a regular expression is not run, and what hangs on it is not known.
 */
import { all, any, type Three } from '../match/three-valued.js';
import type { Request } from '../model/request.js';
import type { PolicyEntry } from '../set/policy-set.js';
import { fieldsOf, itemsOf, type Caller } from './linkerd-authentication.js';

export const REGULAR_EXPRESSION = 'a regular expression of an HTTPRoute';

export interface RouteMatch {
  readonly entry: PolicyEntry;
  readonly matches: (request: Request, caller: Caller) => Three;
  /** Compared from the left, the larger first. */
  readonly rank: readonly number[];
}
type Fields = Readonly<Record<string, unknown>>;
type Part = RouteMatch['matches'];
const EXACT = 1_000_000;

/** Every match of every rule; a rule without matches takes everything. */
export function routeMatches(entry: PolicyEntry): RouteMatch[] {
  const spec = fieldsOf(entry.object.spec);
  const hosts = (Array.isArray(spec['hostnames']) ? spec['hostnames'] : []).map((host) => String(host).toLowerCase());
  return itemsOf(spec['rules']).flatMap((rule) => {
    const matches = itemsOf(rule['matches']);
    return (matches.length > 0 ? matches : [{}]).map((match) => matchOf(entry, hosts, match));
  });
}

function matchOf(entry: PolicyEntry, hosts: readonly string[], match: Fields): RouteMatch {
  const { method } = match as { method?: string };
  const path = fieldsOf(match['path']) as { type?: string; value?: string };
  const [headers, params] = [itemsOf(match['headers']), itemsOf(match['queryParams'])];
  const { type = 'PathPrefix', value = '/' } = path;
  const parts: Part[] = [
    ...(hosts.length > 0 ? [ofHosts(hosts)] : []),
    ofPath(type, value),
    ...(method === undefined ? [] : [ofMethod(method)]),
    ...headers.map(ofHeader),
    ...params.map(ofParam),
  ];
  const longest = Math.max(0, ...hosts.map((host) => (host.startsWith('*') ? host.length : EXACT)));
  return {
    entry,
    matches: (request, caller) => all(parts.map((part) => part(request, caller))),
    rank: [longest, value.length + (type === 'Exact' ? EXACT : 0), headers.length, params.length, method === undefined ? 0 : 1],
  };
}

export function byRank(a: RouteMatch, b: RouteMatch): number {
  for (const [index, rank] of a.rank.entries()) {
    const difference = (b.rank[index] ?? 0) - rank;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Every request has these: left out, they are not known. */
const fact =
  (name: 'host' | 'method' | 'path', holds: (value: string) => Three): Part =>
  (request, { isUnknown }) => {
    const value = request[name];
    return value === undefined || isUnknown(name) ? [name] : holds(value);
  };

const ofHosts = (hosts: readonly string[]): Part =>
  fact('host', (value) => {
    const host = value.toLowerCase().replace(/:\d+$/, '');
    return hosts.some((wanted) => (wanted.startsWith('*.') ? host.endsWith(wanted.slice(1)) : host === wanted));
  });

const ofMethod = (method: string): Part => fact('method', (value) => value === method);

function ofPath(type: string, wanted: string): Part {
  const prefix = wanted.replace(/\/$/, '');
  // The whole of everything: nothing has to be known.
  if (type === 'PathPrefix' && prefix === '') return () => true;
  return fact('path', (value) => {
    const path = value.split(/[?#]/, 1)[0] ?? '';
    if (type === 'RegularExpression') return [REGULAR_EXPRESSION];
    return type === 'Exact' ? path === wanted : path === prefix || path.startsWith(`${prefix}/`);
  });
}

function ofHeader({ name, type, value }: Fields): Part {
  const wanted = String(name).toLowerCase();
  return ({ headers = {} }, { isUnknown }) => {
    const given = Object.entries(headers).filter(([header]) => header.toLowerCase() === wanted);
    if (isUnknown('header', wanted) && given.length === 0) return [`headers.${wanted}`];
    return any(given.map(([, found]) => (type === 'RegularExpression' ? [REGULAR_EXPRESSION] : found === value)));
  };
}

const ofParam = ({ name, type, value }: Fields): Part =>
  fact('path', (path) => {
    const given = new URLSearchParams(path.split('?')[1] ?? '').get(String(name));
    if (given === null) return false;
    return type === 'RegularExpression' ? [REGULAR_EXPRESSION] : given === value;
  });
