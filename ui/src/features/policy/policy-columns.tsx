import type { PolicySummary } from '@observatory/contracts';
import type { DataColumn } from '../../components/data-table.js';
import { When } from '../../components/when.js';
import { Words } from '../../components/words.js';
import { Severity, Tag } from './marks.js';
import { KIND_NAMES, SCOPE_WORDS } from './model/kinds.js';
import { PolicyLink } from './policy-link.js';

export const POLICY_COLUMNS: DataColumn<PolicySummary>[] = [
  {
    id: 'name',
    header: 'Policy',
    value: ({ namespace, name }) => `${namespace}/${name}`,
    cell: (policy) => (
      <div className="py-1">
        <PolicyLink cluster={policy.cluster} policy={policy} full className="font-medium break-all" />
        <p className="text-ink-3">{KIND_NAMES[policy.kind]}</p>
        <p className="text-pretty text-ink-2 @2xl:hidden">
          <Words text={policy.words} />
        </p>
      </div>
    ),
  },
  {
    id: 'action',
    header: 'Action',
    value: ({ action, dryRun }) => [action, dryRun && 'dry run'].filter(Boolean).join(', '),
    cell: ({ action, dryRun, deletedAt }) => (
      <span className="flex flex-wrap gap-1">
        {action !== undefined && <Tag>{action}</Tag>}
        {dryRun && <Tag tone="amber">dry run</Tag>}
        {deletedAt !== undefined && <Tag tone="amber">deleted</Tag>}
      </span>
    ),
  },
  {
    id: 'words',
    header: 'What it says',
    value: ({ words }) => words,
    cell: ({ words }) => (
      <div className="py-1">
        <p className="line-clamp-2 max-w-[70ch] text-pretty" title={words}>
          <Words text={words} />
        </p>
      </div>
    ),
    wideOnly: true,
    width: '50%',
  },
  {
    id: 'selects',
    header: 'Selects',
    unit: 'workloads',
    align: 'right',
    value: ({ selects }) => selects,
    cell: ({ selects, scope }) => (
      <span
        title={selects === null ? 'Not known' : `${selects} workloads: ${SCOPE_WORDS[scope]}`}
        className={selects === 0 ? 'text-degraded-ink' : ''}
      >
        {selects ?? '–'}
      </span>
    ),
  },
  {
    id: 'problems',
    header: 'Problems',
    align: 'right',
    value: ({ problems }) => problems.errors + problems.warnings,
    cell: ({ problems: { errors, warnings } }) =>
      errors + warnings === 0 ? (
        <span className="text-ink-3">none</span>
      ) : (
        <span className="inline-flex items-center gap-2">
          {errors > 0 && (
            <span className="inline-flex items-center gap-1">
              <Severity of="error" /> {errors}
            </span>
          )}
          {warnings > 0 && (
            <span className="inline-flex items-center gap-1">
              <Severity of="warning" /> {warnings}
            </span>
          )}
        </span>
      ),
  },
  {
    id: 'changed',
    header: 'This version',
    align: 'right',
    value: ({ seenAt }) => seenAt,
    cell: ({ version, seenAt, changedBy }) =>
      version === undefined || seenAt === undefined ? (
        <span className="text-ink-3">not known yet</span>
      ) : (
        <span title={changedBy === undefined ? 'Who wrote it is not said' : `Written by ${changedBy}`}>
          {version} <span className="text-ink-3">since</span> <When at={seenAt} />
        </span>
      ),
    wideOnly: true,
  },
];
