/** An incident as an alert for webhooks: raised once when it opens, withdrawn when it is over, resolved or suppressed. */
import type { IncidentDetail, Severity } from '@observatory/contracts';
import type { Alert, AlertSeverity } from '@observatory/platform';

const SEVERITY: Record<Severity, AlertSeverity> = { critical: 'critical', warning: 'medium', info: 'low' };
const LINES_MAX = 8;

export function alertOf(incident: IncidentDetail): Alert {
  const { id, title, severity, category, types, namespaces, clusters, causes, members, changes, blast } = incident;
  const [cause] = causes;
  const reasons = members
    .slice(0, LINES_MAX)
    .flatMap(({ subject, evidence }) => (evidence[0] ? [`${subject.label}: ${evidence[0].words}`] : []));
  const lines = [
    cause ? `Likely cause: ${cause.label}.` : '',
    ...reasons,
    blast.exposedNodes.length > 0 ? `${blast.exposedNodes.length} workloads call what is affected.` : '',
    changes[0] ? `Shortly before: ${changes[0].words}.` : '',
  ];
  return {
    key: id,
    rule: types[0] ?? 'incident',
    severity: SEVERITY[severity],
    title,
    detail: lines.filter((line) => line !== '').join('\n'),
    labels: {
      cluster: clusters[0] ?? '',
      namespace: namespaces[0] ?? '',
      category,
      type: types[0] ?? '',
      ...(cause ? { workload: cause.label } : {}),
    },
    path: `/anomalies/${id}`,
    data: { incidentId: id, cause: cause?.label, types },
  };
}
