import type { PolicyCoverageReply, UnusedRule, WorkloadCoverage } from '@observatory/contracts';
import type { ReactNode } from 'react';
import { classes } from '../../components/classes.js';
import { CsvButton, type DataColumn, DataTable } from '../../components/data-table.js';
import { SelectField } from '../../components/fields.js';
import { Panel } from '../../components/panel.js';
import { WorkloadLink } from '../../components/workload-link.js';
import { significant } from '../../lib/format.js';
import { Severity, Tag } from './marks.js';
import { isEnforced, type Lack, type NamespaceRow, type Place, placeText } from './model/coverage-view.js';
import { PolicyLink } from './policy-link.js';

/** A share as a bar with its count: full is quiet, what is lacking is left open. */
function Share({ of, all, none }: { of: number; all: number; none: string }) {
  if (all === 0) return <span className="text-ink-3">{none}</span>;
  return (
    <span className="inline-flex items-center justify-end gap-2" title={`${of} of ${all}`}>
      <span aria-hidden className="h-1.5 w-12 overflow-hidden rounded-full bg-inset @max-md:hidden">
        <span className="block h-full bg-healthy" style={{ width: `${(of / all) * 100}%` }} />
      </span>
      <span>
        {of}
        <span className="text-ink-3">/{all}</span>
      </span>
    </span>
  );
}

function share(id: string, header: string, of: (row: NamespaceRow) => number): DataColumn<NamespaceRow> {
  const value = (row: NamespaceRow) => (row.enforced === 0 ? null : of(row));
  return { id, header, align: 'right', value, cell: (row) => <Share of={of(row)} all={row.enforced} none="not Istio's" /> };
}

function namespaceColumns(onChoose: (place: Place | undefined) => void, place: Place | undefined): DataColumn<NamespaceRow>[] {
  const chosen = place && placeText(place);
  return [
    {
      id: 'namespace',
      header: 'Namespace',
      value: ({ namespace }) => namespace,
      cell: (row) => (
        <button
          type="button"
          aria-pressed={chosen === placeText(row)}
          onClick={() => onChoose(chosen === placeText(row) ? undefined : row)}
          className={classes(
            'rounded-sm text-left font-medium hover:text-accent hover:underline',
            chosen === placeText(row) && 'text-accent',
          )}
        >
          {row.namespace}
        </button>
      ),
    },
    share('deny', 'Default deny', ({ defaultDeny }) => defaultDeny),
    share('strict', 'Strict mTLS', ({ strictMtls }) => strictMtls),
    {
      id: 'network',
      header: 'NetworkPolicy',
      align: 'right',
      value: ({ networkPolicy }) => networkPolicy,
      cell: ({ networkPolicy, workloads }) => <Share of={networkPolicy} all={workloads} none="no workload" />,
      wideOnly: true,
    },
    {
      id: 'open',
      header: 'Open to anybody',
      align: 'right',
      value: ({ openToAll }) => openToAll,
      cell: ({ openToAll }) =>
        openToAll === 0 ? <span className="text-ink-3">none</span> : <span className="text-degraded-ink">{openToAll}</span>,
      wideOnly: true,
    },
    {
      id: 'policies',
      header: 'Policies',
      align: 'right',
      value: ({ policies }) => policies,
      cell: ({ policies }) => policies,
      wideOnly: true,
    },
    {
      id: 'findings',
      header: 'Findings',
      align: 'right',
      value: ({ high, medium }) => high * 1000 + medium,
      cell: ({ high, medium }) => (
        <span className="inline-flex items-center gap-2">
          {high > 0 && (
            <span className="inline-flex items-center gap-1">
              <Severity of="high" /> {high}
            </span>
          )}
          {medium > 0 && (
            <span className="inline-flex items-center gap-1">
              <Severity of="medium" /> {medium}
            </span>
          )}
          {high + medium === 0 && <span className="text-ink-3">none</span>}
        </span>
      ),
    },
  ];
}

interface NamespaceCoverageTableProps {
  rows: readonly NamespaceRow[];
  place: Place | undefined;
  onChoose: (place: Place | undefined) => void;
}

export function NamespaceCoverageTable({ rows, place, onChoose }: NamespaceCoverageTableProps) {
  const columns = namespaceColumns(onChoose, place);
  return (
    <Panel
      title="Namespaces"
      note="choose one to see its workloads"
      flush
      actions={<CsvButton fileName="coverage" rows={rows} columns={columns} />}
    >
      <DataTable
        caption="Coverage by namespace"
        rows={rows}
        columns={columns}
        rowKey={placeText}
        initialOrder={{ id: 'findings', direction: 'descending' }}
        empty="No namespace with workloads in this scope."
      />
    </Panel>
  );
}

const MTLS = {
  STRICT: { words: 'strict', title: 'Plain text is refused', tone: 'quiet' },
  PERMISSIVE: { words: 'permissive', title: 'Plain text is taken too', tone: 'amber' },
  DISABLE: { words: 'off', title: 'Mutual TLS is refused', tone: 'red' },
  unknown: { words: 'not known', title: 'Nothing of Istio enforces it there', tone: 'quiet' },
} as const;

