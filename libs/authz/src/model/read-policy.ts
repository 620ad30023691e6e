/**
 * An AuthorizationPolicy object, as Kubernetes has it, into the engine's form. Source: Istio's security/v1 API.
 * Reads what is there and passes over what has the wrong type: saying what is wrong is validation's part.
 * Invariant: an empty list equals an absent field.
 */
import type { Alternative, Attribute, AuthorizationPolicy, Condition, Rule, TargetRef } from './policy.js';

type Fields = Readonly<Record<string, unknown>>;

const SOURCE_FIELDS: Readonly<Record<string, Attribute>> = {
  principals: 'principal',
  namespaces: 'namespace',
  serviceAccounts: 'serviceAccount',
  trustDomains: 'trustDomain',
  ipBlocks: 'sourceIp',
  remoteIpBlocks: 'remoteIp',
  requestPrincipals: 'requestPrincipal',
};
const OPERATION_FIELDS: Readonly<Record<string, Attribute>> = { hosts: 'host', ports: 'port', methods: 'method', paths: 'path' };
const WHEN_KEYS: Readonly<Record<string, Attribute>> = {
  'source.ip': 'sourceIp',
  'remote.ip': 'remoteIp',
  'source.namespace': 'namespace',
  'source.principal': 'principal',
  'source.serviceAccount': 'serviceAccount',
  'source.trustDomain': 'trustDomain',
  'request.auth.principal': 'requestPrincipal',
  'request.auth.audiences': 'audiences',
  'request.auth.presenter': 'presenter',
  'destination.ip': 'destinationIp',
  'destination.port': 'port',
  'connection.sni': 'sni',
};

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const objectOf = (value: unknown): Fields => (isObject(value) ? value : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const stringsOf = (value: unknown): string[] => listOf(value).filter((item): item is string => typeof item === 'string');
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** `notPrincipals` for `principals`. */
export const notField = (field: string): string => `not${field.charAt(0).toUpperCase()}${field.slice(1)}`;

function conditionsOf(fields: Fields, table: Readonly<Record<string, Attribute>>, path: string): Condition[] {
  return Object.entries(table).flatMap(([field, attribute]) => {
    const values = stringsOf(fields[field]);
    const notValues = stringsOf(fields[notField(field)]);
    if (values.length === 0 && notValues.length === 0) return [];
    return [{ attribute, key: [], values, notValues, path: `${path}.${values.length > 0 ? field : notField(field)}` }];
  });
}

/** The attribute and key of a `when` key; undefined when Istio does not know it. Prefixes are compared as Istio compares them. */
export function whenKey(key: string): Pick<Condition, 'attribute' | 'key' | 'isBroken'> | undefined {
  const plain = Object.hasOwn(WHEN_KEYS, key) ? WHEN_KEYS[key] : undefined;
  if (plain) return { attribute: plain, key: [] };
  if (key.startsWith(FILTERS)) return filterKey(key);
  if (key.startsWith(HEADERS)) return headerKey(key.slice(HEADERS.length));
  return key.startsWith(CLAIMS) ? claimKey(key.slice(CLAIMS.length)) : undefined;
}

const HEADERS = 'request.headers';
const CLAIMS = 'request.auth.claims';
const FILTERS = 'experimental.envoy.filters.';

const inBrackets = (text: string): string | undefined => (/^\[.*\]$/s.test(text) ? text.slice(1, -1) : undefined);

function headerKey(rest: string): Pick<Condition, 'attribute' | 'key' | 'isBroken'> {
  const name = inBrackets(rest);
  return name === undefined ? { attribute: 'header', key: [], isBroken: true } : { attribute: 'header', key: [name] };
}

function claimKey(rest: string): Pick<Condition, 'attribute' | 'key' | 'isBroken'> {
  if (/^(\[[^[\]]*\])*$/.test(rest))
    return { attribute: 'claim', key: [...rest.matchAll(/\[([^[\]]*)\]/g)].map((match) => match[1] ?? '') };
  const name = inBrackets(rest);
  return name === undefined ? { attribute: 'claim', key: [], isBroken: true } : { attribute: 'claim', key: [name] };
}

function filterKey(key: string): Pick<Condition, 'attribute' | 'key' | 'isBroken'> {
  const text = key.slice('experimental.'.length).replace(/\]$/, '');
  const open = text.indexOf('[');
  if (open < 0) return { attribute: 'filterMetadata', key: [], isBroken: true };
  return { attribute: 'filterMetadata', key: [text.slice(0, open), text.slice(open + 1)] };
}

