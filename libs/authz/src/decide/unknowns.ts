/**
 * A decision where some facts are not known: decided under every completion that the policies can tell apart.
 * Invariant: INDETERMINATE only where two completions decide differently; `missing` names the facts that tip it.
 * Beyond COMPLETIONS_MAX the answer is INDETERMINATE and names every unknown fact that a rule looks at.
 */
import { serviceAccountKey } from '../match/identity.js';
import type { Attribute, Condition } from '../model/policy.js';
import type { Json, Request } from '../model/request.js';
import { ipCandidates, pathCandidates, portCandidates, principalCandidates, stringCandidates } from './candidates.js';
import type { CompiledWorkload, Outcome } from './decide.js';

export const COMPLETIONS_MAX = 50_000;

export type Verdict =
  | { readonly outcome: Outcome; readonly missing?: undefined }
  | { readonly outcome?: undefined; readonly missing: string[] };

/** One thing that may take several values. `fact` is the name under which the caller called it unknown. */
interface Dimension {
  readonly fact: string;
  readonly values: readonly unknown[];
  apply(request: MutableRequest, value: unknown): void;
}

interface MutableRequest extends Omit<Request, 'source'> {
  source: { -readonly [K in keyof NonNullable<Request['source']>]: NonNullable<Request['source']>[K] };
  host?: string | undefined;
  port?: number | undefined;
  method?: string | undefined;
  path?: string | undefined;
  sni?: string | undefined;
  destinationIp?: string | undefined;
  headers: Record<string, string>;
  claims: Record<string, Json>;
  extAuthz: Record<string, 'ALLOW' | 'DENY'>;
  filterMetadata: Record<string, Record<string, Json>>;
}

export function decideWithUnknowns(compiled: CompiledWorkload, request: Request): Verdict {
  if (!request.unknown || request.unknown.length === 0) return { outcome: compiled.decide(compiled.facts(request)) };
  const dimensions = dimensionsOf(compiled, request, request.unknown);
  const total = dimensions.reduce((product, { values }) => product * values.length, 1);
  if (total > COMPLETIONS_MAX) return { missing: namesOf(dimensions) };
  const outcomes = Array.from({ length: total }, (_, index) => decideCompletion(compiled, request, { dimensions, index }));
  const [first] = outcomes;
  if (first && outcomes.every((outcome) => outcome.decision === first.decision)) return { outcome: first };
  return { missing: namesOf(dimensions.filter((_, index) => tips(outcomes, dimensions, index))) };
}

const namesOf = (dimensions: readonly Dimension[]): string[] => [...new Set(dimensions.map(({ fact }) => fact))].sort();

function decideCompletion(compiled: CompiledWorkload, request: Request, at: { dimensions: readonly Dimension[]; index: number }): Outcome {
  const completed: MutableRequest = {
    ...request,
    source: { ...request.source },
    headers: { ...request.headers },
    claims: { ...request.jwt?.claims },
    extAuthz: { ...request.extAuthz },
    filterMetadata: structuredClone(request.filterMetadata ?? {}) as Record<string, Record<string, Json>>,
  };
  let rest = at.index;
  for (const { values, apply } of at.dimensions) {
    apply(completed, values[rest % values.length]);
    rest = Math.floor(rest / values.length);
  }
  return compiled.decide(compiled.facts({ ...completed, jwt: { claims: completed.claims } }));
}

/** Does changing this dimension alone ever change the decision? */
function tips(outcomes: readonly Outcome[], dimensions: readonly Dimension[], which: number): boolean {
  const stride = dimensions.slice(0, which).reduce((product, { values }) => product * values.length, 1);
  const count = dimensions[which]?.values.length ?? 1;
  return outcomes.some((outcome, index) => {
    const position = Math.floor(index / stride) % count;
    return position > 0 && outcomes[index - position * stride]?.decision !== outcome.decision;
  });
}

/** Names as people write them: `principal` for `source.principal`. */
const ALIASES: Readonly<Record<string, string>> = {
  principal: 'source.principal',
  namespace: 'source.namespace',
  ip: 'source.ip',
  remoteIp: 'source.remoteIp',
};

interface Referenced {
  readonly request: Request;
  readonly conditions: readonly (Condition & { readonly policyNamespace: string })[];
  values(attribute: Attribute, key?: readonly string[]): string[];
  readonly providers: readonly string[];
}

