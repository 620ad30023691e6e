import type { PolicyGetReply, WorkloadRef } from '@observatory/contracts';
import { Link } from '@tanstack/react-router';
import { CsvButton, type DataColumn, DataTable } from '../../components/data-table.js';
import { Panel } from '../../components/panel.js';
import { When } from '../../components/when.js';
import { WorkloadLink } from '../../components/workload-link.js';
import { refText } from './model/kinds.js';

const WORKLOAD_COLUMNS: DataColumn<WorkloadRef>[] = [
  {
    id: 'name',
    header: 'Workload',
    value: ({ namespace, name }) => `${namespace}/${name}`,
    cell: ({ cluster, namespace, name }) => (
      <span>
        <WorkloadLink cluster={cluster} namespace={namespace} name={name} className="font-medium" />{' '}
        <span className="text-ink-3">{namespace}</span>
      </span>
    ),
  },
  {
    id: 'account',
    header: 'Service account',
    value: ({ serviceAccount }) => serviceAccount,
    cell: ({ serviceAccount }) => serviceAccount ?? <span className="text-ink-3">not known</span>,
  },
];

export function SelectedWorkloads({ reply: { policy, workloads } }: { reply: PolicyGetReply }) {
  return (
    <Panel
      title="Selects"
      note={workloads === null ? 'not known' : String(workloads.length)}
      flush
      actions={
        <>
          {workloads !== null && workloads.length > 0 && (
            <Link
              to="/map"
              search={{ overlay: 'policy', policy: `${policy.cluster}/${refText(policy)}` }}
              className="rounded-sm px-1 text-sm text-accent hover:underline"
            >
              Show on the map
            </Link>
          )}
          <CsvButton fileName={`${policy.name}-workloads`} rows={workloads ?? []} columns={WORKLOAD_COLUMNS} />
        </>
      }
    >
      <DataTable
        caption="Workloads that it selects"
        rows={workloads ?? []}
        columns={WORKLOAD_COLUMNS}
        rowKey={({ id }) => id}
        maxHeight={320}
        empty={
          workloads === null
            ? 'Not known: workloads are not read, or this kind selects by way of others.'
            : 'It selects no workload that runs now: it decides nothing.'
        }
      />
    </Panel>
  );
}

type RuleRow = PolicyGetReply['rules'][number];

const RULE_COLUMNS: DataColumn<RuleRow>[] = [
  { id: 'rule', header: 'Rule', value: ({ rule }) => rule + 1, cell: ({ rule, path }) => <span title={path}>{rule + 1}</span> },
  {
    id: 'flows',
    header: 'Flows that matched',
    align: 'right',
    value: ({ flowsMatched }) => flowsMatched,
    cell: ({ flowsMatched }) =>
      flowsMatched === null ? (
        <span className="text-ink-3">not known</span>
      ) : (
        <span className={flowsMatched === 0 ? 'text-degraded-ink' : ''}>{flowsMatched === 0 ? 'none' : flowsMatched}</span>
      ),
  },
  {
    id: 'last',
    header: 'Last',
    align: 'right',
    value: ({ lastMatchedAt }) => lastMatchedAt,
    cell: ({ lastMatchedAt }) => (lastMatchedAt === undefined ? <span className="text-ink-3">–</span> : <When at={lastMatchedAt} />),
  },
];

/** Whether its rules are used; only an AuthorizationPolicy has rules that flows can match. */
export function RuleUse({ reply: { policy, rules, usageDays } }: { reply: PolicyGetReply }) {
  if (policy.kind !== 'AuthorizationPolicy') return null;
  return (
    <Panel
      title="Rules and their use"
      note={usageDays > 0 ? `over ${usageDays} days of recorded traffic` : 'over what is recorded: less than a day'}
      flush
    >
      <DataTable
        caption="Use of its rules"
        rows={rules}
        columns={RULE_COLUMNS}
        rowKey={({ path }) => path}
        maxHeight={320}
        empty="It has no rule: ALLOW without rules refuses everything, DENY without rules refuses nothing."
      />
    </Panel>
  );
}
