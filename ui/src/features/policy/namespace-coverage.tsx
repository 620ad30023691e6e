import { classes } from '../../components/classes.js';
import { CsvButton, type DataColumn, DataTable } from '../../components/data-table.js';
import { Severity } from '../../components/marks.js';
import { Panel } from '../../components/panel.js';
import { type NamespaceRow, type Place, placeText } from './model/coverage-view.js';

/** A share as a bar with its count: full is quiet, what is lacking is left open. */
function Share({ of, all, none }: { of: number; all: number; none: string }) {
  if (all === 0) return <span className="text-ink-3">{none}</span>;
  return (
    <span className="inline-flex items-center justify-end gap-2" title={`${of} of ${all}`}>
      <span aria-hidden className="h-1.5 w-12 overflow-hidden rounded-full bg-inset @max-md:hidden">
        <span className="block h-full bg-healthy" style={{ width: `${(of / all) * 100}%` }} />
      </span>
      <span>
        {of}
        <span className="text-ink-3">/{all}</span>
      </span>
    </span>
  );
}

function share(id: string, header: string, of: (row: NamespaceRow) => number): DataColumn<NamespaceRow> {
  const value = (row: NamespaceRow) => (row.enforced === 0 ? null : of(row));
  return { id, header, align: 'right', value, cell: (row) => <Share of={of(row)} all={row.enforced} none="not Istio's" /> };
}

function namespaceColumns(onChoose: (place: Place | undefined) => void, place: Place | undefined): DataColumn<NamespaceRow>[] {
  const chosen = place && placeText(place);
  return [
    {
      id: 'namespace',
      header: 'Namespace',
      value: ({ namespace }) => namespace,
      cell: (row) => (
        <button
          type="button"
          aria-pressed={chosen === placeText(row)}
          onClick={() => onChoose(chosen === placeText(row) ? undefined : row)}
          className={classes(
            'rounded-sm text-left font-medium hover:text-accent hover:underline',
            chosen === placeText(row) && 'text-accent',
          )}
        >
          {row.namespace}
        </button>
      ),
    },
    share('deny', 'Default deny', ({ defaultDeny }) => defaultDeny),
    share('strict', 'Strict mTLS', ({ strictMtls }) => strictMtls),
    {
      id: 'network',
      header: 'NetworkPolicy',
      align: 'right',
      value: ({ networkPolicy }) => networkPolicy,
      cell: ({ networkPolicy, workloads }) => <Share of={networkPolicy} all={workloads} none="no workload" />,
      wideOnly: true,
    },
    {
      id: 'open',
      header: 'Open to anybody',
      align: 'right',
      value: ({ openToAll }) => openToAll,
      cell: ({ openToAll }) =>
        openToAll === 0 ? <span className="text-ink-3">none</span> : <span className="text-degraded-ink">{openToAll}</span>,
      wideOnly: true,
    },
    {
      id: 'policies',
      header: 'Policies',
      align: 'right',
      value: ({ policies }) => policies,
      cell: ({ policies }) => policies,
      wideOnly: true,
    },
    {
      id: 'findings',
      header: 'Findings',
      align: 'right',
      value: ({ high, medium }) => high * 1000 + medium,
      cell: ({ high, medium }) => (
        <span className="inline-flex items-center gap-2">
          {high > 0 && (
            <span className="inline-flex items-center gap-1">
              <Severity of="high" /> {high}
            </span>
          )}
          {medium > 0 && (
            <span className="inline-flex items-center gap-1">
              <Severity of="medium" /> {medium}
            </span>
          )}
          {high + medium === 0 && <span className="text-ink-3">none</span>}
        </span>
      ),
    },
  ];
}

interface NamespaceCoverageTableProps {
  rows: readonly NamespaceRow[];
  place: Place | undefined;
  onChoose: (place: Place | undefined) => void;
}

export function NamespaceCoverageTable({ rows, place, onChoose }: NamespaceCoverageTableProps) {
  const columns = namespaceColumns(onChoose, place);
  return (
    <Panel
      title="Namespaces"
      note="choose one to see its workloads"
      flush
      actions={<CsvButton fileName="coverage" rows={rows} columns={columns} />}
    >
      <DataTable
        caption="Coverage by namespace"
        rows={rows}
        columns={columns}
        rowKey={placeText}
        initialOrder={{ id: 'findings', direction: 'descending' }}
        empty="No namespace with workloads in this scope."
      />
    </Panel>
  );
}
