import type { IncidentSummary } from '@observatory/contracts';
import { Link } from '@tanstack/react-router';
import { Severity } from '../../components/marks.js';
import { When } from '../../components/when.js';
import { openFirst } from './model/open-incidents.js';

const SHOWN = 5;

/** Incidents that go on, the most severe first: what, since when, where it probably starts. */
export function OpenIncidents({ incidents }: { incidents: readonly IncidentSummary[] }) {
  const open = openFirst(incidents);
  if (open.length === 0) return <p className="px-4 pb-3 text-sm text-ink-3">Nothing unusual goes on, as far as it is watched.</p>;
  return (
    <ul className="text-sm">
      {open.slice(0, SHOWN).map(({ id, title, severity, state, startedAt, cause, affected }) => (
        <li key={id} className="flex items-start gap-2.5 px-4 py-1.5">
          <span className="mt-0.5">
            <Severity of={severity} />
          </span>
          <span className="min-w-0 flex-1 text-pretty">
            <Link to="/incidents/$id" params={{ id }} className="font-medium hover:text-accent hover:underline">
              {title}
            </Link>
            <span className="block text-ink-2">
              {cause === undefined ? 'Where it starts is not known' : `Probably starts at ${cause.label}`}; {affected} affected
              {state === 'acknowledged' && '; somebody looks after it'}
            </span>
          </span>
          <When at={startedAt} className="figures text-ink-3" />
        </li>
      ))}
      {open.length > SHOWN && <li className="px-4 py-1.5 text-ink-3">and {open.length - SHOWN} more</li>}
    </ul>
  );
}
