/**
 * Whom a policy of Istio applies to: selector and targetRefs. Source: Istio's pkg/config/validation, and the CRDs.
 * Invariant: looks at values only; wrong types are the shape's part.
 */
import { pathOfKey } from '../source/read-source.js';
import { fieldsOf, isObject, listOf, quoted, textOf, type Fields, type Findings } from './finding.js';

const TARGETS = [
  ['core', 'Service'],
  ['networking.istio.io', 'ServiceEntry'],
  ['gateway.networking.k8s.io', 'Gateway'],
  ['gateway.networking.k8s.io', 'GatewayClass'],
] as const;
const LABEL_VALUE_MAX = 63;

export function checkTarget(spec: Fields, findings: Findings): void {
  const given = [isObject(spec['selector']), isObject(spec['targetRef']), listOf(spec['targetRefs']).length > 0];
  if (given.filter(Boolean).length > 1)
    findings.error('selector-and-target', 'spec', 'only one of selector, targetRef and targetRefs may be set', {
      suggestion: 'keep one of them',
    });
  checkSelector(spec['selector'], 'spec.selector', findings);
  if (isObject(spec['targetRef'])) checkRef(spec['targetRef'], 'spec.targetRef', findings);
  listOf(spec['targetRefs']).forEach((ref, index) => {
    if (isObject(ref)) checkRef(ref, `spec.targetRefs[${index}]`, findings);
  });
}

export function checkSelector(selector: unknown, path: string, findings: Findings): void {
  if (!isObject(selector)) return;
  const labels = Object.entries(fieldsOf(selector['matchLabels']));
  if (labels.length === 0)
    findings.warning('empty-selector', path, 'a selector without labels selects every workload', {
      suggestion: 'leave the selector out, or name labels',
    });
  for (const [key, value] of labels) {
    const own = pathOfKey(`${path}.matchLabels`, key);
    if (key === '') findings.error('bad-selector', own, 'a label has a name', { at: 'key' });
    if (key.includes('*') || (typeof value === 'string' && value.includes('*')))
      findings.error('bad-selector', own, `a selector knows no wildcards, and ${quoted(`${key}: ${String(value)}`)} has one`);
    else if (typeof value === 'string' && value.length > LABEL_VALUE_MAX)
      findings.error('bad-selector', own, `a label has ${LABEL_VALUE_MAX} characters at most`);
  }
}

function checkRef(ref: Fields, path: string, findings: Findings): void {
  const [name, kind, group, namespace] = ['name', 'kind', 'group', 'namespace'].map((field) => textOf(ref[field]) ?? '');
  if (!name) findings.error('bad-target', `${path}.name`, 'a target has a name');
  if (namespace)
    findings.error('bad-target', `${path}.namespace`, 'a target is in the namespace of its policy', {
      suggestion: 'remove it, and put the policy there',
    });
  if (TARGETS.some(([allowedGroup, allowedKind]) => allowedKind === kind && allowedGroup === (group || 'core'))) return;
  const meant = TARGETS.find(([, allowedKind]) => allowedKind === kind);
  const message = kind
    ? `a policy cannot target ${quoted(`${group}/${kind}`)}, only Service, ServiceEntry, Gateway and GatewayClass of their groups`
    : 'a target has a kind: Service, ServiceEntry, Gateway or GatewayClass';
  const suggestion = meant ? { suggestion: `group: "${meant[0] === 'core' ? '' : meant[0]}"` } : {};
  findings.error('bad-target', meant ? `${path}.group` : `${path}.kind`, message, suggestion);
}
