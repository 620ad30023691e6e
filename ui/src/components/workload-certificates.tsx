import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { certificateHealthQuery } from '../lib/certificate-queries.js';
import { asSentence, counted } from '../lib/format.js';
import { CertificateState } from './certificate-state.js';
import { Skeleton } from './state-view.js';

const LINK = 'rounded-sm text-accent hover:underline';

/** The worst certificate of a workload, or why none is seen. */
export function WorkloadCertificates({ cluster, id }: { cluster: string; id: string }) {
  const health = useQuery(certificateHealthQuery({ cluster }));
  if (health.isPending) return <Skeleton className="h-10" />;
  if (!health.data) return <p className="text-sm text-ink-3">Not known: {health.error.message}</p>;
  const seen = health.data.workloads.find(({ workloadId }) => workloadId === id);
  const unseen = health.data.unobserved.find(({ workloadId }) => workloadId === id);
  if (!seen)
    return (
      <p className="text-sm text-pretty text-ink-3">
        {unseen ? `None is seen: ${unseen.reason}.` : 'None: no pod of it is in the mesh, as far as the API server tells.'}
      </p>
    );
  const { status, reason, certificates, unhealthy, certificateId } = seen;
  return (
    <div className="text-sm">
      <p className="text-pretty">
        <CertificateState status={status} labelled className="align-bottom" />: <span className="text-ink-2">{asSentence(reason)}</span>
      </p>
      <p className="mt-1 flex flex-wrap gap-x-4">
        <Link to="/certificates/$id" params={{ id: certificateId }} className={LINK}>
          {certificates === 1 ? 'Its certificate' : unhealthy > 0 ? 'The worst' : 'The next to end'}
        </Link>
        {certificates > 1 && (
          <Link to="/certificates/list" search={{ workload: id }} className={LINK}>
            All {counted(certificates, 'certificate')}
          </Link>
        )}
      </p>
    </div>
  );
}
