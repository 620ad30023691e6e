import type { PolicySuggestReply } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Pencil } from 'lucide-react';
import { Button } from '../../components/button.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { Segmented } from '../../components/segmented.js';
import { StaleBanner } from '../../components/source-freshness.js';
import { Skeleton, StateView } from '../../components/state-view.js';
import { parseNodeId } from '../../lib/node-id.js';
import { suggestQuery } from '../../lib/policy-queries.js';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { useCluster } from '../../lib/use-cluster.js';
import { useScope } from '../../lib/use-scope.js';
import { useDraft } from './draft.js';
import { suggestSentence } from './model/suggest-view.js';
import { PolicyFrame } from './policy-frame.js';
import { ReplayResult, type ReplayMap } from './replay-result.js';
import { SuggestionList } from './suggestion-list.js';

/** The least that observed traffic needs, as policies; replayed before anybody copies them. */
export function SuggestPage({ Map }: { Map: ReplayMap }) {
  const { cluster } = useCluster();
  return (
    <PolicyFrame
      title="Suggest"
      sentence="Policies that allow what was seen and no more. Who was not seen in the recording is not allowed: read the cautions."
    >
      {cluster === undefined ? <Skeleton className="h-96" /> : <Suggest cluster={cluster} Map={Map} />}
    </PolicyFrame>
  );
}

const DETAILS = [
  { value: 'operations', label: 'Callers and operations' },
  { value: 'callers', label: 'Callers only' },
] as const;
const DENIES = [
  { value: 'on', label: 'With default deny' },
  { value: 'off', label: 'Without' },
] as const;

function Suggest({ cluster, Map }: { cluster: string; Map: ReplayMap }) {
  const { namespaces } = useScope();
  const values = useUrlValues();
  const setUrl = useSetUrl();
  const detail = values['detail'] === 'callers' ? 'callers' : 'operations';
  const deny = values['deny'] === 'off' ? 'off' : 'on';
  const workload = values['workload'];
  const query = useQuery(
    suggestQuery({
      cluster,
      namespaces: workload ? [] : namespaces,
      workloads: workload ? [workload] : [],
      detail,
      defaultDeny: deny === 'on',
    }),
  );
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <span className="text-ink-2">
          For {workload ? parseNodeId(workload).name : namespaces.length > 0 ? namespaces.join(', ') : 'every namespace'}
          {workload ? (
            <Button look="link" onClick={() => setUrl({ workload: undefined })}>
              For all
            </Button>
          ) : (
            <span className="text-ink-3"> (the scope above narrows it)</span>
          )}
        </span>
        <Segmented
          label="How narrow"
          value={detail}
          options={DETAILS}
          onChange={(next) => setUrl({ detail: next === 'operations' ? undefined : next })}
        />
        <Segmented
          label="Default deny for namespaces"
          value={deny}
          options={DENIES}
          onChange={(next) => setUrl({ deny: next === 'on' ? undefined : next })}
        />
      </div>
      <QueryView query={query} skeleton={<Skeleton label="Reading the traffic" className="h-96" />} title="Suggestions">
        {(reply) => <Suggestions reply={reply} Map={Map} />}
      </QueryView>
    </>
  );
}

function Suggestions({ reply, Map }: { reply: PolicySuggestReply; Map: ReplayMap }) {
  const navigate = useNavigate();
  const set = useDraft((state) => state.set);
  const take = () => {
    set({ text: reply.yaml, deletions: [] });
    void navigate({ to: '/policies/what-if', search: { run: '1' } });
  };
  if (reply.suggestions.length === 0)
    return (
      <StateView state="empty" title="Nothing to suggest">
        {suggestSentence(reply)}
      </StateView>
    );
  return (
    <>
      <StaleBanner sources={reply.sources} />
      {/* Before the suggestions: nobody should copy them without having seen what they would do. */}
      <ReplayResult
        cluster={reply.cluster}
        replay={reply.replay}
        coverage={reply.coverage}
        at={reply.generatedAt}
        Map={Map}
        title="If all suggestions were applied"
      />
      <Panel
        title="Suggestions"
        note={suggestSentence(reply)}
        flush
        actions={
          reply.yaml !== '' && (
            <Button look="solid" size="small" onClick={take} title="Takes them all as the draft of what-if, where they can be edited">
              <Pencil size={13} aria-hidden /> Edit all in what-if
            </Button>
          )
        }
      >
        <SuggestionList suggestions={reply.suggestions} />
      </Panel>
    </>
  );
}
