/**
 * The values of a field: what Istio refuses, and what it takes and never matches. Source: Istio's pkg/config/security; §4 to §6 and §9 of
 * research/authz-semantics.md. Invariant: an error is what admission refuses; a warning is legal.
 */
import { parseIpRange } from '../match/ip-range.js';
import { isPathTemplate } from '../match/path.js';
import { parsePort } from '../decide/exact.js';
import { quoted, type Findings } from './finding.js';

export type ValueKind =
  | 'any'
  | 'text'
  | 'principal'
  | 'requestPrincipal'
  | 'namespace'
  | 'serviceAccount'
  | 'trustDomain'
  | 'trustDomainKey'
  | 'ip'
  | 'host'
  | 'port'
  | 'method'
  | 'path'
  | 'sni';

interface Asked {
  readonly path: string;
  readonly kind: ValueKind;
  readonly findings: Findings;
}

type Check = (value: string, path: string, findings: Findings) => void;

const SERVICE_ACCOUNTS_MAX = 16;
const SERVICE_ACCOUNT_LENGTH_MAX = 320;

export function checkValues(values: readonly unknown[], { path, kind, findings }: Asked): void {
  values.forEach((value, index) => {
    if (typeof value !== 'string') return;
    const own = `${path}[${index}]`;
    if (value === '') findings.error('empty-value', own, 'an empty value matches nothing and is refused', { suggestion: 'remove it' });
    else CHECKS[kind](value, own, findings);
  });
  if (kind === 'serviceAccount' && values.length > SERVICE_ACCOUNTS_MAX)
    findings.error('too-many', path, `${values.length} service accounts, where ${SERVICE_ACCOUNTS_MAX} are the most`, {
      suggestion: 'split the rule',
    });
  if (kind === 'host')
    checkPorts(
      values.filter((value): value is string => typeof value === 'string'),
      path,
      findings,
    );
}

/** One star is a wildcard, in front or at the end; another one, or one within, is a star. */
function checkStars(value: string, path: string, findings: Findings): void {
  const stars = value.split('*').length - 1;
  const isWildcard = stars === 1 && (value.startsWith('*') || value.endsWith('*'));
  if (stars === 0 || isWildcard) return;
  findings.warning(
    'literal-star',
    path,
    `only one \`*\`, in front or at the end, is a wildcard: another one in ${quoted(value)} is an ordinary character`,
    {
      suggestion: 'several values, each with one wildcard',
    },
  );
}

const checkPrincipal: Check = (value, path, findings) => {
  checkStars(value, path, findings);
  if (value.startsWith('spiffe://'))
    findings.warning('spiffe-prefix', path, 'a principal is written without `spiffe://`: this one never matches', {
      suggestion: value.slice('spiffe://'.length),
    });
  else if (!value.includes('*') && !/^[^/]+\/ns\/[^/]+\/sa\/[^/]+$/.test(value))
    findings.warning(
      'principal-form',
      path,
      `${quoted(value)} is not of the form trust-domain/ns/namespace/sa/account: no workload has it`,
      {
        suggestion: 'cluster.local/ns/<namespace>/sa/<account>',
      },
    );
};

const checkRequestPrincipal: Check = (value, path, findings) => {
  checkStars(value, path, findings);
  const slash = value.lastIndexOf('/');
  const isExact = !value.startsWith('*') && !value.endsWith('*');
  if (isExact && slash < 0)
    findings.warning('request-principal-form', path, `${quoted(value)} has no subject: it never matches`, { suggestion: `${value}/*` });
  else if (/^[a-z]+:\/\/[^/]*\*$/i.test(value))
    findings.warning(
      'request-principal-form',
      path,
      `the slash of ${quoted(value)} is taken for the one before the subject: it never matches`,
      {
        suggestion: `${value.slice(0, -1)}/* for every subject of that issuer`,
      },
    );
};

const checkServiceAccount: Check = (value, path, findings) => {
  const parts = value.split('/');
  if (value.includes('*'))
    findings.error('bad-service-account', path, `service accounts have no wildcards, and ${quoted(value)} has one`, {
      suggestion: 'principals, or namespaces',
    });
  else if (parts.length > 2 || parts.includes(''))
    findings.error('bad-service-account', path, `${quoted(value)} is neither an account nor namespace/account`, {
      suggestion: /\/ns\/[^/]+\/sa\/[^/]+$/.test(value) ? value.replace(/^.*\/ns\/([^/]+)\/sa\/([^/]+)$/, '$1/$2') : 'namespace/account',
    });
  else if (value.length > SERVICE_ACCOUNT_LENGTH_MAX)
    findings.error('bad-service-account', path, `longer than ${SERVICE_ACCOUNT_LENGTH_MAX} characters`);
};

const checkTrustDomainStars: Check = (value, path, findings) => {
  const stars = value.split('*').length - 1;
  if (stars > 1) findings.error('bad-trust-domain', path, `${quoted(value)} has more than one wildcard`);
  else if (stars === 1 && !value.startsWith('*') && !value.endsWith('*'))
    findings.error('bad-trust-domain', path, `the wildcard of ${quoted(value)} is neither in front nor at the end`);
};

