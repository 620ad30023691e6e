import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { Button } from '../../components/button.js';
import { FIELD, SelectField } from '../../components/fields.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { StaleBanner } from '../../components/source-freshness.js';
import { Skeleton } from '../../components/state-view.js';
import { parseNodeId } from '../../lib/node-id.js';
import { coverageQuery, matrixQuery, reachQuery } from '../../lib/policy-queries.js';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { useCluster } from '../../lib/use-cluster.js';
import { MatrixPanel } from './matrix-panel.js';
import { matrixSentence } from './model/matrix-view.js';
import { PolicyFrame } from './policy-frame.js';
import { ReachTable } from './reach-table.js';
import { useNames } from './use-names.js';

/** Who can reach whom under what is applied, whether or not anybody does. */
export function ReachPage() {
  const { cluster } = useCluster();
  return cluster === undefined ? <Skeleton className="m-4 h-96" /> : <Reach cluster={cluster} />;
}

function Reach({ cluster }: { cluster: string }) {
  const { workload, identity, source, target } = useUrlValues();
  const matrix = useQuery(matrixQuery({ cluster }));
  return (
    <PolicyFrame
      title="Who can reach whom"
      sentence={
        matrix.data ? matrixSentence(matrix.data.cells) : 'Decided from the policies that are applied, whether or not anybody calls.'
      }
    >
      {matrix.data && <StaleBanner sources={matrix.data.sources} />}
      <Questions cluster={cluster} workload={workload} identity={identity} />
      {(workload ?? identity) !== undefined && <Answer cluster={cluster} workload={workload} identity={workload ? undefined : identity} />}
      <QueryView query={matrix} skeleton={<Skeleton className="h-96" />} title="Namespaces">
        {(reply) => <MatrixPanel reply={reply} chosen={source && target ? { source, target } : undefined} />}
      </QueryView>
      {source && target && <Pairs cluster={cluster} source={source} target={target} />}
    </PolicyFrame>
  );
}

interface QuestionsProps {
  cluster: string;
  workload: string | undefined;
  identity: string | undefined;
}

function Questions({ cluster, workload, identity }: QuestionsProps) {
  const setUrl = useSetUrl();
  const coverage = useQuery(coverageQuery({ cluster }));
  const names = useNames(cluster, undefined);
  const options = (coverage.data?.workloads ?? [])
    .map(({ id, namespace, name }) => ({ value: id, label: `${namespace}/${name}` }))
    .toSorted((a, b) => a.label.localeCompare(b.label));
  return (
    <div className="grid gap-(--gap) md:grid-cols-2">
      <Panel title="Who can reach this workload?">
        <SelectField
          label="Workload"
          value={workload ?? ''}
          options={[{ value: '', label: 'Choose a workload …' }, ...options]}
          onChange={(next) => setUrl({ workload: next || undefined, identity: undefined })}
          className="w-full"
        />
      </Panel>
      <Panel title="What can this identity reach?">
        <IdentityField
          key={identity ?? ''}
          value={identity ?? ''}
          known={names.principals}
          onAsk={(next) => setUrl({ identity: next || undefined, workload: undefined })}
        />
      </Panel>
    </div>
  );
}

function IdentityField({ value, known, onAsk }: { value: string; known: readonly string[]; onAsk: (identity: string) => void }) {
  const id = useId();
  const [text, setText] = useState(value);
  return (
    <form
      className="flex gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk(text.trim().replace(/^spiffe:\/\//u, ''));
      }}
    >
      <input
        aria-label="Identity"
        list={id}
        value={text}
        placeholder="cluster.local/ns/shop/sa/checkout"
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        className={`${FIELD} flex-1`}
      />
      <datalist id={id}>
        {known.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </datalist>
      <Button type="submit">Ask</Button>
    </form>
  );
}

const ANONYMOUS = {
  all: 'A caller without identity gets in with every request.',
  some: 'A caller without identity gets in with some requests.',
  none: 'A caller without identity (plain text) never gets in.',
  unknown: 'Whether a caller without identity gets in is not known.',
};

function Answer({ cluster, workload, identity }: QuestionsProps) {
  const reach = useQuery(reachQuery({ cluster, workload, identity }));
  const title = workload ? `Who can reach ${parseNodeId(workload).name}` : `What ${identity} can reach`;
  return (
    <QueryView query={reach} skeleton={<Skeleton className="h-72" />} title={title}>
      {({ entries, omitted, anonymous }) => (
        <ReachTable
          title={title}
          cluster={cluster}
          entries={entries}
          omitted={omitted}
          ends={workload ? 'source' : 'target'}
          note={anonymous === null ? undefined : ANONYMOUS[anonymous]}
          empty={
            workload
              ? 'No caller is known in this cluster.'
              : 'No workload is known in this cluster, or the identity is not written as trust-domain/ns/namespace/sa/account.'
          }
        />
      )}
    </QueryView>
  );
}

function Pairs({ cluster, source, target }: { cluster: string; source: string; target: string }) {
  const pairs = useQuery(matrixQuery({ cluster, source, target }));
  const title = `From ${source} to ${target}`;
  return (
    <QueryView query={pairs} skeleton={<Skeleton className="h-72" />} title={title}>
      {({ entries, omitted }) => (
        <ReachTable
          title={title}
          cluster={cluster}
          entries={entries}
          omitted={omitted}
          ends="both"
          note={undefined}
          empty="No pair of workloads."
        />
      )}
    </QueryView>
  );
}
