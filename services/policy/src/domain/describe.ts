/**
 * What does a policy say, in plain words, sentence by sentence? Invariant: nothing is said that the policy does not say; values are
 * quoted as written, and long lists are cut with their number.
 */
import type { PolicyEntry } from '@observatory/authz';
import type { PolicySummary } from '@observatory/contracts';

type Authorization = NonNullable<PolicyEntry['authorization']>;
type Condition = Authorization['rules'][number]['when'][number];

const SHOWN = 4;
const NAMES: Readonly<Record<Condition['attribute'], string>> = {
  principal: 'the caller is',
  namespace: "the caller's namespace is",
  serviceAccount: "the caller's service account is",
  trustDomain: "the caller's trust domain is",
  sourceIp: 'the connection comes from',
  remoteIp: 'the original client is at',
  port: 'the port is',
  destinationIp: 'the address called is',
  sni: 'the TLS server name is',
  filterMetadata: 'filter metadata is',
  host: 'the host is',
  method: 'the method is',
  path: 'the path is',
  requestPrincipal: 'the token belongs to',
  header: 'the header',
  audiences: "the token's audience is",
  presenter: "the token's presenter is",
  claim: "the token's claim",
};
const VERBS = { ALLOW: 'Allows', DENY: 'Refuses', AUDIT: 'Marks for the audit log', CUSTOM: 'Asks an external authorizer about' } as const;

export function describe(entry: PolicyEntry, rootNamespace = 'istio-system'): string[] {
  const { authorization } = entry;
  if (authorization) return describeAuthorization(entry, authorization, rootNamespace);
  const spec = (entry.object.spec ?? {}) as Record<string, unknown>;
  switch (entry.kind) {
    case 'PeerAuthentication': {
      const mode = (spec['mtls'] as { mode?: string } | undefined)?.mode ?? 'UNSET';
      const words: Record<string, string> = {
        STRICT: 'Takes mutual TLS only',
        PERMISSIVE: 'Takes mutual TLS and plain text',
        DISABLE: 'Takes plain text only',
        UNSET: 'Leaves the mode to the policy above it',
      };
      const ports = Object.entries((spec['portLevelMtls'] ?? {}) as Record<string, { mode?: string }>);
      return [
        `${words[mode] ?? mode} at ${whom(entry, spec, rootNamespace)}.`,
        ...ports.map(([port, own]) => `Port ${port} is ${own.mode ?? 'UNSET'}.`),
      ];
    }
    case 'RequestAuthentication': {
      const rules = (spec['jwtRules'] ?? []) as { issuer?: string }[];
      return [
        `Checks tokens of ${list(rules.map(({ issuer = '?' }) => issuer)) || 'nobody'} at ${whom(entry, spec, rootNamespace)}; requests without a token pass.`,
      ];
    }
    case 'NetworkPolicy': {
      const types = (spec['policyTypes'] ?? ['Ingress']) as string[];
      return [
        `Limits ${types.join(' and ').toLowerCase()} connections of ${whom(entry, { selector: spec['podSelector'] }, '')}, whatever the mesh says.`,
      ];
    }
    default:
      return [`A ${entry.object.kind} of Linkerd's policy.`];
  }
}

function describeAuthorization(entry: PolicyEntry, policy: Authorization, rootNamespace: string): string[] {
  const target = whom(entry, (entry.object.spec ?? {}) as Record<string, unknown>, rootNamespace);
  const dry = policy.dryRun ? ['A dry run: it only counts what it would decide.'] : [];
  if (policy.rules.length === 0) {
    const effect =
      policy.action === 'ALLOW' ? `Refuses everything at ${target} that no other policy allows.` : 'Has no rules: it does nothing.';
    return [effect, ...dry];
  }
  const rules = policy.rules.map((rule) => {
    const from = (rule.from ?? []).map((alternative) => alternative.map(sentence).join(' and ')).join(', or ');
    const to = (rule.to ?? []).map((alternative) => alternative.map(sentence).join(' and ')).join(', or ');
    const when = rule.when.map(sentence).join(' and ');
    const parts = [from, to, when].filter((part) => part !== '');
    return `${VERBS[policy.action]} requests to ${target}${parts.length === 0 ? '' : ` where ${parts.join('; and ')}`}.`;
  });
  const rest = policy.action === 'ALLOW' ? ['What no ALLOW policy matches is refused.'] : [];
  return [...rules, ...rest, ...dry];
}

function sentence({ attribute, key, values, notValues }: Condition): string {
  const name =
    key.length > 0
      ? `${NAMES[attribute]} ${key.join('.')}${attribute === 'header' || attribute === 'claim' ? ' is' : ''}`
      : NAMES[attribute];
  const parts = [
    ...(values.length > 0 ? [`${name} ${list(values)}`] : []),
    ...(notValues.length > 0 ? [`${name} not ${list(notValues)}`] : []),
  ];
  return parts.join(' and ');
}

function list(values: readonly string[]): string {
  const shown = values.slice(0, SHOWN).map((value) => `\`${value}\``);
  return values.length > SHOWN ? `${shown.join(', ')} or one of ${values.length - SHOWN} more` : shown.join(' or ');
}

function whom({ namespace }: PolicyEntry, spec: Record<string, unknown>, rootNamespace: string): string {
  const place = namespace === rootNamespace ? 'the whole mesh' : namespace;
  const { matchLabels = {} } = (spec['selector'] ?? {}) as { matchLabels?: Record<string, string> };
  const refs = [
    ...((spec['targetRefs'] ?? []) as { kind?: string; name?: string }[]),
    ...(spec['targetRef'] ? [spec['targetRef'] as { kind?: string; name?: string }] : []),
  ];
  if (refs.length > 0) return refs.map(({ kind = '', name = '' }) => `${kind} ${name}`).join(' and ');
  const labels = Object.entries(matchLabels);
  if (labels.length === 0) return `every workload of ${place}`;
  return `workloads of ${place} with ${labels.map(([key, value]) => `${key}=${value}`).join(', ')}`;
}

export function scopeOf({ namespace, object }: PolicyEntry, rootNamespace: string): PolicySummary['scope'] {
  const spec = (object.spec ?? {}) as {
    selector?: { matchLabels?: object };
    podSelector?: { matchLabels?: object };
    targetRef?: unknown;
    targetRefs?: unknown[];
  };
  if (spec.targetRef || (spec.targetRefs?.length ?? 0) > 0) return 'attached';
  const labels = spec.selector?.matchLabels ?? spec.podSelector?.matchLabels ?? {};
  if (Object.keys(labels).length > 0) return 'workload';
  return namespace === rootNamespace && object.apiVersion.startsWith('security.istio.io') ? 'mesh' : 'namespace';
}

export function actionOf({ authorization, kind, object }: PolicyEntry): string | undefined {
  if (authorization) return authorization.action;
  if (kind !== 'PeerAuthentication') return undefined;
  return ((object.spec ?? {}) as { mtls?: { mode?: string } }).mtls?.mode ?? 'UNSET';
}
