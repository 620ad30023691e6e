/**
 * PeerAuthentication, RequestAuthentication, NetworkPolicy and Linkerd's kinds: what their APIs refuse beyond the shape.
 * Sources: Istio's pkg/config/validation; Kubernetes' pkg/apis/networking/validation; Linkerd's CRDs and policy controller.
 */
import { parsePort } from '../decide/exact.js';
import { parseIp, parseIpRange } from '../match/ip-range.js';
import { pathOfKey } from '../source/read-source.js';
import { fieldsOf, isObject, listOf, quoted, textOf, type Fields, type Findings } from './finding.js';
import { checkSelector, checkTarget } from './target.js';

export function checkPeerAuthentication(object: Fields, findings: Findings): void {
  const spec = fieldsOf(object['spec']);
  checkSelector(spec['selector'], 'spec.selector', findings);
  const ports = spec['portLevelMtls'];
  if (!isObject(ports)) return;
  const hasLabels = Object.keys(fieldsOf(fieldsOf(spec['selector'])['matchLabels'])).length > 0;
  if (!hasLabels)
    findings.error(
      'port-without-selector',
      'spec.portLevelMtls',
      'modes of ports need a selector: a policy of a whole namespace or mesh cannot have them',
      { at: 'key' },
    );
  if (Object.keys(ports).length === 0)
    findings.error('empty-list', 'spec.portLevelMtls', 'it names no port', { at: 'key', suggestion: 'remove it' });
  for (const port of Object.keys(ports))
    if (!parsePort(port))
      findings.error('bad-port', pathOfKey('spec.portLevelMtls', port), `${quoted(port)} is no port: 1 to 65535`, { at: 'key' });
}

export function checkRequestAuthentication(object: Fields, findings: Findings): void {
  const spec = fieldsOf(object['spec']);
  checkTarget(spec, findings);
  listOf(spec['jwtRules']).forEach((rule, index) => {
    if (isObject(rule)) checkJwtRule(rule, `spec.jwtRules[${index}]`, findings);
  });
}

function checkJwtRule(rule: Fields, path: string, findings: Findings): void {
  const [issuer, uri] = [textOf(rule['issuer']), textOf(rule['jwksUri']) ?? textOf(rule['jwks_uri'])];
  if (!issuer && !uri) findings.error('no-issuer', `${path}.issuer`, 'a rule has an issuer, or says where its keys are');
  if (uri !== undefined && !/^https?:\/\/[^/]/.test(uri))
    findings.error('bad-uri', `${path}.jwksUri`, `${quoted(uri)} is no http:// or https:// address`);
  const keys = ['jwksUri', 'jwks_uri', 'jwks'].filter((field) => textOf(rule[field]));
  if (keys.length > 1)
    findings.error('keys-twice', `${path}.${keys.at(-1) ?? 'jwks'}`, `only one of ${keys.join(', ')} may be set`, { at: 'key' });
  const jwks = textOf(rule['jwks']);
  if (jwks) checkJwks(jwks, `${path}.jwks`, findings);
  const timeout = textOf(rule['timeout']);
  if (timeout !== undefined && !/^(\d+(\.\d+)?(h|m|s|ms))+$/.test(timeout))
    findings.error('bad-duration', `${path}.timeout`, `${quoted(timeout)} is no duration`, { suggestion: '5s' });
  listOf(rule['outputClaimToHeaders']).forEach((item, index) => {
    const header = textOf(fieldsOf(item)['header']);
    if (header && !/^[-_A-Za-z0-9]+$/.test(header))
      findings.error('bad-header', `${path}.outputClaimToHeaders[${index}].header`, `${quoted(header)} is no header name`);
  });
}

function checkJwks(text: string, path: string, findings: Findings): void {
  let keys: unknown;
  try {
    keys = fieldsOf(JSON.parse(text))['keys'];
  } catch {
    return findings.error('bad-jwks', path, 'it is no JSON');
  }
  if (!Array.isArray(keys)) return findings.error('bad-jwks', path, 'a key set has a list `keys`');
  if (keys.some((key) => isObject(key) && ('d' in key || key['kty'] === 'oct')))
    findings.warning('private-key', path, 'it holds a private key; only public keys are needed', {
      suggestion: 'remove the key from here, and replace it',
    });
}

