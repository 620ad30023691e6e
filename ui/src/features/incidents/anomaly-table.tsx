import type { Anomaly } from '@observatory/contracts';
import { Link } from '@tanstack/react-router';
import { CsvButton, type DataColumn, DataTable } from '../../components/data-table.js';
import { Panel } from '../../components/panel.js';
import { When } from '../../components/when.js';
import { Words } from '../../components/words.js';
import { Severity } from '../../components/marks.js';
import { Score, StateTag } from './marks.js';
import { SEVERITIES, STATE_WORDS, TYPE_WORDS } from './model/words.js';
import { goesOn } from '../../lib/scores.js';

const COLUMNS: DataColumn<Anomaly>[] = [
  {
    id: 'severity',
    header: 'Severity',
    width: '1%',
    value: ({ severity }) => `${SEVERITIES.indexOf(severity)} ${severity}`,
    cell: ({ severity, state }) => <Severity of={severity} over={!goesOn(state)} />,
  },
  {
    id: 'title',
    header: 'What',
    width: '50%',
    value: ({ title }) => title,
    cell: ({ title, incidentId, type, evidence }) => (
      <div className="py-1">
        <Link to="/incidents/$id" params={{ id: incidentId }} className="font-medium hover:text-accent hover:underline">
          <Words text={title} />
        </Link>{' '}
        <span className="text-ink-3">{TYPE_WORDS[type]}</span>
        {evidence[0] && (
          <p className="text-pretty text-ink-2">
            <Words text={evidence[0].words} />
          </p>
        )}
      </div>
    ),
  },
  {
    id: 'since',
    header: 'Began',
    value: ({ startedAt }) => startedAt,
    cell: ({ startedAt, closedAt }) => (
      <span className="whitespace-nowrap">
        <When at={startedAt} />
        {closedAt !== undefined && (
          <span className="block text-ink-3">
            ended <When at={closedAt} />
          </span>
        )}
      </span>
    ),
  },
  {
    id: 'peak',
    header: 'Highest score',
    value: ({ peakScore }) => peakScore,
    cell: ({ peakScore }) => <Score score={peakScore} />,
    wideOnly: true,
  },
  {
    id: 'state',
    header: 'State',
    value: ({ state }) => STATE_WORDS[state],
    cell: ({ state }) => <StateTag state={state} />,
    wideOnly: true,
  },
];

export function AnomalyTable({ title, anomalies, empty }: { title: string; anomalies: readonly Anomaly[]; empty: string }) {
  return (
    <Panel
      title={title}
      note={String(anomalies.length)}
      flush
      actions={<CsvButton fileName="anomalies" rows={anomalies} columns={COLUMNS} />}
    >
      <DataTable caption={title} rows={anomalies} columns={COLUMNS} rowKey={({ id }) => id} maxHeight={420} empty={empty} />
    </Panel>
  );
}
