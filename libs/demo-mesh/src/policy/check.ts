/**
 * Whether Istio's AuthorizationPolicies let a request through, as far as the demo's proxies read them:
 * principals, namespaces, service accounts, methods, paths, ports, hosts and their not-forms, DENY before ALLOW.
 * Kept apart from the suite's own policy engine on purpose: what that one predicts is checked against this one.
 */
export interface PolicyRequest {
  /** `cluster.local/ns/a/sa/b`; undefined without mutual TLS. */
  readonly principal?: string;
  readonly namespace?: string;
  readonly port: number;
  readonly host?: string;
  /** Undefined where the proxy sees connections only. */
  readonly http?: { readonly method: string; readonly path: string };
}

type Values = readonly string[] | undefined;
type Part = Readonly<Record<string, Values>>;

export interface PolicyRule {
  readonly from?: readonly { readonly source: Part }[];
  readonly to?: readonly { readonly operation: Part }[];
  readonly when?: readonly { readonly key: string; readonly values?: Values; readonly notValues?: Values }[];
}

export interface AuthorizationPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly action: string;
  readonly rules: readonly PolicyRule[];
}

const HTTP_FIELDS = new Set(['methods', 'paths', 'hosts', 'requestPrincipals', 'remoteIpBlocks']);

/** Istio's string match: exact, `prefix*`, `*suffix`, `*` for anything present. */
export function matchesValue(pattern: string, value: string | undefined): boolean {
  if (value === undefined || value === '') return false;
  if (pattern === '*') return true;
  if (pattern.startsWith('*')) return value.endsWith(pattern.slice(1));
  if (pattern.endsWith('*')) return value.startsWith(pattern.slice(0, -1));
  return pattern === value;
}

/** A service account is `namespace/name`, or a name of the policy's own namespace. */
function accountOf(request: PolicyRequest, policyNamespace: string, pattern: string): boolean {
  const [namespace, name] = pattern.includes('/') ? pattern.split('/') : [policyNamespace, pattern];
  return request.principal?.endsWith(`/ns/${namespace}/sa/${name}`) ?? false;
}

function fieldMatches(request: PolicyRequest, field: string, context: { pattern: string; policyNamespace: string }): boolean {
  const { pattern } = context;
  switch (field) {
    case 'principals':
      return matchesValue(pattern, request.principal);
    case 'namespaces':
      return matchesValue(pattern, request.namespace);
    case 'serviceAccounts':
      return accountOf(request, context.policyNamespace, pattern);
    case 'methods':
      return matchesValue(pattern, request.http?.method);
    case 'paths':
      return matchesValue(pattern, request.http?.path);
    case 'hosts':
      return matchesValue(pattern.toLowerCase(), request.host?.toLowerCase());
    case 'ports':
      return pattern === String(request.port);
    default:
      return false;
  }
}

/** `notPaths` as `paths`, negated. */
function positive(field: string): { name: string; negated: boolean } {
  const negated = /^not[A-Z]/.test(field);
  return { name: negated ? field[3]!.toLowerCase() + field.slice(4) : field, negated };
}

function partMatches(request: PolicyRequest, part: Part, context: { policyNamespace: string; dropHttp: boolean }): boolean {
  return Object.entries(part).every(([field, values]) => {
    if (!values || values.length === 0) return true;
    const { name, negated } = positive(field);
    if (context.dropHttp && HTTP_FIELDS.has(name)) return true;
    return values.some((pattern) => fieldMatches(request, name, { pattern, policyNamespace: context.policyNamespace })) !== negated;
  });
}

const WHEN_FIELDS: Record<string, string> = {
  'source.principal': 'principals',
  'source.namespace': 'namespaces',
  'source.serviceAccount': 'serviceAccounts',
  'destination.port': 'ports',
};

function asksHttp(rule: PolicyRule): boolean {
  const parts = [...(rule.from ?? []).map(({ source }) => source), ...(rule.to ?? []).map(({ operation }) => operation)];
  const fields = parts.flatMap((part) => Object.keys(part).filter((field) => part[field]?.length));
  return fields.some((field) => HTTP_FIELDS.has(positive(field).name)) || (rule.when ?? []).some(({ key }) => key.startsWith('request.'));
}

function ruleMatches(request: PolicyRequest, rule: PolicyRule, policy: AuthorizationPolicy): boolean {
  const onConnection = request.http === undefined;
  // Where only connections are seen, an ALLOW rule that asks of HTTP matches nothing; a DENY rule keeps its other parts.
  if (onConnection && policy.action === 'ALLOW' && asksHttp(rule)) return false;
  const context = { policyNamespace: policy.namespace, dropHttp: onConnection };
  const from = !rule.from?.length || rule.from.some(({ source }) => partMatches(request, source, context));
  const to = !rule.to?.length || rule.to.some(({ operation }) => partMatches(request, operation, context));
  const when = (rule.when ?? []).every(({ key, values, notValues }) => {
    const field = WHEN_FIELDS[key];
    if (!field) return false;
    const inverse = `not${field[0]!.toUpperCase()}${field.slice(1)}`;
    return partMatches(request, { [field]: values, [inverse]: notValues }, context);
  });
  return from && to && when;
}

export interface Verdict {
  readonly allowed: boolean;
  /** The policy that decided: one that denied, or none of the ALLOW policies that would have had to. */
  readonly policy: string | null;
}

/** `httpDenyOnConnections: false` is ztunnel's way: a DENY rule that asks of HTTP does nothing there. */
export function check(
  policies: readonly AuthorizationPolicy[],
  request: PolicyRequest,
  options: { httpDenyOnConnections: boolean } = { httpDenyOnConnections: true },
): Verdict {
  const matching = (policy: AuthorizationPolicy) =>
    policy.rules.some((rule) => {
      if (request.http === undefined && policy.action === 'DENY' && !options.httpDenyOnConnections && asksHttp(rule)) return false;
      return ruleMatches(request, rule, policy);
    });
  const denying = policies.find((policy) => policy.action === 'DENY' && matching(policy));
  if (denying) return { allowed: false, policy: `${denying.namespace}/${denying.name}` };
  const allowing = policies.filter((policy) => policy.action === 'ALLOW');
  return { allowed: allowing.length === 0 || allowing.some(matching), policy: null };
}
