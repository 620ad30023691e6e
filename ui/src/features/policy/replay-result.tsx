import type { FlowCoverage, FlowVerdict } from '@observatory/contracts';
import { Link } from '@tanstack/react-router';
import { type ComponentType, type ReactNode, useEffect, useMemo } from 'react';
import { classes } from '../../components/classes.js';
import { CsvButton, DataTable } from '../../components/data-table.js';
import { Panel } from '../../components/panel.js';
import { When } from '../../components/when.js';
import { WorkloadLink } from '../../components/workload-link.js';
import { counted, requestRate } from '../../lib/format.js';
import { type MapPaint, useWhatIfPaint } from '../../lib/map-paint.js';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { flowColumns } from './flow-columns.js';
import {
  asVerdict,
  coverageWords,
  cutOffWords,
  flowRows,
  type Replay,
  replayPaint,
  replaySentence,
  VERDICT_WORDS,
  VERDICTS,
} from './model/what-if-view.js';

/** The map, given by the frame: pages do not reach into one another. */
export type ReplayMap = ComponentType<{ paint: MapPaint }>;

interface ReplayResultProps {
  cluster: string;
  replay: Replay;
  coverage: FlowCoverage;
  Map: ReplayMap;
  actions?: ReactNode;
  title?: string;
  /** When it was computed: recorded traffic goes on. */
  at: string;
}

export function ReplayResult({ cluster, replay, coverage, Map, actions, title = 'What would happen', at }: ReplayResultProps) {
  const verdict = asVerdict(useUrlValues()['verdict']);
  const rows = useMemo(() => flowRows(replay.flows, verdict), [replay, verdict]);
  const columns = useMemo(() => flowColumns(cluster), [cluster]);
  const paint = useMemo(() => replayPaint(replay, 'What-if'), [replay]);
  const keep = useWhatIfPaint((state) => state.keep);
  useEffect(() => keep(paint), [keep, paint]);
  const changes = replay.flows.length + replay.flowsOmitted > 0;
  return (
    <>
      <Panel
        title={title}
        note={
          <>
            computed <When at={at} />
          </>
        }
        actions={actions}
      >
        <p className="text-lg text-pretty" data-testid="replay-sentence">
          {replaySentence(replay)}
        </p>
        <Tiles replay={replay} verdict={verdict} />
        <CutOff cutOff={replay.cutOff} />
        <ul className="mt-3 text-sm text-pretty text-ink-2">
          {coverageWords(coverage).map((line) => (
            <li key={line}>{line}</li>
          ))}
          <li>What was not recorded was not replayed: a caller that is rare may be missing here.</li>
        </ul>
      </Panel>
      {changes && (
        <Panel
          title="On the map"
          note="edges that change, and who else calls the same workloads"
          flush
          actions={
            <Link to="/map" search={{ overlay: 'what-if' }} className="rounded-sm px-1 text-sm text-accent hover:underline">
              Open the whole map
            </Link>
          }
        >
          <Map paint={paint} />
        </Panel>
      )}
      {(changes || verdict !== undefined) && (
        <Panel
          title="Flows that change"
          note={replay.flowsOmitted > 0 ? `${rows.length}; ${replay.flowsOmitted} that carry least are left out` : String(rows.length)}
          flush
          actions={<CsvButton fileName="what-if" rows={rows} columns={columns} />}
        >
          <DataTable
            caption="Flows that change"
            rows={rows}
            columns={columns}
            rowKey={({ flow }) => flow.id}
            maxHeight={640}
            empty={
              verdict === 'unchanged'
                ? 'Flows that are decided as before are counted, not listed.'
                : 'No recorded flow is decided otherwise.'
            }
          />
        </Panel>
      )}
    </>
  );
}

const NUMBERS: Record<FlowVerdict, string> = {
  newlyDenied: 'text-failing-ink',
  newlyAllowed: 'text-accent',
  undecidable: 'text-unknown',
  unchanged: 'text-ink-2',
};

/** Four counts that are also the filter of the table. */
function Tiles({ replay: { summary }, verdict }: { replay: Replay; verdict: FlowVerdict | undefined }) {
  const setUrl = useSetUrl();
  return (
    <div role="group" aria-label="Which flows are listed" className="mt-3 grid grid-cols-2 gap-2 lg:grid-cols-4">
      {VERDICTS.map((each) => {
        const { flows, requestsPerSecond } = summary[each];
        return (
          <button
            key={each}
            type="button"
            aria-pressed={verdict === each}
            onClick={() => setUrl({ verdict: verdict === each ? undefined : each }, { replace: true })}
            className="rounded-md border border-line px-3 py-2 text-left hover:bg-inset/60 aria-pressed:border-accent aria-pressed:bg-accent-soft"
          >
            <span className="block text-sm text-ink-2">{VERDICT_WORDS[each]}</span>
            <span className={classes('figures block text-xl font-semibold', flows > 0 ? NUMBERS[each] : 'text-ink-3')}>
              {counted(flows, 'flow')}
            </span>
            <span className="figures block text-sm text-ink-3">{requestRate(requestsPerSecond)}</span>
          </button>
        );
      })}
    </div>
  );
}

function CutOff({ cutOff }: { cutOff: Replay['cutOff'] }) {
  if (cutOff.length === 0) return null;
  return (
    <div role="alert" className="mt-3 rounded-md border border-failing bg-failing-soft px-3 py-2 text-sm text-failing-ink">
      <p className="font-medium">Cut off altogether</p>
      <ul>
        {cutOff.map((each) => (
          <li key={`${each.workload.id} ${each.direction}`}>
            <WorkloadLink
              cluster={each.workload.cluster}
              namespace={each.workload.namespace}
              name={each.workload.name}
              className="font-medium underline"
            />{' '}
            ({each.workload.namespace}): {cutOffWords(each)}
          </li>
        ))}
      </ul>
    </div>
  );
}
