import type { CertificateKind, CertificateSource, CertificateSummary } from '@observatory/contracts';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { classes } from '../../components/classes.js';
import { DataTable, type DataColumn } from '../../components/data-table.js';
import { Panel } from '../../components/panel.js';
import { compactNumber, percent } from '../../lib/format.js';
import type { UrlValues } from '../../lib/url-values.js';
import { daysBars, seenWords, statusShares } from './model/summary-view.js';
import { needsSomebody, STATUS_WORDS, STATUSES } from '../../lib/certificate-states.js';
import { KIND_WORDS, PROBLEM_WORDS, SOURCE_WORDS } from './model/words.js';
import { CertificateState } from '../../components/certificate-state.js';

const FILLS = { quiet: 'bg-healthy', amber: 'bg-degraded', red: 'bg-failing' };

interface CountRowProps {
  /** What leads to the certificates that are counted. */
  search: UrlValues;
  label: ReactNode;
  title?: string;
  count: number;
  share?: number;
  fill?: string;
}

/** A line of a panel: what, how many, and a bar of their share. The whole line leads to them. */
function CountRow({ search, label, title, count, share, fill = 'bg-healthy' }: CountRowProps) {
  return (
    <li>
      <Link
        to="/certificates/list"
        search={search}
        title={title}
        className={classes('flex h-8 items-center gap-3 rounded-sm px-4 text-sm hover:bg-inset', count === 0 && 'text-ink-3')}
      >
        <span className="min-w-0 flex-1 truncate">{label}</span>
        {share !== undefined && (
          <span aria-hidden className="h-1.5 w-24 shrink-0 overflow-hidden rounded-full bg-inset">
            <span className={classes('block h-full', fill)} style={{ width: `${count === 0 ? 0 : Math.max(share * 100, 2)}%` }} />
          </span>
        )}
        <span className="figures w-12 text-right">{compactNumber(count)}</span>
      </Link>
    </li>
  );
}

export function StatusPanel({ summary }: { summary: CertificateSummary }) {
  return (
    <Panel title="By state" flush>
      <ul>
        {statusShares(summary).map(({ status, count, share }) => (
          <CountRow
            key={status}
            search={{ status }}
            label={<CertificateState status={status} labelled muted={count === 0} />}
            title={STATUS_WORDS[status].meaning}
            count={count}
            share={share}
            fill={FILLS[STATUS_WORDS[status].tone]}
          />
        ))}
      </ul>
    </Panel>
  );
}

interface DaysLeftPanelProps {
  buckets: CertificateSummary['byDaysLeft'];
  expired: number;
}

export function DaysLeftPanel({ buckets, expired }: DaysLeftPanelProps) {
  return (
    <Panel title="By days left" note={expired === 0 ? 'none has expired' : `${expired} that expired are in no bar`}>
      <ul className="flex h-44 items-end gap-1.5">
        {daysBars(buckets).map(({ words, count, height, endsAfter, endsWithin }) => (
          <li key={words} className="flex h-full min-w-0 flex-1">
            <Link
              to="/certificates/list"
              search={{ after: endsAfter, within: endsWithin }}
              className="group flex min-w-0 flex-1 flex-col justify-end rounded-sm text-center text-sm hover:bg-inset/60"
            >
              <span className={classes('figures', count === 0 && 'text-ink-3')}>{compactNumber(count)}</span>
              <span
                aria-hidden
                className="mx-auto w-full max-w-14 rounded-t-sm bg-healthy group-hover:bg-accent"
                style={{ height: `${count === 0 ? 1 : Math.max(3, height * 112)}px` }}
              />
              <span className="mt-1 border-t border-line-mid pt-1 text-xs text-ink-3">{words}</span>
            </Link>
          </li>
        ))}
      </ul>
      <p className="mt-2 text-sm text-pretty text-ink-3">
        Most certificates of workloads live for a day and renew by themselves: what matters of them is their state, not their days.
      </p>
    </Panel>
  );
}

