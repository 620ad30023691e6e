/**
 * For a fact that is not known: values such that whatever the conditions can tell apart, some value shows it.
 * A string condition tells present, exact, prefix and suffix apart; an address condition tells blocks apart; and so on.
 * Invariant: if some completion of the fact changes a decision, one of these values does.
 */
import { parseIpRange, type IpRange } from '../match/ip-range.js';
import { isPathTemplate } from '../match/path.js';
import { patternOf } from '../match/string-matcher.js';

/** Text that no policy has in it; another, for where one of them begins or ends as a pattern does. */
const FRESH = 'zq7x';
const OTHER = 'k8wj';
const EDGES = 'zkv5jwh0qxgyfub';

/** Text that none of these prefixes and suffixes matches: a wildcard such as `*x` is no reason to take it for matched. */
function freshFor(prefixes: readonly string[], suffixes: readonly string[], mark: string): string {
  for (const first of EDGES)
    for (const last of EDGES) {
      const text = `${first}q7${mark}${last}`;
      if (!prefixes.some((prefix) => text.startsWith(prefix)) && !suffixes.some((suffix) => text.endsWith(suffix))) return text;
    }
  return FRESH;
}

/** Joins a prefix and a suffix, also where they overlap: `/a/b` and `b/c` may be `/a/b/c`. */
function joins(prefix: string, suffix: string, fresh: string): string[] {
  const overlaps: string[] = [];
  for (let shared = 1; shared <= Math.min(prefix.length, suffix.length); shared += 1) {
    if (prefix.endsWith(suffix.slice(0, shared))) overlaps.push(prefix + suffix.slice(shared));
  }
  return [prefix + suffix, prefix + fresh + suffix, ...overlaps];
}

/** Values for a string fact, undefined (absent) and empty among them. */
export function stringCandidates(values: readonly string[], mark = ''): (string | undefined)[] {
  const patterns = values.map(patternOf);
  const textsOf = (kind: 'exact' | 'prefix' | 'suffix') => patterns.flatMap((pattern) => (pattern.kind === kind ? [pattern.text] : []));
  const [prefixes, suffixes] = [textsOf('prefix'), textsOf('suffix')];
  const fresh = freshFor(prefixes, suffixes, mark);
  const found = new Set<string | undefined>([undefined, '', fresh]);
  for (const text of [...textsOf('exact'), ...prefixes, ...suffixes]) found.add(text);
  for (const prefix of prefixes) found.add(prefix + fresh);
  for (const suffix of suffixes) found.add(fresh + suffix);
  for (const prefix of prefixes) for (const suffix of suffixes) for (const text of joins(prefix, suffix, fresh)) found.add(text);
  return [...found];
}

/** Above this many texts, lists of them are tried only whole and with one left out. */
const LIST_TEXTS_MAX = 8;

/** Values for a fact that may be a text or a list of them: a list satisfies several conditions at once. */
export function listCandidates(values: readonly string[]): (string | string[] | undefined)[] {
  const texts = stringCandidates(values);
  const present = texts.filter((text): text is string => text !== undefined && text !== '');
  const subsets =
    present.length <= LIST_TEXTS_MAX
      ? Array.from({ length: 2 ** present.length }, (_, mask) => present.filter((_text, index) => (mask >> index) & 1))
      : [present, ...present.map((left) => present.filter((text) => text !== left))];
  return [...texts, ...subsets.filter(({ length }) => length > 1)];
}

/** Fills a template's operators with what other values have in the same place, and with fresh text. */
function templateWitnesses(template: string, others: readonly string[]): string[] {
  let found = [''];
  template.split('/').forEach((segment, index) => {
    const fillings = new Set<string>();
    if (segment === '{*}') {
      fillings.add(FRESH).add(OTHER);
      for (const other of others) {
        const same = other.split('/')[index]?.replaceAll('*', FRESH);
        if (same && !isPathTemplate(same)) fillings.add(same);
      }
    } else if (segment === '{**}') {
      fillings.add('').add(FRESH).add(OTHER).add(`${FRESH}/${FRESH}`);
      for (const other of others) {
        if (other.startsWith('*')) fillings.add(FRESH + other.slice(1));
        else
          fillings.add(
            other
              .split('/')
              .slice(index)
              .join('/')
              .replaceAll(/\{\*\*?\}|\*/g, FRESH),
          );
      }
    } else {
      fillings.add(segment);
    }
    found = found.flatMap((head) => [...fillings].map((filling) => (index === 0 ? filling : `${head}/${filling}`))).slice(0, 4096);
  });
  return found;
}