export function checkNetworkPolicy(object: Fields, findings: Findings): void {
  const spec = fieldsOf(object['spec']);
  checkExpressions(spec['podSelector'], 'spec.podSelector', findings);
  for (const [direction, side] of [
    ['ingress', 'from'],
    ['egress', 'to'],
  ] as const)
    listOf(spec[direction]).forEach((rule, index) => {
      const path = `spec.${direction}[${index}]`;
      listOf(fieldsOf(rule)[side]).forEach((peer, at) => checkPeer(peer, `${path}.${side}[${at}]`, findings));
      listOf(fieldsOf(rule)['ports']).forEach((port, at) => checkNetworkPort(port, `${path}.ports[${at}]`, findings));
    });
  const types = listOf(spec['policyTypes']);
  if (types.length > 0 && !types.includes('Egress') && listOf(spec['egress']).length > 0)
    findings.warning('rules-without-type', 'spec.egress', 'its egress rules do nothing: policyTypes does not name Egress', {
      at: 'key',
      suggestion: 'add Egress to policyTypes',
    });
  if (types.length > 0 && !types.includes('Ingress') && listOf(spec['ingress']).length > 0)
    findings.warning('rules-without-type', 'spec.ingress', 'its ingress rules do nothing: policyTypes does not name Ingress', {
      at: 'key',
      suggestion: 'add Ingress to policyTypes',
    });
}

function checkPeer(peer: unknown, path: string, findings: Findings): void {
  if (!isObject(peer)) return;
  const { podSelector, namespaceSelector, ipBlock } = peer;
  if (!podSelector && !namespaceSelector && !ipBlock)
    findings.error('empty-peer', path, 'a peer has a podSelector, a namespaceSelector or an ipBlock', {
      suggestion: 'leave the whole list out for anybody',
    });
  if (ipBlock && (podSelector || namespaceSelector))
    findings.error('mixed-peer', `${path}.ipBlock`, 'an ipBlock stands alone', { at: 'key', suggestion: 'two peers' });
  checkExpressions(podSelector, `${path}.podSelector`, findings);
  checkExpressions(namespaceSelector, `${path}.namespaceSelector`, findings);
  if (isObject(ipBlock)) checkBlock(ipBlock, `${path}.ipBlock`, findings);
}

/** `except` must lie within the block. */
function checkBlock({ cidr, except }: Fields, path: string, findings: Findings): void {
  const outer = typeof cidr === 'string' ? parseIpRange(cidr) : undefined;
  if (typeof cidr === 'string' && (!outer || !cidr.includes('/')))
    findings.error('bad-ip', `${path}.cidr`, `${quoted(cidr)} is no CIDR block`, {
      suggestion: parseIp(cidr) ? `${cidr}/${cidr.includes(':') ? 128 : 32}` : '10.0.0.0/8',
    });
  listOf(except).forEach((value, index) => {
    const inner = typeof value === 'string' ? parseIpRange(value) : undefined;
    if (typeof value !== 'string') return;
    if (!inner || !value.includes('/')) findings.error('bad-ip', `${path}.except[${index}]`, `${quoted(value)} is no CIDR block`);
    else if (
      outer &&
      (inner.family !== outer.family ||
        inner.hostBits > outer.hostBits ||
        inner.network >> (outer.hostBits - inner.hostBits) !== outer.network)
    )
      findings.error('outside-block', `${path}.except[${index}]`, `${quoted(value)} is not within ${quoted(cidr)}`);
  });
}

