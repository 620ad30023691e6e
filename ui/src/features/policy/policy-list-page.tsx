import type { PolicyListReply } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { CsvButton, DataTable } from '../../components/data-table.js';
import { SearchField, SelectField } from '../../components/fields.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { Segmented } from '../../components/segmented.js';
import { StaleBanner } from '../../components/source-freshness.js';
import { Skeleton } from '../../components/state-view.js';
import { policiesQuery } from '../../lib/policy-queries.js';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { useScope } from '../../lib/use-scope.js';
import { KIND_NAMES } from './model/kinds.js';
import { filterPolicies, listSentence, parseListFilter, unreadKinds, type ListFilter, type Show } from './model/list-view.js';
import { POLICY_COLUMNS } from './policy-columns.js';
import { PolicyFrame } from './policy-frame.js';

/** Every policy that the watch sees: what it says, whom it selects, what is wrong with it. */
export function PolicyListPage() {
  const { cluster } = useScope();
  const filter = parseListFilter(useUrlValues());
  const list = useQuery(policiesQuery({ cluster, deleted: filter.show === 'deleted' }));
  return (
    <PolicyFrame title="Policies" sentence={list.data ? listSentence(list.data.policies) : <Skeleton className="h-5 w-72" />}>
      {list.data && <StaleBanner sources={list.data.sources} />}
      <QueryView query={list} skeleton={<Skeleton className="h-96" />} title="Policies">
        {(reply) => <PolicyTable reply={reply} filter={filter} />}
      </QueryView>
    </PolicyFrame>
  );
}

const SHOW_OPTIONS: { value: Show; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'problems', label: 'With problems' },
  { value: 'dry-run', label: 'Dry runs' },
  { value: 'deleted', label: 'Deleted' },
];

function PolicyTable({ reply, filter }: { reply: PolicyListReply; filter: ListFilter }) {
  const { namespaces } = useScope();
  const rows = useMemo(() => filterPolicies(reply.policies, filter, namespaces), [reply, filter, namespaces]);
  const unread = unreadKinds(reply.kinds);
  const note = rows.length === reply.policies.length ? String(rows.length) : `${rows.length} of ${reply.policies.length}`;
  return (
    <Panel title="Applied" note={note} flush actions={<CsvButton fileName="policies" rows={rows} columns={POLICY_COLUMNS} />}>
      <ListFilters filter={filter} kinds={reply.policies.map(({ kind }) => kind)} />
      {unread.length > 0 && (
        <ul role="status" className="mx-4 mb-2 rounded-md bg-degraded-soft px-3 py-1.5 text-sm text-degraded-ink">
          {unread.map((line) => (
            <li key={line}>{line}.</li>
          ))}
        </ul>
      )}
      <DataTable
        caption="Policies"
        rows={rows}
        columns={POLICY_COLUMNS}
        rowKey={({ cluster, kind, namespace, name }) => `${cluster}/${kind}/${namespace}/${name}`}
        initialOrder={{ id: 'name', direction: 'ascending' }}
        maxHeight={760}
        empty={emptyWords(filter, reply.policies.length)}
      />
    </Panel>
  );
}

function emptyWords({ show, text, kind }: ListFilter, all: number): string {
  if (show === 'deleted' && text === '' && !kind) return 'No policy was deleted since this Observatory has been watching.';
  if (all === 0) return 'No policy is applied in this scope. Suggest writes the first ones from the traffic that was seen.';
  return 'No policy answers to these filters.';
}

function ListFilters({ filter, kinds }: { filter: ListFilter; kinds: readonly (keyof typeof KIND_NAMES)[] }) {
  const setUrl = useSetUrl();
  const setText = useCallback((q: string) => setUrl({ q: q || undefined }, { replace: true }), [setUrl]);
  const known = [...new Set([...kinds, ...(filter.kind ? [filter.kind] : [])])].toSorted();
  return (
    <div className="flex flex-wrap items-center gap-2 px-4 pb-2">
      <SearchField
        label="Find a policy"
        placeholder="Name, namespace, or what it says"
        value={filter.text}
        onChange={setText}
        className="w-64 max-sm:w-full"
      />
      <SelectField
        label="Kind"
        value={filter.kind ?? ''}
        options={[{ value: '', label: 'All kinds' }, ...known.map((kind) => ({ value: kind, label: KIND_NAMES[kind] }))]}
        onChange={(kind) => setUrl({ kind: kind || undefined })}
      />
      <Segmented
        label="Show"
        value={filter.show}
        options={SHOW_OPTIONS}
        onChange={(show) => setUrl({ show: show === 'all' ? undefined : show })}
        className="max-sm:w-full"
      />
    </div>
  );
}