/** Request paths: a path is never absent, and starts with a slash. */
export function pathCandidates(values: readonly string[]): string[] {
  const plain = values.filter((value) => !isPathTemplate(value));
  const templates = values.filter(isPathTemplate);
  // With a character that no template takes, some path is there that none of them matches.
  const strings = [...stringCandidates([...plain, '/*']), ...(templates.length > 0 ? stringCandidates([...plain, '/*'], '|') : [])];
  const texts = strings.filter((text): text is string => text?.startsWith('/') ?? false);
  return [
    ...new Set([
      ...texts,
      ...templates.flatMap((template) =>
        templateWitnesses(
          template,
          values.filter((value) => value !== template),
        ),
      ),
    ]),
  ];
}

function addressText(family: 4 | 6, value: bigint): string | undefined {
  const bits = family === 4 ? 32n : 128n;
  if (value < 0n || value >> bits !== 0n) return undefined;
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
  return Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16)).join(':');
}

/** The first and last address of each block and their neighbours, in both families. */
export function ipCandidates(values: readonly string[]): string[] {
  const edges = (range: IpRange) => {
    const first = range.network << range.hostBits;
    const last = first + (1n << range.hostBits) - 1n;
    return [first - 1n, first, last, last + 1n].map((value) => addressText(range.family, value));
  };
  const ranges = values.map(parseIpRange).filter((range) => range !== undefined);
  const texts = ranges.flatMap(edges).filter((text) => text !== undefined);
  return [...new Set([...texts, '203.0.113.254', '2001:db8:ffff::fe'])];
}

export function portCandidates(values: readonly string[]): number[] {
  const ports = new Set(values.map(Number).filter((port) => Number.isInteger(port)));
  const other = Array.from({ length: ports.size + 1 }, (_, index) => 1 + index).find((port) => !ports.has(port));
  return [...ports, other ?? 0];
}

export interface IdentityValues {
  readonly principals: readonly string[];
  readonly namespaces: readonly string[];
  /** `namespace/account` */
  readonly serviceAccounts: readonly string[];
  readonly trustDomains: readonly string[];
}

const filled = (text: string): string => text.replaceAll('*', FRESH);

interface Segments {
  readonly domains: Set<string>;
  readonly namespaces: Set<string>;
  readonly accounts: Set<string>;
}

/** What a wildcard over the whole identity says of its three parts, each a pattern of its own. */
function patternsOf(principal: string): { domain?: string; namespace?: string; account?: string } {
  const pattern = patternOf(principal);
  if (pattern.kind === 'present') return {};
  if (pattern.kind === 'suffix') {
    const [account = '', , namespace, , domain] = pattern.text.split('/').toReversed();
    if (!pattern.text.includes('/')) return { account: `*${account}` };
    if (domain !== undefined) return { account, namespace: namespace ?? '', domain: `*${domain}` };
    return { account, ...(namespace ? { namespace: `*${namespace}` } : {}) };
  }
  const [domain = '', , namespace, , account] = pattern.text.split('/');
  const open = pattern.kind === 'prefix' ? '*' : '';
  if (account !== undefined) return { domain, namespace: namespace ?? '', account: account + open };
  return namespace === undefined ? { domain: domain + (pattern.text.includes('/') ? '' : open) } : { domain, namespace: namespace + open };
}

function segmentsOf({ principals, namespaces, trustDomains }: IdentityValues): Segments {
  const whole = trustDomains.flatMap((domain) => [domain, filled(domain), domain.replaceAll('*', '')]);
  const segments: Segments = { domains: new Set(whole), namespaces: new Set(), accounts: new Set() };
  for (const namespace of namespaces) {
    segments.namespaces.add(namespace);
    // A star in the middle, or a second one, is filled.
    segments.namespaces.add(filled(namespace)).add(namespace.replaceAll('*', ''));
  }
  for (const principal of principals) {
    const { domain, namespace, account } = patternsOf(principal);
    if (domain) segments.domains.add(domain);
    if (namespace) segments.namespaces.add(namespace);
    // Exact accounts are tried in their own place only: the product of all of them would be too large.
    if (account && (account.includes('*') || principal.startsWith('*'))) segments.accounts.add(account);
  }
  return segments;
}

/** Principals without `spiffe://`; undefined: no mutual TLS. */
export function principalCandidates(values: IdentityValues): (string | undefined)[] {
  const segments = segmentsOf(values);
  const texts = (patterns: ReadonlySet<string>) =>
    stringCandidates([...patterns]).filter((text): text is string => text !== undefined && text !== '' && !/[/*]/.test(text));
  const [domains, namespaces, accounts] = [texts(segments.domains), texts(segments.namespaces), texts(segments.accounts)];
  const found = new Set<string | undefined>([undefined]);
  for (const principal of values.principals) if (!principal.includes('*') && principal.split('/').length === 5) found.add(principal);
  const owners = values.serviceAccounts.map((value) => value.split('/') as [string, string]);
  for (const domain of domains) {
    for (const [namespace, account] of owners) found.add(`${domain}/ns/${namespace}/sa/${account}`);
    for (const namespace of namespaces) for (const account of accounts) found.add(`${domain}/ns/${namespace}/sa/${account}`);
  }
  return [...found];
}
