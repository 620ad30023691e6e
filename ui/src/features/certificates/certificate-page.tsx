import type { CertificateDetail } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { CopyName } from '../../components/copy-name.js';
import { DataTable } from '../../components/data-table.js';
import { Severity } from '../../components/marks.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { StaleBanner } from '../../components/source-freshness.js';
import { Skeleton, StateView } from '../../components/state-view.js';
import { When } from '../../components/when.js';
import { ApiProblem } from '../../lib/api.js';
import { certificateAlertsQuery, certificateQuery } from '../../lib/certificate-queries.js';
import { asSentence } from '../../lib/format.js';
import { parseNodeId } from '../../lib/node-id.js';
import { ALERT_COLUMNS } from './alert-columns.js';
import { CertificateFrame } from './certificate-frame.js';
import { ChainPanel } from './chain-panel.js';
import { AuthorityPanel, IdentityPanel, ManagedPanel } from './identity-panel.js';
import { LifePanel } from './life-panel.js';
import { notKnown } from './model/detail-view.js';
import { KIND_WORDS, PROBLEM_WORDS, SOURCE_WORDS, listed } from './model/words.js';
import { PemPanel } from './pem-panel.js';
import { RenewalPanel } from './renewal-panel.js';
import { HistoryPanel, SightingsPanel } from './seen-panels.js';
import { CertificateState } from '../../components/certificate-state.js';

/** One certificate: everything that is known of it, and what is not. */
export function CertificatePage() {
  const { id } = useParams({ from: '/certificates/$id' });
  const query = useQuery(certificateQuery(id));
  const { data } = query;
  const gone = query.error instanceof ApiProblem && query.error.status === 404;
  return (
    <CertificateFrame
      title={
        <span className="flex min-w-0 items-center gap-2">
          {data && <CertificateState status={data.certificate.status} size={18} />}
          <CopyName text={data?.certificate.name ?? parseNodeId(id).name} />
        </span>
      }
      sentence={data ? <Sentence detail={data} /> : query.isPending ? <Skeleton className="h-10 w-96 max-w-full" /> : undefined}
      actions={data && <Links detail={data} />}
    >
      {data && <StaleBanner sources={data.sources} />}
      {gone && !data ? (
        <Gone />
      ) : (
        <QueryView query={query} skeleton={<Skeleton className="h-96" />} title="Certificate">
          {(detail) => <Panels detail={detail} />}
        </QueryView>
      )}
    </CertificateFrame>
  );
}

/** A link from an alert of last week may lead to what is no longer there. */
function Gone() {
  return (
    <StateView state="empty" title="This certificate is not in the inventory">
      Its holder is no longer there: a pod was replaced, a host or an object removed. Or the link is not ours. Its alerts stand among those{' '}
      <Link to="/certificates/alerts" search={{ state: 'withdrawn' }} className="text-accent hover:underline">
        that were withdrawn
      </Link>
      .
    </StateView>
  );
}

function Sentence({ detail: { certificate } }: { detail: CertificateDetail }) {
  const { kind, namespace, cluster, status, reason, observedAt, sources, source } = certificate;
  return (
    <>
      <p className="text-sm text-ink-3">{[KIND_WORDS[kind].label, namespace, cluster].filter(Boolean).join(' · ')}</p>
      <p>
        <CertificateState status={status} labelled className="align-bottom font-medium [&>svg]:hidden" />: {asSentence(reason)} Seen{' '}
        {listed(sources.map((each) => SOURCE_WORDS[each].place))}, the last time <When at={observedAt} />
        {sources.length > 1 && ` ${SOURCE_WORDS[source].place}`}.
      </p>
    </>
  );
}

const LINK = 'rounded-sm px-1 text-sm text-accent hover:underline';

function Links({ detail: { certificate } }: { detail: CertificateDetail }) {
  const { workloadId, workload, namespace, cluster } = certificate;
  if (workloadId === undefined || workload === undefined || namespace === undefined) return null;
  return (
    <div className="flex flex-wrap gap-2">
      <Link to="/workloads/$cluster/$namespace/$name" params={{ cluster, namespace, name: workload }} className={LINK}>
        Workload {workload}
      </Link>
      <Link to="/certificates/list" search={{ workload: workloadId }} className={LINK}>
        All of this workload
      </Link>
      <Link to="/map" search={{ overlay: 'certificates', sel: workloadId }} className={LINK}>
        Show on the map
      </Link>
    </div>
  );
}

function Panels({ detail }: { detail: CertificateDetail }) {
  return (
    <>
      <Problems detail={detail} />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-(--gap) xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-(--gap)">
          <LifePanel certificate={detail.certificate} />
          <ChainPanel detail={detail} />
          <PemPanel detail={detail} />
        </div>
        <div className="flex min-w-0 flex-col gap-(--gap)">
          <IdentityPanel detail={detail} />
          {detail.certManager && <ManagedPanel managed={detail.certManager} />}
          {detail.root && <AuthorityPanel root={detail.root} id={detail.certificate.id} />}
          <NotKnownPanel detail={detail} />
          <RenewalPanel certificate={detail.certificate} />
        </div>
      </div>
      <SightingsPanel sightings={detail.sightings} />
      <HistoryPanel detail={detail} />
      <AlertsOfIt id={detail.certificate.id} />
    </>
  );
}

function Problems({ detail: { certificate } }: { detail: CertificateDetail }) {
  if (certificate.problems.length === 0) return null;
  return (
    <Panel title="Problems" note={String(certificate.problems.length)} flush>
      <ul className="pb-2 text-sm">
        {certificate.problems.map(({ code, severity, message }) => (
          <li key={`${code} ${message}`} className="flex items-start gap-2 px-4 py-1">
            <span className="mt-px">
              <Severity of={severity} />
            </span>
            <span className="text-pretty">
              <span className="font-medium">{PROBLEM_WORDS[code]}.</span> {asSentence(message)}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function NotKnownPanel({ detail }: { detail: CertificateDetail }) {
  const list = notKnown(detail);
  return (
    <Panel title="What is not known">
      {list.length === 0 ? (
        <p className="text-sm text-ink-2">Nothing that we look for: its bytes, chain, holder, dates and what was before it were seen.</p>
      ) : (
        <ul className="flex flex-col gap-1.5 text-sm">
          {list.map(({ what, why }) => (
            <li key={what} className="text-pretty">
              {what}: <span className="text-ink-2">{why}.</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function AlertsOfIt({ id }: { id: string }) {
  const alerts = useQuery(certificateAlertsQuery({ state: 'all', certificate: id, limit: 100 }));
  return (
    <Panel title="Alerts about it" note={alerts.data && String(alerts.data.total)} flush>
      <QueryView query={alerts} skeleton={<Skeleton className="mx-4 h-12" />}>
        {(reply) => (
          <DataTable
            caption="Alerts about this certificate"
            rows={reply.alerts}
            columns={ALERT_COLUMNS}
            rowKey={({ id: alertId }) => alertId}
            empty="No alert was raised about it."
          />
        )}
      </QueryView>
    </Panel>
  );
}
