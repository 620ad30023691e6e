import type { BaselineReply } from '@observatory/contracts';
import { Facts } from '../../components/facts.js';
import { Panel } from '../../components/panel.js';
import { ServiceMark } from '../../components/service-mark.js';
import { When } from '../../components/when.js';
import { Words } from '../../components/words.js';
import { counted, milliseconds, span } from '../../lib/format.js';
import { configFacts, stageShares } from './model/learning.js';
import { STAGE_WORDS } from './model/words.js';

const FILLS = { seasonal: 'bg-accent', daily: 'bg-accent/60', learning: 'bg-accent/30', new: 'bg-line-mid' };

/** How much was learned, of what, and by which rules alerts are raised. */
export function LearningPanel({ baselines }: { baselines: BaselineReply }) {
  return (
    <div className="grid items-start gap-(--gap) lg:grid-cols-2">
      <Panel title="What was learned" note={counted(baselines.series, 'series', 'series')}>
        <Stages stages={baselines.stages} />
        <ul className="mt-3 flex flex-col gap-1 text-sm">
          {baselines.clusters.map(({ cluster, state, historySec, lastWindowAt, detail }) => (
            <li key={cluster} className="flex items-baseline gap-2">
              <ServiceMark state={{ ready: 'up', loading: 'syncing', waiting: 'degraded' }[state]} />
              <span className="min-w-0 text-pretty">
                <span className="font-medium">{cluster}</span>: {span(historySec)} of history
                {lastWindowAt === null ? (
                  ', no window yet'
                ) : (
                  <>
                    , judged up to <When at={lastWindowAt} />
                  </>
                )}
                {detail !== undefined && (
                  <span className="text-ink-3">
                    {' '}
                    (<Words text={detail} />)
                  </span>
                )}
              </span>
            </li>
          ))}
        </ul>
        <Timing baselines={baselines} />
      </Panel>
      <Panel title="When an alert is raised">
        <Facts facts={configFacts(baselines.config)} />
      </Panel>
    </div>
  );
}

function Stages({ stages }: { stages: BaselineReply['stages'] }) {
  const shares = stageShares(stages);
  if (shares.length === 0) return <p className="text-sm text-ink-3">Nothing is watched yet.</p>;
  return (
    <>
      <div aria-hidden className="flex h-2 gap-px overflow-hidden rounded-full">
        {shares.map(({ stage, share }) => (
          <span key={stage} className={FILLS[stage]} style={{ width: `${share}%` }} />
        ))}
      </div>
      <ul className="mt-2 flex flex-col gap-1 text-sm">
        {shares.map(({ stage, count }) => (
          <li key={stage} className="flex items-baseline gap-2">
            <span aria-hidden className={`inline-block size-2.5 shrink-0 translate-y-px rounded-sm ${FILLS[stage]}`} />
            <span className="figures w-14 shrink-0 text-right">{count.toLocaleString('en')}</span>
            <span className="text-pretty">
              {STAGE_WORDS[stage].short}: <span className="text-ink-2">{STAGE_WORDS[stage].words}</span>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Timing({ baselines: { lastPassMs, lastDelayMs, lastDelayFromCloseMs, savedAt } }: { baselines: BaselineReply }) {
  return (
    <p className="mt-3 text-xs text-ink-3">
      {lastPassMs === null ? 'No pass over all series yet' : `The last pass over all series took ${milliseconds(lastPassMs)}`}
      {lastDelayMs !== null && `; its scores came ${milliseconds(lastDelayMs)} after the end of the window`}
      {lastDelayFromCloseMs !== null && `, ${milliseconds(lastDelayFromCloseMs)} after it had been read`}
      {savedAt !== null && (
        <>
          ; saved <When at={savedAt} />
        </>
      )}
      .
    </p>
  );
}
