/** An alert as the book keeps it, in the words of the contract. */
import type { CertificateAlerted, CertificateAlertRule, CertificateKind } from '@observatory/contracts';
import type { StoredAlert } from '@observatory/platform';
import type { AlertFacts } from './alerts.js';

export function alertToContract(alert: StoredAlert): CertificateAlerted {
  const { id, rule, severity, labels, title, detail, raisedAt, withdrawnAt, withdrawnBecause } = alert;
  const facts = alert.data as AlertFacts;
  const namespace = labels['namespace'];
  return {
    id,
    rule: rule as CertificateAlertRule,
    severity,
    state: withdrawnAt === undefined ? 'open' : 'withdrawn',
    cluster: labels['cluster'] ?? '',
    ...(facts.certificateId === undefined ? {} : { certificateId: facts.certificateId }),
    ...(facts.kind === undefined ? {} : { kind: facts.kind as CertificateKind }),
    ...(namespace === undefined ? {} : { namespace }),
    name: facts.name,
    ...(facts.workloadId === undefined ? {} : { workloadId: facts.workloadId }),
    title,
    detail,
    raisedAt: raisedAt.toISOString(),
    ...(withdrawnAt === undefined ? {} : { withdrawnAt: withdrawnAt.toISOString() }),
    ...(withdrawnBecause === undefined ? {} : { withdrawnBecause }),
    ...(facts.notAfter === undefined ? {} : { notAfter: facts.notAfter }),
  };
}
