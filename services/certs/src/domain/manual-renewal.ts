/**
 * The condition by which cert-manager is asked to issue a Certificate again, as `cmctl renew` sets it
 * (cert-manager.io/docs/reference/cmctl, #renew). Invariant: every other condition stays; what is being issued is left alone.
 */
import type { KubeObject } from '@observatory/platform';

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  observedGeneration?: number;
}
export function askForRenewal(object: KubeObject, now: Date): KubeObject {
  const status = (object.status ?? {}) as { conditions?: Condition[] };
  const conditions = status.conditions ?? [];
  if (conditions.some(({ type, status: is }) => type === 'Issuing' && is === 'True')) return object;
  const { generation } = object.metadata as { generation?: number };
  const issuing: Condition = {
    type: 'Issuing',
    status: 'True',
    reason: 'ManuallyTriggered',
    message: 'Certificate re-issuance manually triggered',
    lastTransitionTime: now.toISOString().replace(/\.\d+Z$/, 'Z'),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  };
  return { ...object, status: { ...status, conditions: [...conditions.filter(({ type }) => type !== 'Issuing'), issuing] } };
}
