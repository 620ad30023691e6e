import type { BacktestReply } from '@observatory/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check, Minus } from 'lucide-react';
import { useMemo } from 'react';
import { CsvButton, type DataColumn, DataTable } from '../../components/data-table.js';
import { Panel } from '../../components/panel.js';
import { StaleBanner } from '../../components/source-freshness.js';
import { When } from '../../components/when.js';
import { Words } from '../../components/words.js';
import { Severity } from '../../components/marks.js';
import { incidentsQuery } from '../../lib/anomaly-queries.js';
import { counted, milliseconds } from '../../lib/format.js';
import { Score } from './marks.js';
import { type BacktestRow, backtestRows, coverageWords, rateWords, stepWords } from './model/backtest.js';
import { TYPE_WORDS } from './model/words.js';

/** What would have been raised by each configuration, beside what was. */
export function BacktestResult({ reply, cluster }: { reply: BacktestReply; cluster: string | undefined }) {
  const raised = useInfiniteQuery(incidentsQuery({ cluster, from: reply.from, to: reply.to }));
  const incidents = useMemo(() => raised.data?.pages.flatMap((page) => page.incidents), [raised.data]);
  const rows = useMemo(() => backtestRows(reply, incidents ?? []), [reply, incidents]);
  const columns = useMemo(() => columnsOf(reply.changed !== undefined), [reply]);
  return (
    <>
      <StaleBanner sources={reply.sources} />
      <Panel
        title="What would have been raised"
        note={`in ${milliseconds(reply.tookMs)}`}
        flush
        actions={<CsvButton fileName="backtest" rows={rows} columns={columns} />}
      >
        <div className="flex flex-col gap-1 px-4 pb-3 text-sm text-pretty">
          <p className="text-ink-2">
            {coverageWords(reply)} {stepWords(reply)}
          </p>
          <Run name={reply.changed ? 'As it is now' : 'The current configuration'} run={reply.current} />
          {reply.changed && <Run name="Changed" run={reply.changed} />}
          <p>
            <span className="font-medium">Really raised</span>:{' '}
            {incidents === undefined
              ? raised.isError
                ? `not known, ${raised.error.message}`
                : '…'
              : `${counted(incidents.length, 'incident')}${raised.hasNextPage ? ' or more' : ''}`}
          </p>
        </div>
        <details className="px-4 pb-3 text-sm text-ink-2">
          <summary className="cursor-pointer">What this cannot know</summary>
          <ul className="mt-1 list-disc pl-5 text-pretty">
            {reply.unknown.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </details>
        <DataTable
          caption="What would have been raised"
          rows={rows}
          columns={columns}
          rowKey={({ key }) => key}
          initialOrder={{ id: 'at', direction: 'descending' }}
          maxHeight={560}
          empty="Nothing would have been raised in this span of time."
        />
      </Panel>
    </>
  );
}

function Run({ name, run: { incidents, alertsPerSeriesDay } }: { name: string; run: BacktestReply['current'] }) {
  return (
    <p>
      <span className="font-medium">{name}</span>: {counted(incidents.length, 'incident')}; {rateWords(alertsPerSeriesDay)}
    </p>
  );
}

function YesNo({ yes }: { yes: boolean }) {
  return yes ? (
    <span className="inline-flex items-center gap-1">
      <Check size={14} aria-hidden className="text-accent" /> yes
    </span>
  ) : (
    <span className="inline-flex items-center gap-1 text-ink-3">
      <Minus size={14} aria-hidden /> no
    </span>
  );
}

function columnsOf(compared: boolean): DataColumn<BacktestRow>[] {
  const changed: DataColumn<BacktestRow> = {
    id: 'changed',
    header: 'Changed',
    value: (row) => (row.changed === true ? 'yes' : 'no'),
    cell: (row) => <YesNo yes={row.changed === true} />,
  };
  return [
    {
      id: 'title',
      header: 'What',
      width: '40%',
      value: ({ title }) => title,
      cell: ({ title, severity, types }) => (
        <div className="flex items-start gap-2 py-1">
          <Severity of={severity} />
          <span className="text-pretty">
            <Words text={title} /> <span className="text-ink-3">{types.map((type) => TYPE_WORDS[type]).join(', ')}</span>
          </span>
        </div>
      ),
    },
    {
      id: 'at',
      header: 'Began',
      value: ({ startedAt }) => startedAt,
      cell: ({ startedAt }) => <When at={startedAt} className="whitespace-nowrap" />,
    },
    {
      id: 'score',
      header: 'Highest score',
      value: ({ peakScore }) => peakScore,
      cell: ({ peakScore }) => <Score score={peakScore} />,
      wideOnly: true,
    },
    {
      id: 'current',
      header: compared ? 'As it is' : 'Would be raised',
      value: ({ current }) => (current ? 'yes' : 'no'),
      cell: ({ current }) => <YesNo yes={current} />,
    },
    ...(compared ? [changed] : []),
    {
      id: 'raised',
      header: 'Really raised',
      value: ({ raised }) => (raised === undefined ? 'no' : raised.id),
      cell: ({ raised }) =>
        raised === undefined ? (
          <YesNo yes={false} />
        ) : (
          <Link to="/incidents/$id" params={{ id: raised.id }} className="text-accent hover:underline">
            yes, <When at={raised.startedAt} />
          </Link>
        ),
    },
  ];
}