function dimensionsOf(compiled: CompiledWorkload, request: Request, unknown: readonly string[]): Dimension[] {
  const referenced = referencedBy(compiled, request);
  const dimensions = [...new Set(unknown)].flatMap((fact) => dimensionsOfFact(fact, ALIASES[fact] ?? fact, referenced, compiled));
  return dimensions.filter(({ values }) => values.length > 1);
}

function referencedBy(compiled: CompiledWorkload, request: Request): Referenced {
  const conditions = compiled.policies.flatMap((policy) =>
    policy.rules.flatMap(({ from, to, when }) =>
      [...(from ?? []).flat(), ...(to ?? []).flat(), ...when].map((condition) => ({ ...condition, policyNamespace: policy.namespace })),
    ),
  );
  const sameKey = (condition: Condition, key: readonly string[] | undefined) =>
    key === undefined || condition.key.join('\0').toLowerCase() === key.join('\0').toLowerCase();
  return {
    request,
    conditions,
    values: (attribute, key) =>
      conditions
        .filter((condition) => condition.attribute === attribute && sameKey(condition, key))
        .flatMap(({ values, notValues }) => [...values, ...notValues]),
    providers: [
      ...new Set(compiled.policies.flatMap(({ action, provider }) => (action === 'CUSTOM' && provider !== undefined ? [provider] : []))),
    ],
  };
}

function dimensionsOfFact(fact: string, path: string, referenced: Referenced, compiled: CompiledWorkload): Dimension[] {
  const [head = '', ...tail] = path.split('.');
  const one = (values: readonly unknown[], apply: (request: MutableRequest, value: never) => void): Dimension[] => [
    { fact, values, apply: apply as Dimension['apply'] },
  ];
  const ifAny = (values: string[], candidates: (values: string[]) => readonly unknown[]) => (values.length === 0 ? [] : candidates(values));
  switch (head === 'source' ? path : head) {
    case 'source.principal':
    case 'source.namespace':
      return one(principals(referenced, compiled), (request, value) => void (request.source.principal = value));
    case 'source.ip':
      return one(
        ifAny([...referenced.values('sourceIp'), ...referenced.values('remoteIp')], ipCandidates),
        (request, value) => void (request.source.ip = value),
      );
    case 'source.remoteIp':
      return one(ifAny(referenced.values('remoteIp'), ipCandidates), (request, value) => void (request.source.remoteIp = value));
    case 'destinationIp':
      return one(ifAny(referenced.values('destinationIp'), ipCandidates), (request, value) => void (request.destinationIp = value));
    case 'host':
      return one(
        ifAny([...referenced.values('host'), ...pseudoHeader(referenced, [':authority', 'host'])], stringCandidates),
        (request, value) => void (request.host = value),
      );
    case 'method':
      return one(
        ifAny([...referenced.values('method'), ...pseudoHeader(referenced, [':method'])], stringCandidates),
        (request, value) => void (request.method = value),
      );
    case 'path':
      return one(
        ifAny([...referenced.values('path'), ...pseudoHeader(referenced, [':path'])], pathCandidates),
        (request, value) => void (request.path = value),
      );
    case 'port':
      return one(ifAny(referenced.values('port'), portCandidates), (request, value) => void (request.port = value));
    case 'sni':
      return one(ifAny(referenced.values('sni'), stringCandidates), (request, value) => void (request.sni = value));
    case 'headers':
      return headers(fact, tail.join('.'), referenced);
    case 'jwt':
      return claims(fact, tail[0] === 'claims' ? tail.slice(1) : tail, referenced);
    case 'extAuthz':
      return referenced.providers
        .filter((provider) => tail.length === 0 || provider === tail.join('.'))
        .flatMap((provider) => one(['ALLOW', 'DENY'], (request, value) => void (request.extAuthz[provider] = value)));
    case 'filterMetadata':
      return metadata(fact, referenced);
    default:
      return [];
  }
}

