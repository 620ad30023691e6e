import { useMemo } from 'react';
import { CsvButton, type DataColumn, DataTable } from '../../components/data-table.js';
import { HealthMark, healthLabel } from '../../components/health-mark.js';
import { Lock } from '../../components/lock.js';
import { Panel } from '../../components/panel.js';
import { Sparkline } from '../../components/sparkline.js';
import { milliseconds, percent, requestRate } from '../../lib/format.js';
import { HEALTH_ORDER, type HealthCounts } from '../../lib/health-order.js';
import { useScope } from '../../lib/use-scope.js';
import type { NamespaceRow } from './model/namespaces.js';

export function NamespaceTable({ rows }: { rows: readonly NamespaceRow[] }) {
  const { setScope } = useScope();
  const manyClusters = new Set(rows.map(({ cluster }) => cluster)).size > 1;
  const columns = useMemo(
    () => namespaceColumns((namespace) => setScope({ namespaces: [namespace] })).filter(({ id }) => manyClusters || id !== 'cluster'),
    [setScope, manyClusters],
  );
  return (
    <Panel title="Namespaces" flush actions={<CsvButton fileName="namespaces" rows={rows} columns={columns} />}>
      <DataTable
        caption="Namespaces"
        rows={rows}
        columns={columns}
        rowKey={({ cluster, namespace }) => `${cluster}/${namespace}`}
        empty="No namespace in this scope has workloads or traffic."
      />
    </Panel>
  );
}

function namespaceColumns(onChoose: (namespace: string) => void): DataColumn<NamespaceRow>[] {
  return [
    {
      id: 'namespace',
      header: 'Namespace',
      value: (row) => row.namespace,
      cell: (row) => (
        <span className="flex items-center gap-2">
          <HealthMark state={row.worst} />
          <button
            type="button"
            className="truncate font-medium hover:text-accent hover:underline"
            onClick={() => onChoose(row.namespace)}
            title={`Show only ${row.namespace}`}
          >
            {row.namespace}
          </button>
        </span>
      ),
    },
    { id: 'cluster', header: 'Cluster', value: (row) => row.cluster, cell: (row) => row.cluster, wideOnly: true },
    {
      id: 'workloads',
      header: 'Workloads',
      value: (row) => row.workloads,
      align: 'right',
      wideOnly: true,
      cell: (row) => <Counts counts={row.counts} total={row.workloads} />,
    },
    {
      id: 'rate',
      header: 'Requests',
      unit: 'req/s',
      value: (row) => row.requestsPerSecond,
      align: 'right',
      cell: (row) => (
        <span className="inline-flex items-center gap-3 align-middle">
          <span className="@max-md:hidden">
            <Sparkline
              values={row.rateSeries}
              colour="rate"
              width={72}
              height={18}
              label={`Requests of ${row.namespace} over the last hour`}
            />
          </span>
          <span className="min-w-20">{requestRate(row.requestsPerSecond)}</span>
        </span>
      ),
    },
    {
      id: 'errors',
      header: 'Errors',
      unit: 'share',
      value: (row) => row.errorRatio,
      align: 'right',
      cell: (row) => <ErrorShare ratio={row.errorRatio} />,
    },
    {
      id: 'p95',
      header: 'p95',
      unit: 'ms',
      value: (row) => row.latencyMsP95,
      align: 'right',
      wideOnly: true,
      cell: (row) => milliseconds(row.latencyMsP95),
    },
    {
      id: 'mtls',
      header: 'mTLS',
      unit: 'share',
      value: (row) => row.mtlsRatio,
      align: 'right',
      cell: (row) => <Lock ratio={row.mtlsRatio} labelled />,
    },
  ];
}

/** Past this share an error ratio is coloured, as on the map. */
const LOUD_ERRORS = 0.01;

function ErrorShare({ ratio }: { ratio: number | null }) {
  return <span className={ratio !== null && ratio >= LOUD_ERRORS ? 'font-medium text-failing-ink' : undefined}>{percent(ratio)}</span>;
}

/** Only what is not healthy has a mark of its own; the total says the rest. */
function Counts({ counts, total }: { counts: HealthCounts; total: number | null }) {
  const shown = HEALTH_ORDER.filter((state) => state !== 'healthy' && state !== 'idle' && counts[state] > 0);
  return (
    <span className="inline-flex items-center gap-2.5 align-middle">
      {shown.map((state) => (
        <span key={state} className="inline-flex items-center gap-1" title={`${counts[state]} ${healthLabel(state).toLowerCase()}`}>
          <HealthMark state={state} size={11} />
          {counts[state]}
        </span>
      ))}
      <span className="min-w-5">{total ?? '–'}</span>
    </span>
  );
}
