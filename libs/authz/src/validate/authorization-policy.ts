/**
 * What is wrong with an AuthorizationPolicy of Istio, and what is suspicious. Source: Istio's pkg/config/validation and the CRD;
 * research/authz-semantics.md §9. Invariant: every problem at once; wrong types are the shape's part and are passed over here.
 */
import { whenKey } from '../model/read-policy.js';
import { fieldsOf, isObject, listOf, quoted, textOf, type Fields, type Findings } from './finding.js';
import { OPERATION_FIELDS, SOURCE_FIELDS } from './kinds.js';
import { nearest } from './shape.js';
import { checkTarget } from './target.js';
import { checkValues, type ValueKind } from './values.js';
import { KNOWN_KEYS, checkKey } from './when-key.js';

const ACTIONS = ['ALLOW', 'DENY', 'AUDIT', 'CUSTOM'];
/** CUSTOM runs before the token is validated, and before the peer's identity is asked. */
const NOT_IN_CUSTOM = ['principals', 'requestPrincipals', 'namespaces', 'serviceAccounts', 'trustDomains'];
const notOf = (field: string): string => `not${field.charAt(0).toUpperCase()}${field.slice(1)}`;
const has = (fields: Fields, name: string): boolean => listOf(fields[name]).length > 0;
const hasEither = (fields: Fields, name: string): boolean => has(fields, name) || has(fields, notOf(name));

export function checkAuthorizationPolicy(object: Fields, findings: Findings): void {
  const spec = fieldsOf(object['spec']);
  const action = textOf(spec['action']) ?? 'ALLOW';
  checkTarget(spec, findings);
  checkAction(spec, action, findings);
  listOf(spec['rules']).forEach((rule, index) => {
    if (isObject(rule)) checkRule(rule, { path: `spec.rules[${index}]`, action, findings });
  });
}

function checkAction(spec: Fields, action: string, findings: Findings): void {
  if (!ACTIONS.includes(action)) {
    const near = nearest(action, ACTIONS);
    findings.error('bad-action', 'spec.action', `${quoted(action)} is no action`, { suggestion: near ?? ACTIONS.join(', ') });
  }
  const isProvided = spec['provider'] !== undefined && spec['provider'] !== null;
  if (isProvided && action !== 'CUSTOM')
    findings.error('provider-without-custom', 'spec.provider', `a provider is for CUSTOM, and the action is ${quoted(action)}`, {
      at: 'key',
    });
  const hasRules = has(spec, 'rules');
  if (action === 'CUSTOM' && !textOf(fieldsOf(spec['provider'])['name']))
    findings.error('custom-without-provider', 'spec.provider.name', 'CUSTOM asks an external authorizer, and none is named');
  if ((action === 'CUSTOM' || action === 'DENY') && !hasRules)
    findings.error(`${action.toLowerCase()}-without-rules`, 'spec.rules', `${action} without rules never does anything`, {
      suggestion: 'rules: [{}] for every request',
    });
}

interface Context {
  readonly path: string;
  readonly action: string;
  readonly findings: Findings;
}

function checkRule(rule: Fields, context: Context): void {
  const { path, action, findings } = context;
  for (const side of ['from', 'to'] as const)
    if (Array.isArray(rule[side]) && rule[side].length === 0)
      findings.error('empty-list', `${path}.${side}`, `an empty \`${side}\` is read as absent: it matches anything`, {
        suggestion: `remove \`${side}\`, or fill it`,
      });
  listOf(rule['from']).forEach((item, index) => checkSource(item, { ...context, path: `${path}.from[${index}]` }));
  listOf(rule['to']).forEach((item, index) => checkOperation(item, { ...context, path: `${path}.to[${index}]` }));
  listOf(rule['when']).forEach((item, index) => {
    if (isObject(item)) checkWhen(item, { ...context, path: `${path}.when[${index}]` });
  });
  if (action === 'DENY') checkTcp(rule, context);
}

const VALUE_KINDS: Readonly<Record<string, ValueKind>> = {
  principals: 'principal',
  requestPrincipals: 'requestPrincipal',
  namespaces: 'namespace',
  serviceAccounts: 'serviceAccount',
  trustDomains: 'trustDomain',
  ipBlocks: 'ip',
  remoteIpBlocks: 'ip',
  hosts: 'host',
  ports: 'port',
  methods: 'method',
  paths: 'path',
};

function checkFields(fields: Fields, names: readonly string[], { path, findings }: Context): void {
  for (const name of names)
    for (const field of [name, notOf(name)])
      checkValues(listOf(fields[field]), { path: `${path}.${field}`, kind: VALUE_KINDS[name] ?? 'text', findings });
}

