/** Is the key of a condition one that Istio knows? Source: Istio's pkg/config/security ValidateAttribute. */
import { whenKey } from '../model/read-policy.js';
import { quoted, type Findings } from './finding.js';
import { nearest } from './shape.js';
import type { ValueKind } from './values.js';

const PLAIN: Readonly<Record<string, ValueKind>> = {
  'source.ip': 'ip',
  'remote.ip': 'ip',
  'source.namespace': 'namespace',
  'source.principal': 'principal',
  'source.serviceAccount': 'serviceAccount',
  'source.trustDomain': 'trustDomainKey',
  'request.auth.principal': 'requestPrincipal',
  'request.auth.audiences': 'text',
  'request.auth.presenter': 'text',
  'destination.ip': 'ip',
  'destination.port': 'port',
  'connection.sni': 'sni',
};
const WITH_BRACKETS = ['request.headers', 'request.auth.claims', 'experimental.envoy.filters.'];
export const KNOWN_KEYS = [...Object.keys(PLAIN), 'request.headers[…]', 'request.auth.claims[…]'];

const DEPRECATED: readonly [RegExp, string][] = [
  [/^destination\.labels/, 'select workloads by spec.selector'],
  [/^destination\.namespace$/, 'the namespace is that of the policy, metadata.namespace'],
  [/^destination\.(name|user)$/, 'select workloads by spec.selector'],
];

/** What kind of values the key has; problems of the key itself are found. */
export function checkKey(key: string, path: string, findings: Findings): ValueKind {
  const plain = Object.hasOwn(PLAIN, key) ? PLAIN[key] : undefined;
  if (plain) return plain;
  const prefix = WITH_BRACKETS.find((start) => key.startsWith(start));
  if (!prefix) {
    const deprecated = DEPRECATED.find(([pattern]) => pattern.test(key));
    const near = nearest(key, Object.keys(PLAIN));
    if (deprecated) findings.error('deprecated-key', path, `${quoted(key)} is of an API that is gone`, { suggestion: deprecated[1] });
    else
      findings.error('unknown-key', path, `Istio knows no key ${quoted(key)}: the whole rule would vanish`, {
        suggestion: near ?? KNOWN_KEYS.join(', '),
      });
    return 'any';
  }
  const open = key.indexOf('[');
  if (!key.endsWith(']') || open <= 0 || open >= key.length - 2)
    findings.error('bad-key', path, `${quoted(key)} needs a name in brackets`, {
      suggestion: `${prefix.replace(/\.$/, '.<filter>')}[name]`,
    });
  else if (whenKey(key)?.isBroken)
    findings.warning('lookalike-key', path, `${quoted(key)} looks like ${quoted(`${prefix}[…]`)} and is not: its values are dropped`, {
      suggestion: `${prefix}${key.slice(open)}`,
    });
  else if (prefix === 'request.auth.claims' && !/^(\[[^[\]]+\])+$/.test(key.slice(prefix.length)))
    findings.warning('lookalike-key', path, `${quoted(key)} is read as one claim, its brackets in the name`, {
      suggestion: 'request.auth.claims[outer][inner]',
    });
  return 'text';
}
