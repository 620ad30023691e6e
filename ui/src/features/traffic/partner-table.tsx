import { Link } from '@tanstack/react-router';
import { ChartLine } from 'lucide-react';
import { useMemo } from 'react';
import { CsvButton, type DataColumn, DataTable } from '../../components/data-table.js';
import { HealthMark } from '../../components/health-mark.js';
import { Lock } from '../../components/lock.js';
import { Panel } from '../../components/panel.js';
import { NodeLink } from '../../components/node-link.js';
import { byteRate, milliseconds, percent, requestRate } from '../../lib/format.js';
import type { Partner } from './model/partners.js';

interface PartnerTableProps {
  title: 'Callers' | 'Callees';
  rows: readonly Partner[];
  empty: string;
}

export function PartnerTable({ title, rows, empty }: PartnerTableProps) {
  const columns = useMemo(() => partnerColumns(), []);
  return (
    <Panel
      title={title}
      note={rows.length > 0 ? String(rows.length) : undefined}
      flush
      actions={<CsvButton fileName={title.toLowerCase()} rows={rows} columns={columns} />}
    >
      <DataTable caption={title} rows={rows} columns={columns} rowKey={({ edge }) => edge.id} maxHeight={360} empty={empty} />
    </Panel>
  );
}

/** Past this share an error ratio is coloured, as on the map. */
const LOUD_ERRORS = 0.01;

function partnerColumns(): DataColumn<Partner>[] {
  return [
    { id: 'name', header: 'Name', value: ({ name }) => name, cell: (partner) => <PartnerName partner={partner} /> },
    { id: 'protocol', header: 'Protocol', value: ({ edge }) => edge.protocol, cell: ({ edge }) => edge.protocol, wideOnly: true },
    {
      id: 'rate',
      header: 'Traffic',
      unit: 'req/s',
      align: 'right',
      value: ({ edge }) => (edge.protocol === 'tcp' ? null : edge.requestsPerSecond),
      cell: ({ edge }) =>
        edge.protocol === 'tcp' ? byteRate(edge.sentBytesPerSecond + edge.receivedBytesPerSecond) : requestRate(edge.requestsPerSecond),
    },
    {
      id: 'errors',
      header: 'Errors',
      unit: 'share',
      align: 'right',
      value: ({ edge }) => edge.errorRatio,
      cell: ({ edge }) => (
        <span className={(edge.errorRatio ?? 0) >= LOUD_ERRORS ? 'font-medium text-failing-ink' : undefined}>
          {percent(edge.errorRatio)}
        </span>
      ),
    },
    {
      id: 'p95',
      header: 'p95',
      unit: 'ms',
      align: 'right',
      wideOnly: true,
      value: ({ edge }) => edge.latencyMs?.p95 ?? null,
      cell: ({ edge }) => milliseconds(edge.latencyMs?.p95),
    },
    {
      id: 'mtls',
      header: 'mTLS',
      unit: 'share',
      align: 'right',
      value: ({ edge }) => edge.mtls.ratio,
      cell: ({ edge }) => <Lock ratio={edge.mtls.ratio} labelled />,
    },
    {
      id: 'open',
      header: '',
      value: () => null,
      align: 'right',
      cell: ({ edge, name }) => (
        <Link
          to="/edges/$edgeId"
          params={{ edgeId: edge.id }}
          title="Charts of this path"
          className="inline-flex size-6 items-center justify-center rounded-sm align-middle text-ink-3 hover:bg-inset hover:text-accent"
          aria-label={`Charts of the traffic with ${name}`}
        >
          <ChartLine size={15} aria-hidden />
        </Link>
      ),
    },
  ];
}

function PartnerName({ partner: { name, namespace, node } }: { partner: Partner }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <HealthMark state={node?.health.state ?? 'unknown'} />
      {node ? <NodeLink node={node} className="truncate font-medium" /> : <span className="truncate font-medium">{name}</span>}
      <span className="truncate text-ink-3 @max-md:hidden">{namespace || node?.kind}</span>
    </span>
  );
}
