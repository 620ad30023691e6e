/** Name, namespace and annotations of a policy. Source: Kubernetes' rules for names; Istio's checkDryRunAnnotation. */
import { DRY_RUN_ANNOTATION, goBool } from '../model/read-policy.js';
import { pathOfKey } from '../source/read-source.js';
import { fieldsOf, quoted, type Fields, type Findings } from './finding.js';

const NAME_MAX = 253;
const LABEL_MAX = 63;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

export function checkMetadata(object: Fields, findings: Findings): void {
  const { name, namespace, annotations } = fieldsOf(object['metadata']);
  if (name === undefined || name === null || name === '') findings.error('no-name', 'metadata.name', 'a policy has a name');
  else if (typeof name === 'string' && (name.length > NAME_MAX || !SUBDOMAIN.test(name)))
    findings.error(
      'bad-name',
      'metadata.name',
      `${quoted(name)} is no name: lower case letters, digits, \`-\` and \`.\`, ${NAME_MAX} at most`,
    );
  if (typeof namespace === 'string' && namespace !== '' && (namespace.length > LABEL_MAX || !LABEL.test(namespace)))
    findings.error(
      'bad-name',
      'metadata.namespace',
      `${quoted(namespace)} is no namespace: lower case letters, digits and \`-\`, ${LABEL_MAX} at most`,
    );
  checkDryRun(fieldsOf(annotations)[DRY_RUN_ANNOTATION], object, findings);
}

function checkDryRun(value: unknown, object: Fields, findings: Findings): void {
  if (typeof value !== 'string') return;
  const path = pathOfKey('metadata.annotations', DRY_RUN_ANNOTATION);
  const action = fieldsOf(object['spec'])['action'] ?? 'ALLOW';
  if (object['kind'] !== 'AuthorizationPolicy')
    findings.error('bad-dry-run', path, 'only an AuthorizationPolicy can be a dry run', { suggestion: 'remove it' });
  else if (action !== 'ALLOW' && action !== 'DENY')
    findings.error('bad-dry-run', path, `a policy with action ${quoted(action)} cannot carry it, whatever its value`, {
      suggestion: 'remove it',
    });
  else if (goBool(value) === undefined)
    findings.error('bad-dry-run', path, `${quoted(value)} is neither true nor false: the policy would be enforced`, {
      suggestion: '"true" or "false"',
    });
}