function checkNetworkPort(value: unknown, path: string, findings: Findings): void {
  if (!isObject(value)) return;
  const { port, endPort } = value;
  if (typeof port === 'number' && (port < 1 || port > 65_535)) findings.error('bad-port', `${path}.port`, `${port} is no port: 1 to 65535`);
  if (typeof port === 'string' && !/^(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/.test(port))
    findings.error(
      'bad-port',
      `${path}.port`,
      `${quoted(port)} is no name of a port`,
      /^\d+$/.test(port) ? { suggestion: `${port}, without quotes` } : {},
    );
  if (endPort === undefined || endPort === null) return;
  if (typeof port !== 'number') findings.error('bad-port', `${path}.endPort`, 'endPort needs a port that is a number');
  else if (typeof endPort === 'number' && endPort < port)
    findings.error('bad-port', `${path}.endPort`, `endPort ${endPort} is below port ${port}`);
}

function checkExpressions(selector: unknown, path: string, findings: Findings): void {
  listOf(fieldsOf(selector)['matchExpressions']).forEach((item, index) => {
    const { operator, values } = fieldsOf(item);
    const own = `${path}.matchExpressions[${index}].values`;
    const count = listOf(values).length;
    if ((operator === 'In' || operator === 'NotIn') && count === 0) findings.error('no-values', own, `${operator} needs values`);
    if ((operator === 'Exists' || operator === 'DoesNotExist') && count > 0)
      findings.error('bad-value', own, `${operator} has no values`, { suggestion: 'remove them' });
  });
}

export function checkServer(object: Fields, findings: Findings): void {
  const spec = fieldsOf(object['spec']);
  const given = ['podSelector', 'externalWorkloadSelector'].filter((field) => isObject(spec[field]));
  if (given.length !== 1)
    findings.error('bad-selector', 'spec.podSelector', 'a Server has a podSelector or an externalWorkloadSelector, one of them');
  for (const field of given) checkExpressions(spec[field], `spec.${field}`, findings);
  checkNetworkPort({ port: spec['port'] }, 'spec', findings);
  const protocol = textOf(spec['proxyProtocol']);
  if (protocol !== undefined && !PROXY_PROTOCOLS.includes(protocol))
    findings.error('bad-value', 'spec.proxyProtocol', `${quoted(protocol)} is none of ${PROXY_PROTOCOLS.join(', ')}`);
  const access = textOf(spec['accessPolicy']);
  if (access !== undefined && !ACCESS_POLICIES.includes(access))
    findings.error('bad-value', 'spec.accessPolicy', `${quoted(access)} is none of ${ACCESS_POLICIES.join(', ')}`);
}
const PROXY_PROTOCOLS = ['unknown', 'HTTP/1', 'HTTP/2', 'gRPC', 'opaque', 'TLS'];
const ACCESS_POLICIES = ['deny', 'audit', 'all-authenticated', 'all-unauthenticated', 'cluster-authenticated', 'cluster-unauthenticated'];

const POLICY_GROUP = 'policy.linkerd.io';
const TARGETS = [
  [POLICY_GROUP, 'Server'],
  [POLICY_GROUP, 'HTTPRoute'],
  ['gateway.networking.k8s.io', 'HTTPRoute'],
  ['gateway.networking.k8s.io', 'GRPCRoute'],
  [POLICY_GROUP, 'HTTPLocalRateLimitPolicy'],
  ['', 'Namespace'],
  ['core', 'Namespace'],
];
const AUTHENTICATIONS = [
  [POLICY_GROUP, 'MeshTLSAuthentication'],
  [POLICY_GROUP, 'NetworkAuthentication'],
  ['', 'ServiceAccount'],
  ['core', 'ServiceAccount'],
];
const isOneOf = (allowed: readonly (readonly string[])[], ref: Fields): boolean =>
  allowed.some(([group, kind]) => group === (textOf(ref['group']) ?? '') && kind === ref['kind']);

export function checkLinkerdAuthorizationPolicy(object: Fields, findings: Findings): void {
  const spec = fieldsOf(object['spec']);
  if (isObject(spec['targetRef']) && textOf(spec['targetRef']['kind']) && !isOneOf(TARGETS, spec['targetRef']))
    findings.error(
      'bad-target',
      'spec.targetRef.kind',
      'a policy of Linkerd targets a Server, an HTTPRoute, a GRPCRoute or a Namespace, each of its group',
      { suggestion: `group: ${POLICY_GROUP}` },
    );
  const refs = listOf(spec['requiredAuthenticationRefs']);
  refs.forEach((ref, index) => {
    if (isObject(ref) && textOf(ref['kind']) && !isOneOf(AUTHENTICATIONS, ref))
      findings.error(
        'bad-reference',
        `spec.requiredAuthenticationRefs[${index}].kind`,
        'an authentication is a MeshTLSAuthentication, a NetworkAuthentication or a ServiceAccount, each of its group',
        { suggestion: `group: ${POLICY_GROUP}` },
      );
  });
  for (const kind of ['MeshTLSAuthentication', 'NetworkAuthentication'])
    if (refs.filter((ref) => fieldsOf(ref)['kind'] === kind).length > 1)
      findings.error('bad-reference', 'spec.requiredAuthenticationRefs', `more than one ${kind}: each kind is required once at most`);
}

export function checkMeshTls(object: Fields, findings: Findings): void {
  const spec = fieldsOf(object['spec']);
  const given = ['identities', 'identityRefs'].filter((field) => listOf(spec[field]).length > 0);
  if (given.length !== 1) findings.error('no-identities', 'spec.identities', 'it names identities or identityRefs, one of them');
  listOf(spec['identities']).forEach((value, index) => {
    if (typeof value !== 'string' || value === '*') return;
    if (!/^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(value) && !value.startsWith('spiffe://'))
      findings.error(
        'bad-identity',
        `spec.identities[${index}]`,
        `${quoted(value)} is no identity: a DNS name, one that begins with \`*.\`, or \`*\``,
        { suggestion: '<account>.<namespace>.serviceaccount.identity.linkerd.cluster.local' },
      );
  });
  listOf(spec['identityRefs']).forEach((ref, index) => {
    const { kind } = fieldsOf(ref);
    if (typeof kind === 'string' && kind !== '' && kind !== 'ServiceAccount' && kind !== 'Namespace')
      findings.error('bad-reference', `spec.identityRefs[${index}].kind`, 'an identity is of a ServiceAccount or a Namespace');
  });
}

export function checkNetworkAuthentication(object: Fields, findings: Findings): void {
  listOf(fieldsOf(object['spec'])['networks']).forEach((network, index) => {
    if (isObject(network)) checkBlock(network, `spec.networks[${index}]`, findings);
  });
}
