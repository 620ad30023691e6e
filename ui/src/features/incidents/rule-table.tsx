import { Link } from '@tanstack/react-router';
import { type ReactNode, useMemo, useState } from 'react';
import { Button } from '../../components/button.js';
import { CsvButton, type DataColumn, DataTable } from '../../components/data-table.js';
import { Panel } from '../../components/panel.js';
import { ProblemLine } from '../../components/problem-line.js';
import { When } from '../../components/when.js';
import type { Rule } from './model/rules.js';
import { SubjectLink } from './subject-link.js';
import { useEndRule } from './use-changes.js';

const COLUMNS: DataColumn<Rule>[] = [
  {
    id: 'label',
    header: 'Whom',
    width: '28%',
    value: ({ label }) => label,
    cell: ({ subject, label, over, what }) => (
      <div className="py-1">
        {subject === undefined ? (
          <span className={over ? 'text-ink-3' : 'font-medium'}>{label}</span>
        ) : (
          <SubjectLink id={subject} label={label} className={over ? 'text-ink-3' : 'font-medium'} />
        )}
        <p className="text-ink-3 @2xl:hidden">{what}</p>
      </div>
    ),
  },
  { id: 'what', header: 'What', value: ({ what }) => what, cell: ({ what }) => what, wideOnly: true },
  {
    id: 'reason',
    header: 'Why',
    width: '30%',
    value: ({ reason }) => reason,
    cell: ({ reason, incidentId }) => (
      <div className="py-1 text-pretty">
        {reason}
        {incidentId !== undefined && (
          <>
            {' '}
            <Link to="/incidents/$id" params={{ id: incidentId }} className="text-accent hover:underline">
              its incident
            </Link>
          </>
        )}
      </div>
    ),
  },
  {
    id: 'by',
    header: 'Who',
    value: ({ createdBy }) => createdBy,
    cell: ({ createdBy, createdAt }) => (
      <span>
        {createdBy} <When at={createdAt} className="text-ink-3" />
      </span>
    ),
    wideOnly: true,
  },
  {
    id: 'until',
    header: 'Ends',
    value: ({ expiresAt }) => expiresAt,
    cell: ({ expiresAt, over }) => (
      <span className={over ? 'text-ink-3' : ''}>
        {over && 'ended '}
        <When at={expiresAt} className="whitespace-nowrap" />
      </span>
    ),
  },
];

interface RuleTableProps {
  of: 'suppressions' | 'allowances';
  title: string;
  purpose: string;
  rules: readonly Rule[];
  empty: string;
  actions: ReactNode;
}

export function RuleTable({ of, title, purpose, rules, empty, actions }: RuleTableProps) {
  const columns = useMemo((): DataColumn<Rule>[] => [...COLUMNS, endColumn(of)], [of]);
  const running = rules.filter(({ over }) => !over).length;
  return (
    <Panel
      title={title}
      note={String(running)}
      flush
      actions={
        <>
          {actions}
          <CsvButton fileName={of} rows={rules} columns={COLUMNS} />
        </>
      }
    >
      <p className="max-w-prose px-4 pb-2 text-sm text-pretty text-ink-2">{purpose}</p>
      <DataTable caption={title} rows={rules} columns={columns} rowKey={({ ids }) => ids.join(' ')} maxHeight={480} empty={empty} />
    </Panel>
  );
}

const endColumn = (of: RuleTableProps['of']): DataColumn<Rule> => ({
  id: 'end',
  header: '',
  unsorted: true,
  align: 'right',
  value: () => null,
  cell: (rule) => !rule.over && <EndButton of={of} rule={rule} />,
});

/** The first press asks, the second does. */
function EndButton({ of, rule }: { of: RuleTableProps['of']; rule: Rule }) {
  const end = useEndRule(of);
  const [asked, setAsked] = useState(false);
  if (end.isError) return <ProblemLine what="Not ended" error={end.error} />;
  return (
    <Button
      look={asked ? 'solid' : 'outline'}
      size="small"
      disabled={end.isPending || end.isSuccess}
      onBlur={() => setAsked(false)}
      onClick={() => (asked ? end.mutate(rule.ids) : setAsked(true))}
      aria-label={`${asked ? 'Yes, end' : 'End'} what is said about ${rule.label}`}
    >
      {end.isPending ? 'Ending …' : asked ? 'Yes, end it' : 'End'}
    </Button>
  );
}
