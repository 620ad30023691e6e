import type { PolicyFlowsReply } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { SelectField } from '../../components/fields.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { Segmented } from '../../components/segmented.js';
import { StaleBanner } from '../../components/source-freshness.js';
import { Skeleton, StateView } from '../../components/state-view.js';
import { parseNodeId } from '../../lib/node-id.js';
import { flowsQuery, simulateQuery } from '../../lib/policy-queries.js';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { useCluster } from '../../lib/use-cluster.js';
import { useSettled } from '../../lib/use-settled.js';
import { DecisionPanel } from './decision-panel.js';
import { DraftPanel } from './draft-panel.js';
import { useDraft, useDraftFromLink } from './draft.js';
import { EMPTY_FORM, formOf, formText, parseForm, requestOf } from './model/request-form.js';
import { PolicyFrame } from './policy-frame.js';
import { RequestBuilder } from './request-builder.js';
import { useNames } from './use-names.js';

const FLOWS_MAX = 1000;
const TYPING_MS = 300;

/** One request under policies that are not applied, under those that are, or under both. */
export function SandboxPage() {
  useDraftFromLink();
  const { cluster } = useCluster();
  return (
    <PolicyFrame title="Sandbox" sentence="What becomes of one request, and which policy decides it. Nothing is applied to the cluster.">
      {cluster === undefined ? <Skeleton className="h-96" /> : <Sandbox cluster={cluster} />}
    </PolicyFrame>
  );
}

function Sandbox({ cluster }: { cluster: string }) {
  const flows = useQuery(flowsQuery({ cluster, limit: FLOWS_MAX }));
  const names = useNames(cluster, flows.data);
  return (
    <>
      {flows.data && <StaleBanner sources={flows.data.sources} />}
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-(--gap) xl:grid-cols-2">
        <DraftPanel cluster={cluster} names={names} height="clamp(200px, 46vh, 440px)" />
        <QueryView query={flows} skeleton={<Skeleton className="h-96" />} title="Request">
          {(reply) => <Question cluster={cluster} reply={reply} principals={names.principals} />}
        </QueryView>
      </div>
    </>
  );
}

const UNDER = [
  { value: 'both', label: 'With those applied' },
  { value: 'draft', label: 'Only the draft' },
] as const;

function Question({ cluster, reply, principals }: { cluster: string; reply: PolicyFlowsReply; principals: readonly string[] }) {
  const values = useUrlValues();
  const setUrl = useSetUrl();
  const { target, flows } = useTarget(reply, values['target']);
  const under = values['under'] === 'draft' ? 'draft' : 'both';
  const given = values['req'];
  const form = useMemo(() => parseForm(given) ?? (flows[0] ? formOf(flows[0].request) : EMPTY_FORM), [given, flows]);
  const { query, before, pending } = useDecision({ cluster, reply, target, form, under });
  if (target === undefined)
    return (
      <Panel title="Request">
        <StateView state="empty" title="No workload with recorded traffic">
          A request is decided at a workload, and none in {cluster} was called in the last seven days.{' '}
          <Link to="/status" className="text-accent underline">
            Status
          </Link>{' '}
          says which source is missing.
        </StateView>
      </Panel>
    );
  return (
    <div className="flex flex-col gap-(--gap)">
      <Panel title="Request">
        <div className="mb-3 flex flex-wrap items-center gap-2">
          <SelectField
            label="To the workload"
            value={target}
            options={Object.keys(reply.workloads)
              .map((id) => ({ value: id, label: `to ${parseNodeId(id).namespace}/${parseNodeId(id).name}` }))
              .toSorted((a, b) => a.label.localeCompare(b.label))}
            onChange={(id) => setUrl({ target: id, req: undefined })}
            className="max-w-72"
          />
          <Segmented
            label="Under which policies"
            value={under}
            options={UNDER}
            onChange={(next) => setUrl({ under: next === 'both' ? undefined : next })}
          />
        </div>
        <RequestBuilder
          form={form}
          flows={flows}
          principals={principals}
          onChange={(next) => setUrl({ target, req: formText(next) }, { replace: true })}
        />
      </Panel>
      <DecisionPanel query={query} cluster={cluster} before={before} pending={pending} />
    </div>
  );
}

/** The workload in the address, else the one that is called most. */
function useTarget(reply: PolicyFlowsReply, wanted: string | undefined) {
  return useMemo(() => {
    const busiest = reply.flows.find((flow) => reply.workloads[flow.target.id] !== undefined)?.target.id;
    const target = wanted !== undefined && reply.workloads[wanted] ? wanted : busiest;
    return { target, flows: reply.flows.filter((flow) => flow.target.id === target) };
  }, [reply, wanted]);
}

interface DecisionInput {
  cluster: string;
  reply: PolicyFlowsReply;
  target: string | undefined;
  form: Parameters<typeof requestOf>[0];
  under: 'both' | 'draft';
}

const NO_WORKLOAD = { namespace: 'default', labels: {} };

function useDecision({ cluster, reply, target, form, under }: DecisionInput) {
  const text = useDraft((state) => state.text);
  const now = useMemo(() => ({ text, form, target, under }), [text, form, target, under]);
  const settled = useSettled(now, TYPING_MS);
  const workload = reply.workloads[settled.target ?? ''];
  const asked = { workload: workload ?? NO_WORKLOAD, requests: [requestOf(settled.form).request] };
  const withApplied = settled.under === 'both' ? { includeCluster: cluster } : {};
  const query = useQuery({
    ...simulateQuery({ ...asked, ...withApplied, policies: settled.text, layers: true }),
    enabled: workload !== undefined,
  });
  const applied = useQuery({
    ...simulateQuery({ ...asked, policies: '', includeCluster: cluster, layers: false }),
    enabled: workload !== undefined && text !== '',
  });
  const before = text === '' || applied.isPlaceholderData ? undefined : applied.data?.results[0]?.decision;
  return { query, before, pending: settled !== now || query.isPlaceholderData };
}
