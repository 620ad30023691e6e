import type { TopologyEdge } from '@observatory/contracts';
import { useMemo } from 'react';
import { CsvButton, type DataColumn, DataTable } from '../../components/data-table.js';
import { Panel } from '../../components/panel.js';
import { percent, requestRate } from '../../lib/format.js';
import { type ResponseRow, responseRows } from '../../lib/responses.js';

const BAR = { ok: 'bg-healthy', redirect: 'bg-idle', clientError: 'bg-client-errors', error: 'bg-errors' };
const OUTCOMES = { ok: 'OK', redirect: 'redirect', clientError: 'client error', error: 'error' };

const COLUMNS: DataColumn<ResponseRow>[] = [
  {
    id: 'name',
    header: 'Ended with',
    value: ({ name }) => name,
    cell: ({ name, flags, outcome }) => (
      <div className="py-1.5">
        <span className="font-medium">{name}</span>
        {outcome !== 'ok' && <span className="ml-2 text-ink-3">{OUTCOMES[outcome]}</span>}
        {flags.map(({ flag, words }) => (
          <p key={flag} className="text-pretty text-ink-2">
            <code className="mr-1.5 rounded-sm bg-inset px-1 font-mono text-xs">{flag}</code>
            {words ?? 'a flag that we have no words for'}
          </p>
        ))}
      </div>
    ),
  },
  {
    id: 'rate',
    header: 'Rate',
    unit: 'req/s',
    align: 'right',
    value: ({ requestsPerSecond }) => requestsPerSecond,
    cell: ({ requestsPerSecond }) => requestRate(requestsPerSecond),
    wideOnly: true,
  },
  {
    id: 'share',
    header: 'Share',
    unit: 'share',
    align: 'right',
    value: ({ share }) => share,
    cell: ({ share, outcome }) => (
      <span className="inline-flex items-center gap-2 align-middle">
        <span aria-hidden className="h-1.5 w-16 overflow-hidden rounded-full bg-inset @max-md:hidden">
          <span className={`block h-full ${BAR[outcome]}`} style={{ width: `${Math.max(share * 100, share > 0 ? 3 : 0)}%` }} />
        </span>
        <span className="min-w-12">{percent(share)}</span>
      </span>
    ),
  },
];

/** How requests ended, with the proxies' flags in plain words. */
export function ResponseTable({ edges, title = 'Responses' }: { edges: readonly TopologyEdge[]; title?: string }) {
  const rows = useMemo(() => responseRows(edges), [edges]);
  return (
    <Panel title={title} flush actions={<CsvButton fileName="responses" rows={rows} columns={COLUMNS} />}>
      <DataTable
        caption={title}
        rows={rows}
        columns={COLUMNS}
        rowKey={({ key }) => key}
        maxHeight={420}
        empty="No requests in this window, so no responses. TCP has none."
      />
    </Panel>
  );
}
