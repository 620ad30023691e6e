import type { IncidentDetail } from '@observatory/contracts';
import { useMemo, useState } from 'react';
import { Button } from '../../components/button.js';
import { Panel } from '../../components/panel.js';
import { Words } from '../../components/words.js';
import { percent, requestRate } from '../../lib/format.js';
import { Score } from './marks.js';
import { evidenceShares } from './model/incident-view.js';
import { SubjectLink } from './subject-link.js';

/** Beyond these, a cause is a guess. */
const SHOWN = 4;
/** Of one cause; all of it stands in the evidence. */
const LINES_SHOWN = 3;

/** Where it probably starts: whose trouble is its own and not explained by what it calls. */
export function CausePanel({ incident: { causes, callers, callees } }: { incident: IncidentDetail }) {
  const [all, setAll] = useState(false);
  const shares = useMemo(() => evidenceShares(causes), [causes]);
  return (
    <Panel title="Probably starts at" note={causes.length > 1 ? 'the most probable first' : undefined}>
      {causes.length === 0 ? (
        <p className="text-sm text-ink-3">Not known: no workload stands out from those that it calls.</p>
      ) : (
        <ol className="flex flex-col gap-3 text-sm">
          {causes.slice(0, all ? undefined : SHOWN).map(({ node, label, evidence }, index) => (
            <li key={node} className="grid grid-cols-[1.25rem_minmax(0,1fr)] gap-x-2">
              <span className="figures text-ink-3">{index + 1}.</span>
              <div>
                <p className="flex flex-wrap items-center gap-x-3">
                  <SubjectLink id={node} label={label} className="font-medium" />
                  <Share of={shares[index] ?? 0} />
                </p>
                <ul className="mt-0.5 flex list-disc flex-col gap-0.5 pl-4 text-pretty text-ink-2 marker:text-line-strong">
                  {evidence.slice(0, all ? undefined : LINES_SHOWN).map((line) => (
                    <li key={line}>
                      <Words text={line} />
                    </li>
                  ))}
                </ul>
              </div>
            </li>
          ))}
        </ol>
      )}
      {causes.length > SHOWN && (
        <Button look="link" size="small" className="mt-2" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Only the most probable' : `${causes.length - SHOWN} less probable`}
        </Button>
      )}
      {callers.length + callees.length > 0 && (
        <div className="mt-4 grid gap-x-6 gap-y-3 border-t border-line pt-3 text-sm sm:grid-cols-2">
          <Peers title="Who calls it" peers={callers} none="nobody, as far as is measured" />
          <Peers title="Whom it calls" peers={callees} none="nobody, as far as is measured" />
        </div>
      )}
    </Panel>
  );
}

function Share({ of: share }: { of: number }) {
  return (
    <span
      className="inline-flex items-center gap-2 text-ink-3"
      title="Of all that nothing else explains (what it calls, or who calls it), so much speaks against it: to compare, no probability"
    >
      <span aria-hidden className="inline-block h-1.5 w-16 overflow-hidden rounded-full bg-inset">
        <span className="block h-full rounded-full bg-accent" style={{ width: `${share * 100}%` }} />
      </span>
      <span className="figures">{percent(share)} of the evidence</span>
    </span>
  );
}

const PEERS_SHOWN = 6;

function Peers({ title, peers, none }: { title: string; peers: IncidentDetail['callers']; none: string }) {
  return (
    <section>
      <h3 className="flex flex-wrap gap-x-3 text-sm text-ink-3">
        <span className="flex-1 whitespace-nowrap">{title}</span>
        {peers.length > 0 && <span className="font-normal whitespace-nowrap">requests, how unusual now</span>}
      </h3>
      {peers.length === 0 && <p className="text-ink-3">{none}</p>}
      <ul>
        {peers.slice(0, PEERS_SHOWN).map(({ node, label, requestsPerSecond, score }) => (
          <li key={node} className="flex flex-wrap items-baseline gap-x-3 py-0.5">
            <SubjectLink id={node} label={label} className="max-w-full break-words" />
            <span className="ml-auto inline-flex gap-x-3 whitespace-nowrap">
              <span className="figures text-ink-3">{requestRate(requestsPerSecond)}</span>
              <Score score={score} />
            </span>
          </li>
        ))}
      </ul>
      {peers.length > PEERS_SHOWN && <p className="text-ink-3">and {peers.length - PEERS_SHOWN} more</p>}
    </section>
  );
}
