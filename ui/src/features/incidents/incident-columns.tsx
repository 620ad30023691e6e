import type { IncidentSummary } from '@observatory/contracts';
import { Link } from '@tanstack/react-router';
import type { DataColumn } from '../../components/data-table.js';
import { Severity, Tag } from '../../components/marks.js';
import { When } from '../../components/when.js';
import { Words } from '../../components/words.js';
import { counted } from '../../lib/format.js';
import { goesOn } from '../../lib/scores.js';
import { Score, StateTag } from './marks.js';
import { placeWords } from './model/incident-list.js';
import { SEVERITIES, SEVERITY_WORDS, STATE_WORDS, TYPE_WORDS } from './model/words.js';

export const INCIDENT_COLUMNS: DataColumn<IncidentSummary>[] = [
  {
    id: 'severity',
    header: 'Severity',
    width: '1%',
    value: ({ severity }) => `${SEVERITIES.indexOf(severity)} ${SEVERITY_WORDS[severity]}`,
    cell: ({ severity, state }) => <Severity of={severity} over={!goesOn(state)} labelled />,
    wideOnly: true,
  },
  {
    id: 'title',
    header: 'What and where',
    width: '40%',
    value: ({ title }) => title,
    cell: (incident) => (
      <div className="py-1.5">
        <span className="mr-1.5 align-middle @2xl:hidden">
          <Severity of={incident.severity} over={!goesOn(incident.state)} />
        </span>
        <Link to="/incidents/$id" params={{ id: incident.id }} className="font-medium text-pretty hover:text-accent hover:underline">
          <Words text={incident.title} />
        </Link>
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-ink-3">
          {placeWords(incident)}
          {incident.types.map((type) => (
            <Tag key={type} tone={incident.category === 'security' ? 'accent' : 'quiet'}>
              {TYPE_WORDS[type]}
            </Tag>
          ))}
        </p>
        <p className="text-ink-2 @2xl:hidden">
          {STATE_WORDS[incident.state]}, began <When at={incident.startedAt} />
          {incident.cause !== undefined && `; probably from ${incident.cause.label}`}
        </p>
      </div>
    ),
  },
  {
    id: 'cause',
    header: 'Probably from',
    value: ({ cause }) => cause?.label,
    cell: ({ cause }) =>
      cause === undefined ? <span className="text-ink-3">not known</span> : <span className="font-medium">{cause.label}</span>,
    wideOnly: true,
  },
  {
    id: 'since',
    header: 'Began',
    value: ({ startedAt }) => startedAt,
    cell: ({ startedAt, closedAt, reopened }) => (
      <div className="whitespace-nowrap">
        <When at={startedAt} />
        {closedAt !== undefined && (
          <p className="text-ink-3">
            ended <When at={closedAt} />
          </p>
        )}
        {reopened > 0 && <p className="text-ink-3">came back {counted(reopened, 'time')}</p>}
      </div>
    ),
    wideOnly: true,
  },
  {
    id: 'sure',
    header: 'How sure',
    unit: 'highest score',
    value: ({ peakScore }) => peakScore,
    cell: ({ peakScore }) => <Score score={peakScore} />,
    wideOnly: true,
  },
  {
    id: 'affected',
    header: 'Affected',
    unit: 'workloads',
    align: 'right',
    value: ({ affected }) => affected,
    cell: ({ affected }) => affected,
    wideOnly: true,
  },
  {
    id: 'state',
    header: 'State',
    value: ({ state }) => STATE_WORDS[state],
    cell: ({ state, acknowledgedBy, suppressedUntil }) => (
      <div>
        <StateTag state={state} />
        {state === 'acknowledged' && acknowledgedBy !== undefined && <p className="text-ink-3">by {acknowledgedBy}</p>}
        {state === 'suppressed' && suppressedUntil !== undefined && (
          <p className="text-ink-3">
            until <When at={suppressedUntil} />
          </p>
        )}
      </div>
    ),
    wideOnly: true,
  },
];
