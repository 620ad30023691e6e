/**
 * The values that unknown facts could take, as far as open conditions can tell them apart.
 * Invariant: conditions that do not hang on an unknown fact add nothing; every combination of the dimensions is one completion.
 */
import { expandPrincipal, serviceAccountKey } from '../match/identity.js';
import type { Attribute, MeshSettings } from '../model/policy.js';
import type { Json, Request } from '../model/request.js';
import { ipCandidates, listCandidates, pathCandidates, portCandidates, principalCandidates, stringCandidates } from './candidates.js';
import type { OpenCondition } from './tri-state.js';
import { looksAt, type UnknownFact } from './unknown-facts.js';

/** One thing that may take several values. `name` is how the caller called it unknown. */
export interface Dimension {
  readonly name: string;
  readonly values: readonly unknown[];
  apply(request: MutableRequest, value: unknown): void;
}

export interface MutableRequest extends Omit<Request, 'source'> {
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

export interface OpenQuestion {
  readonly request: Request;
  readonly mesh: MeshSettings;
  readonly unknown: readonly UnknownFact[];
  readonly conditions: readonly OpenCondition[];
  /** Of CUSTOM policies that may match. */
  readonly providers: readonly string[];
}

export function dimensionsOf(question: OpenQuestion): Dimension[] {
  const seen = new Set<string>();
  const dimensions = question.unknown.flatMap((unknown) => {
    const touched = question.conditions.filter((condition) => looksAt(condition, unknown, question.request));
    return ofFact(unknown, touched, question).filter((dimension) => {
      const isNew = !seen.has(dimension.id);
      seen.add(dimension.id);
      return isNew;
    });
  });
  return dimensions.filter(({ values }) => values.length > 1);
}

/** Two names of the same fact make one dimension. */
type Identified = Dimension & { readonly id: string };
type Apply<Value> = (request: MutableRequest, value: Value) => void;

const valuesOf = (conditions: readonly OpenCondition[], ...attributes: Attribute[]): string[] =>
  conditions
    .filter(({ attribute }) => attributes.length === 0 || attributes.includes(attribute))
    .flatMap(({ values, notValues }) => [...values, ...notValues]);

function ofFact(unknown: UnknownFact, touched: readonly OpenCondition[], question: OpenQuestion): Identified[] {
  const { name, fact } = unknown;
  const one = <Value>(values: readonly Value[], apply: Apply<never>): Identified[] => [
    { id: fact, name, values: touched.length === 0 ? [] : values, apply: apply as Apply<unknown> },
  ];
  const texts = valuesOf(touched);
  switch (fact) {
    case 'principal':
      return one(principals(touched, question), (request, value) => void (request.source.principal = value));
    case 'sourceIp':
      return one(ipCandidates(texts), (request, value) => void (request.source.ip = value));
    case 'remoteIp':
      return one(ipCandidates(texts), (request, value) => void (request.source.remoteIp = value));
    case 'destinationIp':
      return one(ipCandidates(texts), (request, value) => void (request.destinationIp = value));
    case 'host':
      return one(stringCandidates(texts), (request, value) => void (request.host = value));
    case 'method':
      return one(stringCandidates(texts), (request, value) => void (request.method = value));
    case 'path':
      return one(pathCandidates(texts), (request, value) => void (request.path = value));
    case 'port':
      return one(portCandidates(texts), (request, value) => void (request.port = value));
    case 'sni':
      return one(stringCandidates(texts), (request, value) => void (request.sni = value));
    case 'header':
      return headers(name, touched);
    case 'claim':
      return claims(unknown, touched);
    case 'extAuthz':
      return providers(unknown, question);
    case 'filterMetadata':
      return metadata(name, touched);
  }
}

function principals(touched: readonly OpenCondition[], { request, mesh, unknown }: OpenQuestion): (string | undefined)[] {
  const accounts = touched.filter(({ attribute }) => attribute === 'serviceAccount');
  const values = {
    principals: valuesOf(touched, 'principal').flatMap((value) => expandPrincipal(value, mesh)),
    namespaces: valuesOf(touched, 'namespace'),
    serviceAccounts: accounts.flatMap((condition) =>
      valuesOf([condition]).map((value) => serviceAccountKey(value, condition.policyNamespace)),
    ),
    trustDomains: [...valuesOf(touched, 'trustDomain'), mesh.trustDomain, ...mesh.trustDomainAliases],
  };
  const namespace = request.source?.namespace;
  const isUnknownToo = unknown.some(({ fact, name }) => fact === 'principal' && name.endsWith('namespace'));
  if (namespace === undefined || isUnknownToo) return principalCandidates(values);
  // Of whom only the principal is not known, the namespace is: who has no identity has been ruled out with it.
  const candidates = principalCandidates({ ...values, namespaces: [...values.namespaces, namespace] });
  return candidates.filter((candidate) => candidate?.split('/')[2] === namespace);
}

function headers(name: string, touched: readonly OpenCondition[]): Identified[] {
  const names = new Set(touched.map(({ key }) => (key[0] ?? '').toLowerCase()));
  return [...names].map((header) => ({
    id: `header ${header}`,
    name,
    values: stringCandidates(valuesOf(touched.filter(({ key }) => (key[0] ?? '').toLowerCase() === header))),
    apply: (request, value) => {
      for (const key of Object.keys(request.headers)) if (key.toLowerCase() === header) delete request.headers[key];
      if (value !== undefined) request.headers[header] = value as string;
    },
  }));
}

function claims({ name, key: only }: UnknownFact, touched: readonly OpenCondition[]): Identified[] {
  const wanted = new Map<string, { path: readonly string[]; values: string[]; isText: boolean }>();
  const add = (path: readonly string[], values: string[], isText = false) => {
    if (path.length === 0 || !only.every((part, index) => part === path[index])) return;
    const known = wanted.get(path.join('\0'));
    if (known) known.values.push(...values);
    else wanted.set(path.join('\0'), { path, values: [...values], isText });
  };
  for (const condition of touched) {
    const values = valuesOf([condition]);
    if (condition.attribute === 'audiences') add(['aud'], values);
    else if (condition.attribute === 'presenter') add(['azp'], values);
    else if (condition.attribute === 'claim') add(condition.key, values);
    else {
      const split = values.map((value) => [value.lastIndexOf('/'), value] as const);
      add(
        ['iss'],
        split.map(([slash, value]) => (slash < 0 ? value : value.slice(0, slash))),
        true,
      );
      add(
        ['sub'],
        split.flatMap(([slash, value]) => (slash < 0 ? ['*', value] : [value.slice(slash + 1), value])),
        true,
      );
    }
  }
  return [...wanted.values()].map(({ path, values, isText }) => ({
    id: `claim ${path.join('\0')}`,
    name,
    // A star may be meant as it stands: `*/*` asks for the subject `*`.
    values: isText ? [...new Set([...stringCandidates(values), ...values])] : listCandidates(values),
    apply: (request, value) => setClaim(request.claims, path, value as Json | undefined),
  }));
}

function setClaim(target: Record<string, Json>, path: readonly string[], value: Json | undefined): void {
  const [key = '', ...rest] = path;
  if (rest.length > 0) {
    const inner = target[key];
    const copy = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? { ...(inner as Record<string, Json>) } : {};
    setClaim(copy, rest, value);
    target[key] = copy;
  } else if (value === undefined) delete target[key];
  else target[key] = value;
}

function providers({ name, key }: UnknownFact, question: OpenQuestion): Identified[] {
  return question.providers
    .filter((provider) => key.length === 0 || key[0] === provider)
    .map((provider) => ({
      id: `extAuthz ${provider}`,
      name,
      values: ['ALLOW', 'DENY'],
      apply: (request, value) => void (request.extAuthz[provider] = value as 'ALLOW' | 'DENY'),
    }));
}

function metadata(name: string, touched: readonly OpenCondition[]): Identified[] {
  const keys = new Map(touched.map(({ key }) => [key.join('\0'), key]));
  return [...keys].map(([id, [filter = '', key = '']]) => {
    const values = valuesOf(touched.filter((condition) => condition.key.join('\0') === id));
    const isList = (value: string) => value.startsWith('[') && value.endsWith(']');
    const lists = values.filter(isList).map((value) => value.replace(/^[[\]]+|[[\]]+$/g, ''));
    return {
      id: `metadata ${id}`,
      name,
      values: [...stringCandidates(values.filter((value) => !isList(value))), ...listCandidates(lists).filter(Array.isArray)],
      apply: (request, value) => {
        const of = { ...request.filterMetadata[filter] };
        if (value === undefined) delete of[key];
        else of[key] = value as Json;
        request.filterMetadata[filter] = of;
      },
    };
  });
}
