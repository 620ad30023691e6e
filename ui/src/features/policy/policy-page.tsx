import type { PolicyGetReply } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { CopyName } from '../../components/copy-name.js';
import { Facts } from '../../components/facts.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { StaleBanner } from '../../components/source-freshness.js';
import { Skeleton } from '../../components/state-view.js';
import { When } from '../../components/when.js';
import { Words } from '../../components/words.js';
import { asSentence } from '../../lib/format.js';
import { policyQuery } from '../../lib/policy-queries.js';
import { useUrlValues } from '../../lib/url-state.js';
import { useDraft } from './draft.js';
import { LazyEditor } from './lazy-editor.js';
import { Severity, Tag } from './marks.js';
import { editorMarks } from './model/editor-marks.js';
import { asKind, KIND_NAMES, KIND_PURPOSES, refText, SCOPE_WORDS } from './model/kinds.js';
import { PolicyFrame } from './policy-frame.js';
import { PolicyVersions } from './policy-versions.js';
import { RuleUse, SelectedWorkloads } from './policy-tables.js';

export function PolicyPage() {
  const { cluster, namespace, name } = useParams({ from: '/policies/$cluster/$namespace/$name' });
  const kind = asKind(useUrlValues()['kind']) ?? 'AuthorizationPolicy';
  const id = { cluster, kind, namespace, name };
  const policy = useQuery(policyQuery(id));
  return (
    <PolicyFrame
      title={<CopyName text={name} />}
      sentence={<Sentence kind={KIND_NAMES[kind]} purpose={KIND_PURPOSES[kind]} place={`${namespace} · ${cluster}`} policy={policy.data} />}
    >
      {policy.data && <StaleBanner sources={policy.data.sources} />}
      <QueryView query={policy} skeleton={<Skeleton className="h-96" />} title={name}>
        {(reply) => (
          <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-(--gap) xl:grid-cols-2">
            <div className="flex flex-col gap-(--gap)">
              <PlainWords reply={reply} />
              <SelectedWorkloads reply={reply} />
              <RuleUse reply={reply} />
            </div>
            <Text reply={reply} />
          </div>
        )}
      </QueryView>
      {policy.data && <PolicyVersions policy={id} />}
    </PolicyFrame>
  );
}

function Sentence({ kind, purpose, place, policy }: { kind: string; purpose: string; place: string; policy: PolicyGetReply | undefined }) {
  return (
    <>
      <p className="text-sm text-ink-3">
        {kind} · {place} · {purpose}
      </p>
      {policy?.policy.deletedAt !== undefined && (
        <p className="text-degraded-ink">
          It was deleted <When at={policy.policy.deletedAt} />: what stands here is its last version.
        </p>
      )}
    </>
  );
}

function PlainWords({ reply: { policy, words, diagnostics } }: { reply: PolicyGetReply }) {
  const { action, dryRun, scope, version, seenAt, createdAt, changedBy, apiVersion } = policy;
  return (
    <Panel
      title="In plain words"
      actions={
        <span className="flex gap-1">
          {action !== undefined && <Tag>{action}</Tag>}
          {dryRun && (
            <Tag tone="amber" title="It is only logged what it would do">
              dry run
            </Tag>
          )}
        </span>
      }
    >
      <ul className="flex flex-col gap-1">
        {words.map((line) => (
          <li key={line} className="text-pretty">
            <Words text={line} />
          </li>
        ))}
      </ul>
      {diagnostics.length > 0 && (
        <ul className="mt-3 flex flex-col gap-2 rounded-md bg-inset/60 p-3 text-sm">
          {diagnostics.map(({ severity, code, message, suggestion, path }) => (
            <li key={`${code} ${path} ${message}`} className="flex items-start gap-2">
              <span className="mt-px">
                <Severity of={severity} />
              </span>
              <span className="text-pretty">
                <Words text={asSentence(message)} />
                {suggestion !== undefined && (
                  <span className="block text-ink-2">
                    <Words text={suggestion} />
                  </span>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      <div className="mt-4">
        <Facts
          facts={[
            { name: 'Decides for', value: SCOPE_WORDS[scope] },
            { name: 'API', value: apiVersion },
            { name: 'Created', value: createdAt === undefined ? 'not said' : <When at={createdAt} /> },
            {
              name: 'This version',
              value:
                version === undefined || seenAt === undefined ? (
                  'not known: the database that keeps versions was not reached yet'
                ) : (
                  <>
                    {version}, seen <When at={seenAt} />
                  </>
                ),
            },
            { name: 'Written by', value: changedBy ?? 'not said by the object' },
          ]}
        />
      </div>
    </Panel>
  );
}

/** Takes its text along as the draft. */
function EditLink({ yaml }: { yaml: string }) {
  const set = useDraft((state) => state.set);
  return (
    <Link to="/policies/what-if" onClick={() => set({ text: yaml, deletions: [] })} className="text-accent hover:underline">
      Edit it and replay the traffic
    </Link>
  );
}

const LINE_PX = 19.5;

function Text({ reply: { yaml, diagnostics, policy, workloads } }: { reply: PolicyGetReply }) {
  const lines = yaml.split('\n').length;
  return (
    <Panel title="YAML" note="without status and bookkeeping">
      <LazyEditor
        label={`YAML of ${policy.name}`}
        value={yaml}
        marks={editorMarks(yaml, diagnostics)}
        height={`${Math.min(640, Math.max(180, lines * LINE_PX + 20))}px`}
      />
      <p className="mt-2 flex flex-wrap gap-4 text-sm">
        {workloads?.[0] && (
          <Link to="/policies/sandbox" search={{ target: workloads[0].id }} className="text-accent hover:underline">
            Try a request to {workloads[0].name}
          </Link>
        )}
        <Link to="/policies/what-if" search={{ del: refText(policy), run: '1' }} className="text-accent hover:underline">
          What if it were deleted?
        </Link>
        <EditLink yaml={yaml} />
      </p>
    </Panel>
  );
}
