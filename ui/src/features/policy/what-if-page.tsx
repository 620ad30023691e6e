import type { PolicyWhatIfRequest } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { Button } from '../../components/button.js';
import { Panel } from '../../components/panel.js';
import { ProblemView, Skeleton, StateView } from '../../components/state-view.js';
import { Segmented } from '../../components/segmented.js';
import { StaleBanner } from '../../components/source-freshness.js';
import { flowsQuery, whatIfQuery } from '../../lib/policy-queries.js';
import { endOf } from '../../lib/time.js';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { useCluster } from '../../lib/use-cluster.js';
import { useTime } from '../../lib/use-time.js';
import { Deletions } from './deletions.js';
import { DraftPanel, Finding } from './draft-panel.js';
import { useDraft, useDraftFromLink } from './draft.js';
import { MarkdownActions } from './markdown-actions.js';
import { parseRef } from './model/kinds.js';
import { asOver, OVER_SEC, OVERS } from './model/what-if-view.js';
import { PolicyFrame } from './policy-frame.js';
import { ReplayResult, type ReplayMap } from './replay-result.js';
import { useNames } from './use-names.js';

/** Recorded traffic replayed through a change of policies: what would break before it is applied. */
export function WhatIfPage({ Map }: { Map: ReplayMap }) {
  const waiting = useDraftFromLink();
  const { cluster } = useCluster();
  return (
    <PolicyFrame
      title="What-if"
      sentence="What a change of policies would deny and allow of the traffic that was recorded. Nothing is applied to the cluster."
    >
      {cluster === undefined || waiting ? <Skeleton className="h-96" /> : <WhatIf cluster={cluster} Map={Map} />}
    </PolicyFrame>
  );
}

function useAsked(cluster: string) {
  const { time } = useTime();
  const values = useUrlValues();
  const setUrl = useSetUrl();
  const over = asOver(values['over']);
  const to = endOf(time);
  const { text, deletions } = useDraft();
  const [asked, setAsked] = useState<PolicyWhatIfRequest>();
  const empty = text.trim() === '' && deletions.length === 0;
  const run = useCallback(() => {
    const { text: apply, deletions: refs } = useDraft.getState();
    const end = to === undefined ? Date.now() : Date.parse(to);
    setAsked({
      cluster,
      changes: { apply, delete: refs.flatMap((ref) => parseRef(ref) ?? []) },
      from: new Date(end - OVER_SEC[over] * 1000).toISOString(),
      to: new Date(end).toISOString(),
    });
    setUrl({ run: '1' }, { replace: true });
  }, [cluster, over, to, setUrl]);
  // A link that says `run` has its answer without a click.
  const ready = values['run'] !== undefined && asked === undefined && !empty;
  useEffect(() => {
    if (ready) run();
  }, [ready, run]);
  const changed = asked !== undefined && (asked.changes.apply !== text || asked.changes.delete.length !== deletions.length);
  return { asked, run, over, empty, changed };
}

function WhatIf({ cluster, Map }: { cluster: string; Map: ReplayMap }) {
  const setUrl = useSetUrl();
  const flows = useQuery(flowsQuery({ cluster, limit: 1000 }));
  const names = useNames(cluster, flows.data);
  const { asked, run, over, empty, changed } = useAsked(cluster);
  const replay = useQuery({ ...whatIfQuery(asked ?? { cluster, changes: { apply: '', delete: [] } }), enabled: asked !== undefined });
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-(--gap) 2xl:grid-cols-[minmax(0,5fr)_minmax(0,8fr)]">
      <DraftPanel
        cluster={cluster}
        names={names}
        height="clamp(160px, 34vh, 380px)"
        onRun={empty ? undefined : run}
        footer={
          <div className="mt-3 flex flex-col gap-3">
            <Deletions cluster={cluster} />
            <div className="flex flex-wrap items-center gap-2">
              <Button look="solid" disabled={empty || replay.isFetching} onClick={run} title="Ctrl-Enter in the editor">
                <Play size={14} aria-hidden /> {replay.isFetching ? 'Replaying …' : 'Replay the traffic'}
              </Button>
              <span className="text-sm text-ink-3">of the last</span>
              <Segmented
                label="How much traffic is replayed"
                value={over}
                options={OVERS.map((value) => ({ value, label: value }))}
                onChange={(next) => setUrl({ over: next === '7d' ? undefined : next, run: undefined })}
              />
              {changed && (
                <span role="status" className="text-sm text-degraded-ink">
                  The change was edited since: replay again.
                </span>
              )}
            </div>
          </div>
        }
      />
      <div className="flex min-w-0 flex-col gap-(--gap)">
        <Result replay={replay} asked={asked !== undefined} Map={Map} run={run} />
      </div>
    </div>
  );
}

interface ResultProps {
  replay: ReturnType<typeof useQuery<Awaited<ReturnType<NonNullable<ReturnType<typeof whatIfQuery>['queryFn']>>>>>;
  asked: boolean;
  Map: ReplayMap;
  run: () => void;
}

function Result({ replay, asked, Map, run }: ResultProps) {
  if (!asked)
    return (
      <Panel title="What would happen">
        <StateView state="empty" title="Nothing is replayed yet">
          Write or paste policies, edit an applied one, or choose some to delete. The traffic of up to seven days is then decided under what
          is applied and under the change, flow by flow.
        </StateView>
      </Panel>
    );
  if (replay.isError)
    return (
      <Panel title="What would happen">
        <ProblemView error={replay.error} onRetry={run} />
      </Panel>
    );
  if (!replay.data) return <Skeleton label="Replaying" className="h-72" />;
  const errors = replay.data.diagnostics.filter(({ severity }) => severity === 'error');
  return (
    <>
      <StaleBanner sources={replay.data.sources} />
      {errors.length > 0 && (
        <Panel title="The change has errors" note="what could not be read was not replayed">
          <ul className="flex flex-col gap-1.5 text-sm">
            {errors.map((diagnostic) => (
              <Finding key={`${diagnostic.code} ${diagnostic.policy} ${diagnostic.path}`} diagnostic={diagnostic} />
            ))}
          </ul>
        </Panel>
      )}
      <ReplayResult
        cluster={replay.data.cluster}
        replay={replay.data}
        coverage={replay.data.coverage}
        at={replay.data.generatedAt}
        Map={Map}
        actions={<MarkdownActions reply={replay.data} />}
      />
    </>
  );
}