/** The part itself, where there is one that holds anything. */
function partOf(item: unknown, name: 'source' | 'operation', fields: readonly string[], { path, findings }: Context): Fields | undefined {
  if (!isObject(item)) return undefined;
  const part = item[name];
  if (part === undefined || part === null) {
    findings.error('missing-field', `${path}.${name}`, `\`${name}\` is missing`);
    return undefined;
  }
  if (!isObject(part)) return undefined;
  const wrong = fields
    .flatMap((field) => [part[field], part[notOf(field)]])
    .some((value) => value !== undefined && value !== null && !Array.isArray(value));
  if (!wrong && !fields.some((field) => hasEither(part, field)))
    findings.error(`empty-${name}`, `${path}.${name}`, `a ${name} without any field would match anything`, {
      suggestion: 'name a field, or leave the whole item out',
    });
  return part;
}

function checkSource(item: unknown, context: Context): void {
  const source = partOf(item, 'source', SOURCE_FIELDS, context);
  if (!source) return;
  const path = `${context.path}.source`;
  if (hasEither(source, 'serviceAccounts') && (hasEither(source, 'principals') || hasEither(source, 'namespaces')))
    context.findings.error(
      'service-account-mix',
      `${path}.${has(source, 'serviceAccounts') ? 'serviceAccounts' : 'notServiceAccounts'}`,
      'service accounts cannot be joined with principals or namespaces in one source',
      {
        suggestion: 'write namespace/account instead of the namespace',
      },
    );
  if (context.action === 'CUSTOM')
    for (const field of NOT_IN_CUSTOM.flatMap((name) => [name, notOf(name)]))
      if (has(source, field))
        context.findings.error(
          'custom-field',
          `${path}.${field}`,
          `CUSTOM cannot look at ${quoted(field)}: it comes before that is known`,
          { at: 'key' },
        );
  checkFields(source, SOURCE_FIELDS, { ...context, path });
}

function checkOperation(item: unknown, context: Context): void {
  const operation = partOf(item, 'operation', OPERATION_FIELDS, context);
  if (operation) checkFields(operation, OPERATION_FIELDS, { ...context, path: `${context.path}.operation` });
}

function checkWhen(condition: Fields, { path, action, findings }: Context): void {
  const key = textOf(condition['key']);
  if (!key) {
    if (condition['key'] === undefined || condition['key'] === null || condition['key'] === '')
      findings.error('no-key', `${path}.key`, 'a condition has a key', { suggestion: KNOWN_KEYS.join(', ') });
    return;
  }
  if (!has(condition, 'values') && !has(condition, 'notValues'))
    findings.error('no-values', path, `the condition on ${quoted(key)} has neither values nor notValues`);
  if (action === 'CUSTOM' && (/^source\.(namespace|serviceAccount|trustDomain|principal)$/.test(key) || key.startsWith('request.auth.')))
    findings.error('custom-field', `${path}.key`, `CUSTOM cannot look at ${quoted(key)}: it comes before that is known`);
  const kind = checkKey(key, `${path}.key`, findings);
  for (const field of ['values', 'notValues']) checkValues(listOf(condition[field]), { path: `${path}.${field}`, kind, findings });
}

/** On TCP the HTTP parts of a DENY rule fall away, and what is left may deny every connection. */
function checkTcp(rule: Fields, { path, findings }: Context): void {
  const conditions = listOf(rule['when']).map(fieldsOf);
  const keys = conditions.map((condition) => textOf(condition['key']) ?? '');
  const sources = listOf(rule['from']).map((item) => fieldsOf(fieldsOf(item)['source']));
  const operations = listOf(rule['to']).map((item) => fieldsOf(fieldsOf(item)['operation']));
  const asksHttp =
    sources.some((source) => hasEither(source, 'requestPrincipals')) ||
    operations.some((operation) => ['hosts', 'methods', 'paths'].some((name) => hasEither(operation, name))) ||
    keys.some((key) => key.startsWith('request.'));
  const namesPort =
    (operations.length > 0 && operations.every((operation) => hasEither(operation, 'ports'))) || keys.includes('destination.port');
  // A rule that vanishes for its keys denies nothing.
  if (!asksHttp || namesPort || keys.some((key) => whenKey(key) === undefined)) return;
  findings.warning(
    'deny-without-port',
    path,
    'on TCP ports its HTTP conditions fall away: it denies every connection that the rest matches',
    {
      suggestion: 'add the ports that speak HTTP to each operation',
    },
  );
}
