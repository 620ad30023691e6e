import type { WorkloadCoverage } from '@observatory/contracts';
import type { ReactNode } from 'react';
import { CsvButton, type DataColumn, DataTable } from '../../components/data-table.js';
import { SelectField } from '../../components/fields.js';
import { Tag } from '../../components/marks.js';
import { Panel } from '../../components/panel.js';
import { WorkloadLink } from '../../components/workload-link.js';
import { isEnforced, type Lack } from './model/coverage-view.js';
import { PolicyLink } from './policy-link.js';

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
