import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { subjectAnomaliesQuery } from '../lib/anomaly-queries.js';
import { goesOn } from '../lib/scores.js';
import { Severity } from './marks.js';
import { When } from './when.js';
import { Words } from './words.js';

const SHOWN = 4;

/** What is unusual of a workload or an edge now, and the way to its signals. */
export function UnusualOf({ id }: { id: string }) {
  const { data, error } = useQuery(subjectAnomaliesQuery(id));
  const now = data?.anomalies.filter(({ state }) => goesOn(state)) ?? [];
  return (
    <div className="text-sm">
      {error && !data && <p className="text-ink-3">Not known: {error.message}</p>}
      {data && now.length === 0 && <p className="text-ink-2">Nothing unusual was raised about it that goes on.</p>}
      <ul className="flex flex-col gap-1">
        {now.slice(0, SHOWN).map(({ id: anomaly, incidentId, severity, title, startedAt }) => (
          <li key={anomaly} className="flex items-start gap-2">
            <span className="mt-px">
              <Severity of={severity} />
            </span>
            <span className="min-w-0 text-pretty">
              <Link to="/incidents/$id" params={{ id: incidentId }} className="hover:text-accent hover:underline">
                <Words text={title} />
              </Link>{' '}
              <span className="text-ink-3">
                began <When at={startedAt} />
              </span>
            </span>
          </li>
        ))}
        {now.length > SHOWN && <li className="text-ink-3">and {now.length - SHOWN} more</li>}
      </ul>
      <p className="mt-1.5">
        <Link to="/incidents/signals" search={(before) => ({ ...before, of: id })} className="rounded-sm text-accent hover:underline">
          Its signals, with what was to be expected
        </Link>
      </p>
    </div>
  );
}