const checkTrustDomain: Check = (value, path, findings) => {
  if (value.includes('/'))
    findings.error('bad-trust-domain', path, `a trust domain has no \`/\`, and ${quoted(value)} has`, {
      suggestion: value.replace(/^spiffe:\/\//, '').split('/')[0],
    });
  else checkTrustDomainStars(value, path, findings);
};

const checkIp: Check = (value, path, findings) => {
  if (!parseIpRange(value))
    findings.error('bad-ip', path, `${quoted(value)} is neither an address nor a CIDR block`, {
      suggestion: '10.1.0.0/16, 10.1.2.3, 2001:db8::/32',
    });
};

const checkPort: Check = (value, path, findings) => {
  if (parsePort(value) === undefined) findings.error('bad-port', path, `${quoted(value)} is no port: a number from 0 to 65535, as text`);
};

const checkHost: Check = (value, path, findings) => {
  checkStars(value, path, findings);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value) || value.includes('/'))
    findings.warning('host-form', path, `${quoted(value)} has more than a host name and a port: it never matches`, {
      suggestion: value.replace(/^[^/]*:\/\//, '').split('/')[0],
    });
};

/** Hosts are compared with the port that the client wrote, if it wrote one. */
function checkPorts(hosts: readonly string[], path: string, findings: Findings): void {
  hosts.forEach((host, index) => {
    if (host === '' || host.endsWith('*') || host.includes('/') || /:\d+$|\]$|:.*:/.test(host)) return;
    const isCovered = hosts.some((other) => other.endsWith('*') && !other.startsWith('*') && `${host}:`.startsWith(other.slice(0, -1)));
    const hasPort = hosts.some((other) => other.startsWith(`${host}:`));
    if (isCovered || hasPort || hosts.includes('*')) return;
    findings.warning(
      'host-without-port',
      `${path}[${index}]`,
      `${quoted(host)} does not match ${quoted(`${host}:8080`)}, which a client may send`,
      {
        suggestion: host.startsWith('*') ? undefined : `"${host}:*" beside it`,
      },
    );
  });
}

const checkMethod: Check = (value, path, findings) => {
  checkStars(value, path, findings);
  if (value !== value.toUpperCase())
    findings.warning('lower-case-method', path, `methods are compared with their case: ${quoted(value)} never matches`, {
      suggestion: value.toUpperCase(),
    });
};

const LITERAL = /^[a-zA-Z0-9\-._~%!$&'()+,;:@=]+$/;

const checkPath: Check = (value, path, findings) => {
  const wrong = templateProblem(value);
  if (wrong)
    findings.error('bad-path-template', path, `${quoted(value)}: ${wrong}`, {
      suggestion: '{*} for one segment, {**} as the last operator',
    });
  else if (!isPathTemplate(value)) checkStars(value, path, findings);
  else if (!value.startsWith('/'))
    findings.warning('path-without-slash', path, `Envoy refuses a template that does not begin with \`/\``, { suggestion: `/${value}` });
  if (!wrong && !isPathTemplate(value) && !value.startsWith('/') && !value.startsWith('*'))
    findings.warning('path-without-slash', path, `paths begin with \`/\`: ${quoted(value)} never matches`, { suggestion: `/${value}` });
  if (!wrong && /[?#]/.test(value))
    findings.warning('path-with-query', path, `a path is compared without its query: ${quoted(value)} never matches`, {
      suggestion: value.replace(/[?#].*$/, ''),
    });
};

/** Istio's CheckValidPathTemplate. */
function templateProblem(value: string): string | undefined {
  const isTemplate = isPathTemplate(value);
  let anySeen = false;
  for (const segment of value.replace(/^\/+|\/+$/g, '').split('/')) {
    if (segment === '{*}' || segment === '{**}') {
      if (anySeen) return '`{**}` must be the last operator';
      anySeen = segment === '{**}';
    } else if (/[{}]/.test(segment)) return 'braces stand only around `*` or `**`, as a whole segment';
    else if (isTemplate && !LITERAL.test(segment))
      return segment === ''
        ? 'a template has no empty segment'
        : `the segment ${quoted(segment)} has characters that a template cannot have`;
  }
  return undefined;
}

const checkSni: Check = (value, path, findings) => {
  checkStars(value, path, findings);
  if (value !== value.toLowerCase())
    findings.warning('upper-case-sni', path, `Envoy writes server names in lower case: ${quoted(value)} never matches`, {
      suggestion: value.toLowerCase(),
    });
};

const CHECKS: Readonly<Record<ValueKind, Check>> = {
  any: () => undefined,
  text: checkStars,
  // Every star of a namespace is a wildcard.
  namespace: () => undefined,
  principal: checkPrincipal,
  requestPrincipal: checkRequestPrincipal,
  serviceAccount: checkServiceAccount,
  trustDomain: checkTrustDomain,
  trustDomainKey: checkTrustDomainStars,
  ip: checkIp,
  host: checkHost,
  port: checkPort,
  method: checkMethod,
  path: checkPath,
  sni: checkSni,
};
