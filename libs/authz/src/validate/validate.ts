/**
 * Everything that is wrong with policies, or suspicious, at once: shape, values, and what the API servers and Istio refuse.
 * Sources: the CRDs, Istio's and Kubernetes' validation; research/authz-semantics.md §9. Invariant: never throws, whatever it is given.
 */
import type { PolicyKind } from '@observatory/contracts';
import { checkAuthorizationPolicy } from './authorization-policy.js';
import { fieldsOf, Findings, isObject, quoted, textOf, type Fields, type Finding } from './finding.js';
import { documentShape, KINDS, type Kind } from './kinds.js';
import { checkMetadata } from './metadata.js';
import {
  checkLinkerdAuthorizationPolicy,
  checkMeshTls,
  checkNetworkAuthentication,
  checkNetworkPolicy,
  checkPeerAuthentication,
  checkRequestAuthentication,
  checkServer,
} from './other-kinds.js';
import { checkShape, nearest } from './shape.js';

const CHECKS: Partial<Record<PolicyKind, (object: Fields, findings: Findings) => void>> = {
  AuthorizationPolicy: checkAuthorizationPolicy,
  PeerAuthentication: checkPeerAuthentication,
  RequestAuthentication: checkRequestAuthentication,
  NetworkPolicy: checkNetworkPolicy,
  Server: checkServer,
  LinkerdAuthorizationPolicy: checkLinkerdAuthorizationPolicy,
  MeshTLSAuthentication: checkMeshTls,
  NetworkAuthentication: checkNetworkAuthentication,
};

export function validateObject(object: unknown): Finding[] {
  const findings = new Findings();
  if (!isObject(object)) {
    findings.error(
      'not-a-policy',
      '',
      `a policy is a map with apiVersion, kind, metadata and spec, and this is ${Array.isArray(object) ? 'a list' : quoted(object)}`,
    );
    return findings.list;
  }
  const found = kindOf(object, findings);
  if (!found) return findings.list;
  const [name, kind] = found;
  checkShape(object, documentShape(kind.spec), '', findings);
  checkMetadata(object, findings);
  CHECKS[name]?.(object, findings);
  return findings.list;
}

/** The kind that is meant, also where its version or group is wrong: the rest of the policy is checked all the same. */
function kindOf(object: Fields, findings: Findings): [PolicyKind, Kind] | undefined {
  const [apiVersion, kind] = [textOf(object['apiVersion']) ?? '', textOf(object['kind']) ?? ''];
  if (kind === '') {
    const hint = apiVersion === '' && isObject(fieldsOf(object)['spec']) ? ', nor an apiVersion' : '';
    findings.error(apiVersion === '' ? 'not-a-policy' : 'unknown-kind', 'kind', `it has no kind${hint}`, {
      suggestion: 'AuthorizationPolicy',
    });
    return undefined;
  }
  const [group = '', version = ''] = apiVersion.split('/');
  const named = (Object.entries(KINDS) as [PolicyKind, Kind][]).filter(([, each]) => each.kind === kind);
  const found = named.find(([, each]) => each.group === group) ?? named[0];
  if (!found) {
    const near = nearest(
      kind,
      Object.values(KINDS).map((each) => each.kind),
    );
    findings.error(
      'unknown-kind',
      'kind',
      `${quoted(kind)}${apiVersion === '' ? '' : ` of ${quoted(apiVersion)}`} is no policy that we know`,
      near === undefined ? {} : { suggestion: near },
    );
    return undefined;
  }
  const [, { group: wanted, versions }] = found;
  if (group !== wanted || !versions.includes(version))
    findings.error(
      'unknown-api-version',
      'apiVersion',
      apiVersion === '' ? 'it has no apiVersion' : `there is no ${kind} of ${quoted(apiVersion)}`,
      { suggestion: `${wanted}/${versions[0]}` },
    );
  return found;
}
