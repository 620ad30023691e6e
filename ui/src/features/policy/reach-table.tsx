import type { ReachEntry, ReachVerdict, WorkloadRef } from '@observatory/contracts';
import { useMemo } from 'react';
import { CsvButton, type DataColumn, DataTable } from '../../components/data-table.js';
import { Panel } from '../../components/panel.js';
import { Segmented } from '../../components/segmented.js';
import { Words } from '../../components/words.js';
import { WorkloadLink } from '../../components/workload-link.js';
import { asSentence, counted, requestRate } from '../../lib/format.js';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { Tag } from './marks.js';
import { openFirst, unusedReach } from './model/matrix-view.js';
import { DecidedBy } from './policy-link.js';

const VERDICTS: Record<ReachVerdict, { words: string; tone: 'quiet' | 'accent' | 'amber' }> = {
  all: { words: 'open', tone: 'accent' },
  some: { words: 'by request', tone: 'accent' },
  none: { words: 'closed', tone: 'quiet' },
  unknown: { words: 'not known', tone: 'amber' },
};
const SHOWS = [
  { value: 'every', label: 'All' },
  { value: 'open', label: 'Open' },
  { value: 'unused', label: 'Open and unused' },
  { value: 'closed', label: 'Closed' },
] as const;

interface ReachTableProps {
  title: string;
  cluster: string;
  entries: readonly ReachEntry[];
  omitted: number;
  /** Which end differs from row to row. */
  ends: 'source' | 'target' | 'both';
  note: string | undefined;
  empty: string;
}

export function ReachTable({ title, cluster, entries, omitted, ends, note, empty }: ReachTableProps) {
  const setUrl = useSetUrl();
  const wanted = useUrlValues()['reach'];
  const show = SHOWS.find(({ value }) => value === wanted)?.value ?? 'every';
  const columns = useMemo(() => reachColumns(cluster, ends), [cluster, ends]);
  const rows = useMemo(() => openFirst(shownEntries(entries, show)), [entries, show]);
  return (
    <Panel
      title={title}
      note={rows.length === entries.length ? String(rows.length) : `${rows.length} of ${entries.length}`}
      flush
      actions={
        <>
          <Segmented
            label="Which pairs"
            value={show}
            options={SHOWS}
            onChange={(next) => setUrl({ reach: next === 'every' ? undefined : next }, { replace: true })}
            className="max-sm:hidden"
          />
          <CsvButton fileName="reach" rows={rows} columns={columns} />
        </>
      }
    >
      {note !== undefined && <p className="px-4 pb-2 text-sm text-ink-2">{note}</p>}
      {omitted > 0 && (
        <p className="px-4 pb-2 text-sm text-degraded-ink">{counted(omitted, 'pair')} more were left out: narrow the question.</p>
      )}
      <DataTable
        caption={title}
        rows={rows}
        columns={columns}
        rowKey={({ source, target }) => `${source.id} ${target.id}`}
        maxHeight={560}
        empty={entries.length === 0 ? empty : 'None of these pairs.'}
      />
    </Panel>
  );
}

function shownEntries(entries: readonly ReachEntry[], show: (typeof SHOWS)[number]['value']): readonly ReachEntry[] {
  if (show === 'every') return entries;
  if (show === 'unused') return unusedReach(entries);
  return entries.filter(({ verdict }) => (show === 'closed' ? verdict === 'none' : verdict === 'all' || verdict === 'some'));
}

function End({ of: { cluster, namespace, name } }: { of: WorkloadRef }) {
  return (
    <span>
      <WorkloadLink cluster={cluster} namespace={namespace} name={name} className="font-medium" />{' '}
      <span className="text-ink-3">{namespace}</span>
    </span>
  );
}

function reachColumns(cluster: string, ends: ReachTableProps['ends']): DataColumn<ReachEntry>[] {
  const from: DataColumn<ReachEntry> = {
    id: 'source',
    header: 'From',
    value: ({ source }) => `${source.namespace}/${source.name}`,
    cell: ({ source }) => <End of={source} />,
  };
  const to: DataColumn<ReachEntry> = {
    id: 'target',
    header: 'To',
    value: ({ target }) => `${target.namespace}/${target.name}`,
    cell: ({ target }) => <End of={target} />,
  };
  return [
    ...(ends === 'target' ? [] : [from]),
    ...(ends === 'source' ? [] : [to]),
    {
      id: 'verdict',
      header: 'Can it?',
      value: ({ verdict }) => verdict,
      cell: ({ verdict }) => <Tag tone={VERDICTS[verdict].tone}>{VERDICTS[verdict].words}</Tag>,
    },
    {
      id: 'why',
      header: 'Why',
      value: ({ reason, conditions }) => [reason, ...conditions].join('; '),
      cell: ({ reason, conditions, decidedBy }) => (
        <div className="max-w-[60ch] py-1 text-pretty">
          <Words text={asSentence(reason)} />
          {conditions.map((condition) => (
            <p key={condition} className="text-ink-2">
              <Words text={asSentence(condition)} />
            </p>
          ))}
          {decidedBy && (
            <p className="text-ink-3">
              Decided by <DecidedBy cluster={cluster} by={decidedBy} />
            </p>
          )}
        </div>
      ),
      wideOnly: true,
    },
    {
      id: 'rate',
      header: 'Seen',
      unit: 'req/s',
      align: 'right',
      value: ({ requestsPerSecond }) => requestsPerSecond,
      cell: ({ requestsPerSecond, verdict }) =>
        requestsPerSecond === null ? (
          <span className="text-ink-3">not recorded</span>
        ) : requestsPerSecond === 0 ? (
          <span className="text-ink-3">{verdict === 'none' ? 'no traffic' : 'unused'}</span>
        ) : (
          requestRate(requestsPerSecond)
        ),
    },
  ];
}
