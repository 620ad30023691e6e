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

/** The attribute and key of a `when` key; undefined when Istio does not know it. */
export function whenKey(key: string): { attribute: Attribute; key: string[] } | undefined {
  const plain = Object.hasOwn(WHEN_KEYS, key) ? WHEN_KEYS[key] : undefined;
  if (plain) return { attribute: plain, key: [] };
  const header = /^request\.headers\[([^[\]]+)\]$/.exec(key);
  if (header) return { attribute: 'header', key: [header[1] ?? ''] };
  const claim = /^request\.auth\.claims((?:\[[^[\]]+\])+)$/.exec(key);
  if (claim) return { attribute: 'claim', key: [...(claim[1] ?? '').matchAll(/\[([^[\]]+)\]/g)].map((match) => match[1] ?? '') };
  const filter = /^experimental\.(envoy\.filters\.[^[\]]+)\[([^[\]]+)\]$/.exec(key);
  return filter ? { attribute: 'filterMetadata', key: [filter[1] ?? '', filter[2] ?? ''] } : undefined;
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
  let hasUnknownKey = false;
  const when = listOf(rule['when']).flatMap((item, index): Condition[] => {
    const condition = objectOf(item);
    const key = whenKey(textOf(condition['key']));
    if (!key) hasUnknownKey = true;
    if (!key) return [];
    return [
      { ...key, values: stringsOf(condition['values']), notValues: stringsOf(condition['notValues']), path: `${path}.when[${index}]` },
    ];
  });
  return {
    from: alternatives('from', 'source', SOURCE_FIELDS),
    to: alternatives('to', 'operation', OPERATION_FIELDS),
    when,
    hasUnknownKey,
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

export function readAuthorizationPolicy(object: unknown): AuthorizationPolicy {
  const { metadata, spec: specValue } = objectOf(object);
  const { namespace, name, annotations } = objectOf(metadata);
  const spec = objectOf(specValue);
  const matchLabels = objectOf(objectOf(spec['selector'])['matchLabels']);
  const provider = objectOf(spec['provider'])['name'];
  return {
    kind: 'AuthorizationPolicy',
    namespace: textOf(namespace) || 'default',
    name: textOf(name),
    action: (['DENY', 'AUDIT', 'CUSTOM'] as const).find((action) => action === spec['action']) ?? 'ALLOW',
    provider: typeof provider === 'string' ? provider : undefined,
    selector: isObject(spec['selector'])
      ? Object.fromEntries(Object.entries(matchLabels).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
      : null,
    targetRefs: targetRefsOf(spec),
    dryRun: goBool(textOf(objectOf(annotations)[DRY_RUN_ANNOTATION])) ?? false,
    rules: listOf(spec['rules']).map((rule, index) => ruleOf(rule, `spec.rules[${index}]`)),
  };
}
