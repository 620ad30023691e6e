import type { BaselineReply, IncidentSummary, SourceFreshness } from '@observatory/contracts';
import { Link } from '@tanstack/react-router';
import { BlindSpots } from '../../components/blind-spots.js';
import { Severity } from '../../components/marks.js';
import { StaleBanner, useFreshness } from '../../components/source-freshness.js';
import { When } from '../../components/when.js';
import { Words } from '../../components/words.js';
import { watchWords } from '../../lib/watched.js';
import { openFirst } from './model/open-incidents.js';

const SHOWN = 5;

interface OpenIncidentsProps {
  incidents: readonly IncidentSummary[];
  sources: readonly SourceFreshness[];
  /** Undefined: it is not known how much is watched. */
  baselines: BaselineReply | undefined;
}

/** Incidents that go on, the most severe first: what, since when, where it probably starts; none is no all-clear where little was learned. */
export function OpenIncidents({ incidents, sources, baselines }: OpenIncidentsProps) {
  const open = openFirst(incidents);
  const { state } = useFreshness(sources);
  return (
    <>
      {open.length === 0 && (
        <p className="px-4 pb-3 text-sm text-ink-2">
          {state === 'fresh' ? 'No incident goes on' : 'When last read, no incident went on'}.{' '}
          {baselines === undefined ? 'How much is watched is not known' : watchWords(baselines)}.
        </p>
      )}
      <div className="mx-4 mb-2 empty:hidden">
        <BlindSpots baselines={baselines} />
      </div>
      <div className="mx-4 mb-2 empty:hidden">
        <StaleBanner sources={sources} />
      </div>
      <OpenList open={open} />
    </>
  );
}

function OpenList({ open }: { open: readonly IncidentSummary[] }) {
  if (open.length === 0) return null;
  return (
    <ul className="text-sm">
      {open.slice(0, SHOWN).map(({ id, title, severity, state, startedAt, cause, affected }) => (
        <li key={id} className="flex items-start gap-2.5 px-4 py-1.5">
          <span className="mt-0.5">
            <Severity of={severity} />
          </span>
          <span className="min-w-0 flex-1 text-pretty">
            <Link to="/incidents/$id" params={{ id }} className="font-medium hover:text-accent hover:underline">
              <Words text={title} />
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