function principals(referenced: Referenced, { mesh }: CompiledWorkload): readonly (string | undefined)[] {
  const accounts = referenced.conditions.filter(({ attribute }) => attribute === 'serviceAccount');
  const values = {
    principals: referenced.values('principal'),
    namespaces: referenced.values('namespace'),
    serviceAccounts: accounts.flatMap((condition) =>
      [...condition.values, ...condition.notValues].map((value) => serviceAccountKey(value, condition.policyNamespace)),
    ),
    trustDomains: [...referenced.values('trustDomain'), mesh.trustDomain, ...mesh.trustDomainAliases],
  };
  if (values.principals.length + values.namespaces.length + accounts.length + referenced.values('trustDomain').length === 0) return [];
  const namespace = referenced.request.source?.namespace;
  const isKnown =
    namespace !== undefined && !(referenced.request.unknown ?? []).some((fact) => (ALIASES[fact] ?? fact) === 'source.namespace');
  const candidates = principalCandidates(isKnown ? { ...values, namespaces: [...values.namespaces, namespace] } : values);
  return isKnown ? candidates.filter((candidate) => candidate?.split('/')[2] === namespace) : candidates;
}

function pseudoHeader({ values }: Referenced, names: readonly string[]): string[] {
  return names.flatMap((name) => values('header', [name]));
}

function headers(fact: string, only: string, referenced: Referenced): Dimension[] {
  const names = new Set(
    referenced.conditions.filter(({ attribute }) => attribute === 'header').map(({ key }) => (key[0] ?? '').toLowerCase()),
  );
  const given = new Set(only === '' ? Object.keys(referenced.request.headers ?? {}).map((name) => name.toLowerCase()) : []);
  return [...names]
    .filter((name) => !name.startsWith(':') && !given.has(name) && (only === '' || name === only.toLowerCase()))
    .map((name) => ({
      fact,
      values: stringCandidates(referenced.values('header', [name])),
      apply: (request, value) => {
        for (const key of Object.keys(request.headers)) if (key.toLowerCase() === name) delete request.headers[key];
        if (value !== undefined) request.headers[name] = value as string;
      },
    }));
}

function claims(fact: string, only: readonly string[], referenced: Referenced): Dimension[] {
  const wanted = new Map<string, { path: readonly string[]; values: string[] }>();
  const add = (path: readonly string[], values: string[]) => {
    if (values.length === 0 || !only.every((part, index) => part === path[index])) return;
    const known = wanted.get(path.join('\0'));
    if (known) known.values.push(...values);
    else wanted.set(path.join('\0'), { path, values: [...values] });
  };
  for (const value of referenced.values('requestPrincipal')) {
    const slash = value.lastIndexOf('/');
    add(['iss'], [slash < 0 ? value : value.slice(0, slash)]);
    add(['sub'], [slash < 0 ? '*' : value.slice(slash + 1), value]);
  }
  add(['aud'], referenced.values('audiences'));
  add(['azp'], referenced.values('presenter'));
  for (const { attribute, key, values, notValues } of referenced.conditions) if (attribute === 'claim') add(key, [...values, ...notValues]);
  return [...wanted.values()].map(({ path, values }) => ({
    fact,
    values: stringCandidates(values),
    apply: (request, value) => setClaim(request.claims, path, value as string | undefined),
  }));
}

function setClaim(target: Record<string, Json>, path: readonly string[], value: string | undefined): void {
  const [key = '', ...rest] = path;
  if (rest.length > 0) {
    const inner = { ...(target[key] as Record<string, Json> | undefined) };
    setClaim(inner, rest, value);
    target[key] = inner;
  } else if (value === undefined) delete target[key];
  else target[key] = value;
}

function metadata(fact: string, referenced: Referenced): Dimension[] {
  const keys = new Map(
    referenced.conditions.filter(({ attribute }) => attribute === 'filterMetadata').map(({ key }) => [key.join('\0'), key]),
  );
  return [...keys.values()].map(([filter = '', key = '']) => {
    const values = referenced.values('filterMetadata', [filter, key]);
    const lists = values.filter((value) => /^\[.*\]$/s.test(value)).map((value) => value.slice(1, -1));
    return {
      fact,
      values: [
        ...stringCandidates(values.filter((value) => !/^\[.*\]$/s.test(value))),
        ...stringCandidates(lists).map((text) => (text === undefined ? [] : [text])),
      ],
      apply: (request, value) => {
        const of = (request.filterMetadata[filter] ??= {});
        if (value === undefined) delete of[key];
        else of[key] = value as Json;
      },
    };
  });
}