export function ProblemPanel({ problems }: { problems: CertificateSummary['byProblem'] }) {
  return (
    <Panel title="Problems found" note={problems.length === 0 ? 'none' : undefined} flush>
      {problems.length === 0 ? (
        <p className="px-4 pb-3 text-sm text-ink-2">Chains, names, keys and dates of all that are seen were checked, and none is amiss.</p>
      ) : (
        <ul>
          {problems.map(({ code, certificates }) => (
            <CountRow key={code} search={{ problem: code }} label={PROBLEM_WORDS[code]} count={certificates} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

export function KindPanel({ byKind }: { byKind: CertificateSummary['byKind'] }) {
  return (
    <Panel title="By kind" flush>
      <ul>
        {(Object.keys(KIND_WORDS) as CertificateKind[]).map((kind) => (
          <CountRow key={kind} search={{ kind }} label={KIND_WORDS[kind].label} title={KIND_WORDS[kind].meaning} count={byKind[kind]} />
        ))}
      </ul>
    </Panel>
  );
}

export function SeenPanel({ summary: { bySource, coverage, cacheHitRatio } }: { summary: CertificateSummary }) {
  return (
    <Panel
      title="Where they are seen"
      flush
      actions={
        <Link to="/certificates/coverage" className="rounded-sm px-1 text-sm text-accent hover:underline">
          Coverage
        </Link>
      }
    >
      <p className="px-4 pb-1 text-sm text-ink-2">{seenWords(coverage)} One certificate may be seen in several places.</p>
      <ul>
        {(Object.keys(SOURCE_WORDS) as CertificateSource[]).map((source) => (
          <CountRow
            key={source}
            search={{ source }}
            label={SOURCE_WORDS[source].label}
            title={SOURCE_WORDS[source].what}
            count={bySource[source]}
          />
        ))}
      </ul>
      <p className="px-4 pt-1 pb-2 text-sm text-ink-3">
        {cacheHitRatio === null ? 'The cache was not asked yet.' : `The 15-minute cache answered ${percent(cacheHitRatio)} of questions.`}
      </p>
    </Panel>
  );
}

type NamespaceRow = CertificateSummary['namespaces'][number];

const NAMESPACE_COLUMNS: DataColumn<NamespaceRow>[] = [
  {
    id: 'namespace',
    header: 'Namespace',
    value: ({ namespace }) => namespace,
    cell: ({ namespace, cluster }) => (
      <span>
        <Link to="/certificates/list" search={{ ns: namespace, cluster }} className="font-medium hover:text-accent hover:underline">
          {namespace}
        </Link>{' '}
        <span className="text-ink-3">{cluster}</span>
      </span>
    ),
  },
  {
    id: 'worst',
    header: 'Worst',
    value: ({ worst }) => STATUSES.indexOf(worst),
    cell: ({ worst }) => <CertificateState status={worst} labelled />,
  },
  {
    id: 'unhealthy',
    header: 'Need somebody',
    align: 'right',
    value: ({ unhealthy }) => unhealthy,
    cell: ({ unhealthy, namespace, cluster }) =>
      unhealthy === 0 ? (
        <span className="text-ink-3">none</span>
      ) : (
        <Link
          to="/certificates/list"
          search={{ ns: namespace, cluster, status: STATUSES.filter(needsSomebody).join(',') }}
          className="text-degraded-ink hover:underline"
        >
          {unhealthy}
        </Link>
      ),
  },
  { id: 'total', header: 'Certificates', align: 'right', value: ({ total }) => total, cell: ({ total }) => compactNumber(total) },
];

export function NamespacePanel({ namespaces }: { namespaces: CertificateSummary['namespaces'] }) {
  return (
    <Panel title="Namespaces" note="the worst first" flush>
      <DataTable
        caption="Certificates by namespace"
        rows={namespaces}
        columns={NAMESPACE_COLUMNS}
        rowKey={({ cluster, namespace }) => `${cluster}/${namespace}`}
        empty="No certificate of this scope belongs to a namespace."
      />
    </Panel>
  );
}