const WORKLOAD_COLUMNS: DataColumn<WorkloadCoverage>[] = [
  {
    id: 'workload',
    header: 'Workload',
    value: ({ namespace, name }) => `${namespace}/${name}`,
    cell: ({ cluster, namespace, name, reasons }) => (
      <div className="py-1">
        <WorkloadLink cluster={cluster} namespace={namespace} name={name} className="font-medium" />{' '}
        <span className="text-ink-3">{namespace}</span>
        {reasons.map((reason) => (
          <p key={reason} className="text-pretty text-ink-3">
            {reason}
          </p>
        ))}
      </div>
    ),
  },
  {
    id: 'deny',
    header: 'Unmatched',
    value: (workload) => (isEnforced(workload) ? (workload.defaultDeny ? 'refused' : 'let in') : null),
    cell: (workload) =>
      isEnforced(workload) ? (
        <Tag
          tone={workload.defaultDeny ? 'quiet' : 'amber'}
          title={workload.defaultDeny ? 'Default deny: what no rule allows is refused' : 'No ALLOW policy: whatever is not denied gets in'}
        >
          {workload.defaultDeny ? 'refused' : 'let in'}
        </Tag>
      ) : (
        <span className="text-ink-3">–</span>
      ),
  },
  {
    id: 'mtls',
    header: 'mTLS',
    value: ({ mtls }) => mtls,
    cell: ({ mtls }) => (
      <Tag tone={MTLS[mtls].tone} title={MTLS[mtls].title}>
        {MTLS[mtls].words}
      </Tag>
    ),
  },
  {
    id: 'open',
    header: 'Open to anybody by',
    value: ({ openTo }) => openTo.map(({ name }) => name).join(' '),
    cell: ({ cluster, openTo }) => <PolicyLinks cluster={cluster} policies={openTo} none="none" />,
    wideOnly: true,
  },
  {
    id: 'policies',
    header: 'Decided by',
    value: ({ policies }) => policies.map(({ namespace, name }) => `${namespace}/${name}`).join(' '),
    cell: ({ cluster, policies }) => <PolicyLinks cluster={cluster} policies={policies} none="no policy" />,
    wideOnly: true,
  },
  {
    id: 'network',
    header: 'NetworkPolicy',
    value: ({ networkPolicy }) => networkPolicy,
    cell: ({ networkPolicy }) => (networkPolicy ? 'yes' : <span className="text-ink-3">no</span>),
    wideOnly: true,
  },
];

function PolicyLinks({ cluster, policies, none }: { cluster: string; policies: WorkloadCoverage['policies']; none: string }) {
  if (policies.length === 0) return <span className="text-ink-3">{none}</span>;
  return (
    <span className="flex flex-col">
      {policies.map((policy) => (
        <PolicyLink key={`${policy.kind} ${policy.namespace}/${policy.name}`} cluster={cluster} policy={policy} />
      ))}
    </span>
  );
}

const LACK_OPTIONS: { value: Lack; label: string }[] = [
  { value: 'any', label: 'All workloads' },
  { value: 'default-deny', label: 'Without default deny' },
  { value: 'strict-mtls', label: 'That take plain text' },
  { value: 'open', label: 'Open to anybody' },
  { value: 'network-policy', label: 'Without NetworkPolicy' },
];

interface WorkloadCoverageTableProps {
  rows: readonly WorkloadCoverage[];
  lack: Lack;
  onLack: (lack: Lack) => void;
  note: ReactNode;
}

export function WorkloadCoverageTable({ rows, lack, onLack, note }: WorkloadCoverageTableProps) {
  return (
    <Panel
      title="Workloads"
      note={
        <span className="inline-flex items-center gap-2">
          {rows.length} {note}
        </span>
      }
      flush
      actions={
        <>
          <SelectField label="Which workloads" value={lack} options={LACK_OPTIONS} onChange={onLack} />
          <CsvButton fileName="workload-coverage" rows={rows} columns={WORKLOAD_COLUMNS} />
        </>
      }
    >
      <DataTable
        caption="Coverage by workload"
        rows={rows}
        columns={WORKLOAD_COLUMNS}
        rowKey={({ id }) => id}
        empty={lack === 'any' ? 'No workload runs in this scope.' : 'None: no workload of this scope lacks it.'}
      />
    </Panel>
  );
}

const UNUSED_COLUMNS: DataColumn<UnusedRule>[] = [
  {
    id: 'policy',
    header: 'Policy',
    value: ({ policy }) => `${policy.namespace}/${policy.name}`,
    cell: ({ cluster, policy }) => <PolicyLink cluster={cluster} policy={policy} full className="font-medium" />,
  },
  { id: 'rule', header: 'Rule', align: 'right', value: ({ rule }) => rule + 1, cell: ({ rule }) => rule + 1 },
  { id: 'words', header: 'What was seen', value: ({ words }) => words, cell: ({ words }) => words },
];

/** Rules that no recorded flow matched, with how much was recorded: a rule may guard what is rare. */
export function UnusedRules({ reply, place }: { reply: PolicyCoverageReply; place: Place | undefined }) {
  const rows = reply.unusedRules.filter(
    ({ cluster, policy }) => place === undefined || placeText({ cluster, namespace: policy.namespace }) === placeText(place),
  );
  const { days, detail } = reply.usage;
  return (
    <Panel
      title="Rules that no traffic used"
      note={days === null ? 'not known' : `over ${significant(days, 2)} days`}
      flush
      actions={<CsvButton fileName="unused-rules" rows={rows} columns={UNUSED_COLUMNS} />}
    >
      <p className="px-4 pb-2 text-sm text-ink-2">
        {detail}. A rule that guards what happens once a quarter is unused too: what a rule is for is yours to know.
      </p>
      <DataTable
        caption="Unused rules"
        rows={rows}
        columns={UNUSED_COLUMNS}
        rowKey={({ cluster, policy, rule }) => `${cluster} ${policy.kind} ${policy.namespace}/${policy.name} ${rule}`}
        empty={
          days === null
            ? 'Whether rules are used is not known: no traffic is recorded.'
            : 'Every rule was matched by some flow of the recording, or asks for what is not recorded.'
        }
      />
    </Panel>
  );
}
