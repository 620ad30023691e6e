import type { CertificateSummary } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { DataTable } from '../../components/data-table.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { StaleBanner } from '../../components/source-freshness.js';
import { Skeleton, StateView } from '../../components/state-view.js';
import { certificateAlertsQuery, certificateSummaryQuery } from '../../lib/certificate-queries.js';
import { useScope } from '../../lib/use-scope.js';
import { ALERT_COLUMNS } from './alert-columns.js';
import { TimeLeft } from './certificate-columns.js';
import { CertificateFrame } from './certificate-frame.js';
import { CertificateLink } from './certificate-link.js';
import { byUrgency } from './model/alert-view.js';
import { summarySentence } from './model/summary-view.js';
import { KIND_WORDS } from './model/words.js';
import { DaysLeftPanel, KindPanel, NamespacePanel, ProblemPanel, SeenPanel, StatusPanel } from './summary-panels.js';

/** How the certificates of the mesh are, at a glance: what needs somebody first. */
export function CertificateSummaryPage() {
  const { cluster, namespaces } = useScope();
  const summary = useQuery(certificateSummaryQuery({ cluster, namespaces }));
  return (
    <CertificateFrame
      title="Certificates"
      sentence={
        summary.data ? <Sentence summary={summary.data} /> : summary.isError ? undefined : <Skeleton className="h-5 w-96 max-w-full" />
      }
      actions={
        <Link to="/map" search={{ overlay: 'certificates' }} className="rounded-sm px-1 text-sm text-accent hover:underline">
          Show on the map
        </Link>
      }
    >
      {summary.data && <StaleBanner sources={summary.data.sources} />}
      <OpenAlerts />
      <QueryView query={summary} skeleton={<Skeleton className="h-96" />} title="Certificates">
        {(data) => <Panels summary={data} />}
      </QueryView>
    </CertificateFrame>
  );
}

function Sentence({ summary }: { summary: CertificateSummary }) {
  const { nextExpiry } = summary;
  return (
    <>
      <p>{summarySentence(summary)}</p>
      {nextExpiry && (
        <p>
          Of those that live long, the next to end is <CertificateLink certificate={nextExpiry} className="font-medium" /> (
          {KIND_WORDS[nextExpiry.kind].label.toLowerCase()}): <TimeLeft notAfter={nextExpiry.notAfter} />.
        </p>
      )}
    </>
  );
}

const OPEN_SHOWN = 50;

function OpenAlerts() {
  const { cluster, namespaces } = useScope();
  const alerts = useQuery(certificateAlertsQuery({ state: 'open', cluster, namespaces, limit: OPEN_SHOWN }));
  const total = alerts.data?.total;
  return (
    <Panel
      title="Open alerts"
      note={total === undefined ? undefined : total > OPEN_SHOWN ? `the newest ${OPEN_SHOWN} of ${total}` : String(total)}
      flush
      actions={
        <Link to="/certificates/alerts" className="rounded-sm px-1 text-sm text-accent hover:underline">
          All alerts
        </Link>
      }
    >
      <QueryView query={alerts} skeleton={<Skeleton className="mx-4 h-16" />}>
        {(reply) => (
          <DataTable
            caption="Open alerts"
            rows={byUrgency(reply.alerts)}
            columns={ALERT_COLUMNS}
            rowKey={({ id }) => id}
            maxHeight={344}
            empty="No alert is open: nothing that is seen is about to expire, stuck, untrusted or weak."
          />
        )}
      </QueryView>
    </Panel>
  );
}

function Panels({ summary }: { summary: CertificateSummary }) {
  if (summary.total === 0)
    return (
      <StateView state="empty" title="No certificate was seen in this scope">
        <Link to="/certificates/coverage" className="text-accent hover:underline">
          Coverage
        </Link>{' '}
        says which sources are read, and why a workload is not seen.
      </StateView>
    );
  return (
    <>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-(--gap) lg:grid-cols-2">
        <div className="flex flex-col gap-(--gap)">
          <StatusPanel summary={summary} />
          <KindPanel byKind={summary.byKind} />
        </div>
        <div className="flex flex-col gap-(--gap)">
          <DaysLeftPanel buckets={summary.byDaysLeft} expired={summary.byStatus.expired} />
          <ProblemPanel problems={summary.byProblem} />
          <SeenPanel summary={summary} />
        </div>
      </div>
      <NamespacePanel namespaces={summary.namespaces} />
    </>
  );
}
