/**
 * May somebody ask for the renewal of this one? Only what can be renewed without harm: a Certificate of cert-manager, or what the
 * operator's own automation takes on. Leafs of the mesh renew by themselves; a root is a project, not a button.
 */
import type { Certificate } from '@observatory/contracts';
import type { Row } from './row.js';

export type RenewalVia = 'off' | 'certManager' | 'webhook' | 'nats';

export function renewableOf({ managed, kind }: Pick<Row, 'managed' | 'kind'>, via: RenewalVia): Certificate['renewable'] {
  if (via === 'off') return { allowed: false, reason: 'renewals are off: CERTS_RENEWAL' };
  if (kind === 'root') return { allowed: false, reason: 'a root is not renewed: its successor is put beside it first' };
  if (via !== 'certManager') return { allowed: true };
  return managed ? { allowed: true } : { allowed: false, reason: 'cert-manager does not look after it' };
}
