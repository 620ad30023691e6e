import type { ScoresReply } from '@observatory/contracts';
import { Link } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { CsvButton, type DataColumn, DataTable } from '../../components/data-table.js';
import { SearchField } from '../../components/fields.js';
import { Panel } from '../../components/panel.js';
import { When } from '../../components/when.js';
import { counted } from '../../lib/format.js';
import { isHardlyJudged } from '../../lib/scores.js';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { Score } from './marks.js';
import { type ScoreRow, scoreRows } from './model/signals.js';
import { STAGE_WORDS, TYPE_WORDS } from './model/words.js';
import { SubjectLink } from './subject-link.js';

const COLUMNS: DataColumn<ScoreRow>[] = [
  {
    id: 'label',
    header: 'Workload or edge',
    width: '40%',
    value: ({ label }) => label,
    cell: ({ id, label }) => <SubjectLink id={id} label={label} className="font-medium break-words" />,
  },
  { id: 'kind', header: 'Kind', value: ({ kind }) => kind, cell: ({ kind }) => <span className="text-ink-3">{kind}</span>, wideOnly: true },
  {
    id: 'score',
    header: 'How unusual',
    value: ({ score }) => score,
    cell: ({ score, stage }) =>
      isHardlyJudged(score, stage) ? <span className="text-ink-3">only errors judged yet</span> : <Score score={score} />,
  },
  {
    id: 'signal',
    header: 'Above all in',
    value: ({ signal, type }) => (type === undefined ? signal : TYPE_WORDS[type]),
    cell: ({ signal, type, incidentId }) => {
      const words = type === undefined ? signal : TYPE_WORDS[type];
      if (incidentId === undefined) return words ?? <span className="text-ink-3">–</span>;
      return (
        <Link to="/incidents/$id" params={{ id: incidentId }} className="text-accent hover:underline">
          {words ?? 'its incident'}
        </Link>
      );
    },
  },
  {
    id: 'stage',
    header: 'Learned',
    value: ({ stage }) => STAGE_WORDS[stage].short,
    cell: ({ stage }) => (
      <span title={STAGE_WORDS[stage].words} className="text-ink-2">
        {STAGE_WORDS[stage].short}
      </span>
    ),
    wideOnly: true,
  },
];

/** Everything that is judged, with its score now: the most unusual first. */
export function ScoreTable({ reply }: { reply: ScoresReply }) {
  const { q = '' } = useUrlValues();
  const setUrl = useSetUrl();
  const setText = useCallback((text: string) => setUrl({ q: text || undefined }, { replace: true }), [setUrl]);
  const all = useMemo(() => scoreRows(reply), [reply]);
  const rows = useMemo(() => all.filter(({ label }) => label.toLowerCase().includes(q.toLowerCase())), [all, q]);
  return (
    <Panel
      title="Scores now"
      note={
        reply.at === null ? (
          'no window was judged yet'
        ) : (
          <>
            {counted(rows.length, 'subject')}, of the window that ended <When at={reply.at} />
          </>
        )
      }
      flush
      actions={<CsvButton fileName="scores" rows={rows} columns={COLUMNS} />}
    >
      <div className="px-4 pb-2">
        <SearchField label="Find a workload or an edge" value={q} onChange={setText} className="w-72 max-sm:w-full" />
      </div>
      <DataTable
        caption="Scores of workloads and edges"
        rows={rows}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        maxHeight={560}
        empty={
          all.length === 0
            ? 'Nothing is scored yet: the first scores come with the first window after history was read.'
            : 'No name answers to this.'
        }
      />
    </Panel>
  );
}