function ruleOf(value: unknown, path: string): Rule {
  const rule = objectOf(value);
  const alternatives = (
    side: 'from' | 'to',
    inner: 'source' | 'operation',
    table: Readonly<Record<string, Attribute>>,
  ): Alternative[] | null => {
    const items = listOf(rule[side]);
    if (items.length === 0) return null;
    return items.map((item, index) => conditionsOf(objectOf(objectOf(item)[inner]), table, `${path}.${side}[${index}].${inner}`));
  };
  let isVoid = !isObject(value);
  const when = listOf(rule['when']).flatMap((item, index): Condition[] => {
    const condition = objectOf(item);
    const key = whenKey(textOf(condition['key']));
    if (!key) isVoid = true;
    const [values, notValues] = [stringsOf(condition['values']), stringsOf(condition['notValues'])];
    if (!key || values.length + notValues.length === 0) return [];
    return [{ ...key, values, notValues, path: `${path}.when[${index}].${values.length > 0 ? 'values' : 'notValues'}` }];
  });
  return {
    from: alternatives('from', 'source', SOURCE_FIELDS),
    to: alternatives('to', 'operation', OPERATION_FIELDS),
    when,
    isVoid,
  };
}

/** Whom a policy applies to: its selector (null: none) and its targetRefs. */
export function readTarget(spec: unknown): Pick<AuthorizationPolicy, 'selector' | 'targetRefs'> {
  const fields = objectOf(spec);
  if (!isObject(fields['selector'])) return { selector: null, targetRefs: targetRefsOf(fields) };
  const labels = Object.entries(objectOf(fields['selector']['matchLabels']));
  return {
    selector: Object.fromEntries(labels.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
    targetRefs: targetRefsOf(fields),
  };
}

function targetRefsOf(spec: Fields): TargetRef[] {
  const refs = listOf(spec['targetRefs']);
  return (refs.length > 0 ? refs : [spec['targetRef']]).filter(isObject).map((ref) => ({
    group: textOf(ref['group']),
    kind: textOf(ref['kind']),
    name: textOf(ref['name']),
    namespace: typeof ref['namespace'] === 'string' ? ref['namespace'] : undefined,
  }));
}

/** Go's strconv.ParseBool; undefined for what it refuses. */
export function goBool(text: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text) ? false : undefined;
}

export const DRY_RUN_ANNOTATION = 'istio.io/dry-run';

export function readAuthorizationPolicy(object: unknown, defaultNamespace = 'default'): AuthorizationPolicy {
  const { metadata, spec: specValue } = objectOf(object);
  const { namespace, name, annotations } = objectOf(metadata);
  const spec = objectOf(specValue);
  const provider = objectOf(spec['provider'])['name'];
  return {
    kind: 'AuthorizationPolicy',
    namespace: textOf(namespace) || defaultNamespace,
    name: textOf(name),
    action: (['DENY', 'AUDIT', 'CUSTOM'] as const).find((action) => action === spec['action']) ?? 'ALLOW',
    provider: typeof provider === 'string' ? provider : undefined,
    ...readTarget(spec),
    dryRun: goBool(textOf(objectOf(annotations)[DRY_RUN_ANNOTATION])) ?? false,
    rules: listOf(spec['rules']).map((rule, index) => ruleOf(rule, `spec.rules[${index}]`)),
  };
}
