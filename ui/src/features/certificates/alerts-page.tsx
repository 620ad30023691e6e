import type { CertificateAlertList } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { CsvButton, DataTable } from '../../components/data-table.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { Segmented } from '../../components/segmented.js';
import { StaleBanner } from '../../components/source-freshness.js';
import { Skeleton } from '../../components/state-view.js';
import { certificateAlertsQuery } from '../../lib/certificate-queries.js';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { useScope } from '../../lib/use-scope.js';
import { ALERT_COLUMNS } from './alert-columns.js';
import { CertificateFrame } from './certificate-frame.js';
import { type AlertState, byUrgency, parseAlertState } from './model/alert-view.js';

const OPTIONS: { value: AlertState; label: string }[] = [
  { value: 'open', label: 'Open' },
  { value: 'withdrawn', label: 'Withdrawn' },
  { value: 'all', label: 'All' },
];
const ROWS_MAX = 1000;

const EMPTY: Record<AlertState, string> = {
  open: 'No alert is open: nothing that is seen is about to expire, stuck, untrusted or weak.',
  withdrawn: 'No alert was withdrawn yet.',
  all: 'No alert was raised yet.',
};

/** What was raised about certificates, and what of it is over. */
export function CertificateAlertsPage() {
  const { cluster, namespaces } = useScope();
  const state = parseAlertState(useUrlValues());
  const alerts = useQuery(certificateAlertsQuery({ state, cluster, namespaces, limit: ROWS_MAX }));
  return (
    <CertificateFrame title="Alerts" sentence="Each is raised once for a certificate and a rule, and withdrawn when what it says is over.">
      {alerts.data && <StaleBanner sources={alerts.data.sources} />}
      <QueryView query={alerts} skeleton={<Skeleton className="h-96" />} title="Alerts">
        {(reply) => <Alerts reply={reply} state={state} />}
      </QueryView>
    </CertificateFrame>
  );
}

function Alerts({ reply, state }: { reply: CertificateAlertList; state: AlertState }) {
  const setUrl = useSetUrl();
  const rows = byUrgency(reply.alerts);
  const note = reply.total > rows.length ? `the newest ${rows.length} of ${reply.total}` : String(reply.total);
  return (
    <Panel title="Raised" note={note} flush actions={<CsvButton fileName="certificate-alerts" rows={rows} columns={ALERT_COLUMNS} />}>
      <div className="px-4 pb-2">
        <Segmented
          label="Which alerts"
          value={state}
          options={OPTIONS}
          onChange={(next) => setUrl({ state: next === 'open' ? undefined : next })}
          className="max-sm:w-full"
        />
      </div>
      <DataTable
        caption="Alerts about certificates"
        rows={rows}
        columns={ALERT_COLUMNS}
        rowKey={({ id }) => id}
        maxHeight={760}
        empty={EMPTY[state]}
      />
    </Panel>
  );
}
