import type { AuditPage as Trail } from '@observatory/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ShieldAlert, ShieldCheck, ShieldQuestion } from 'lucide-react';
import { Button } from '../../components/button.js';
import { classes } from '../../components/classes.js';
import { CsvButton, DataTable } from '../../components/data-table.js';
import { Page } from '../../components/page.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { Skeleton } from '../../components/state-view.js';
import { When } from '../../components/when.js';
import { auditQuery } from '../../lib/policy-queries.js';
import { useUrlValues } from '../../lib/url-state.js';
import { AUDIT_COLUMNS } from './audit-columns.js';
import { AuditFilters } from './audit-filters.js';
import { chainWords, parseAuditFilter } from './model/audit-view.js';

/** Who did what in the Observatory, and whether what stands here is what happened. */
export function AuditPage() {
  const filter = parseAuditFilter(useUrlValues());
  const query = useInfiniteQuery(auditQuery(filter));
  const filtered = Object.values(filter).some((value) => value !== undefined);
  return (
    <Page title="Audit" sentence="Who did what in the Observatory, when, and what became of it. Entries are only ever added.">
      <QueryView query={query} skeleton={<Skeleton className="h-96" />} title="Entries">
        {({ pages }) => {
          const rows = pages.flatMap(({ entries }) => entries);
          return (
            <>
              {pages[0] && <Chain chain={pages[0].chain} />}
              <Panel
                title="Entries"
                note={`${rows.length}${query.hasNextPage ? ', and older ones' : ''}`}
                flush
                actions={<CsvButton fileName="audit" rows={rows} columns={AUDIT_COLUMNS} />}
              >
                <AuditFilters filter={filter} rows={rows} />
                <DataTable
                  caption="Audit trail"
                  rows={rows}
                  columns={AUDIT_COLUMNS}
                  rowKey={({ seq }) => String(seq)}
                  initialOrder={{ id: 'seq', direction: 'descending' }}
                  maxHeight={720}
                  empty={
                    filtered
                      ? 'No entry answers to these filters.'
                      : 'Nobody signed in or changed anything since the trail began. A request with the administrator token is recorded only where it changes something.'
                  }
                />
                {query.hasNextPage && (
                  <div className="flex justify-center border-t border-line py-2">
                    <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                      {query.isFetchingNextPage ? 'Reading …' : 'Older entries'}
                    </Button>
                  </div>
                )}
              </Panel>
            </>
          );
        }}
      </QueryView>
      <NotRecorded />
    </Page>
  );
}

const LOOKS = {
  intact: { icon: ShieldCheck, box: 'border-line bg-surface', mark: 'text-encrypted', title: 'The chain holds' },
  broken: { icon: ShieldAlert, box: 'border-failing bg-failing-soft text-failing-ink', mark: '', title: 'The chain is broken' },
  unchecked: { icon: ShieldQuestion, box: 'border-degraded bg-degraded-soft text-degraded-ink', mark: '', title: 'Not checked to the end' },
};

function Chain({ chain }: { chain: Trail['chain'] }) {
  const { icon: Icon, box, mark, title } = LOOKS[chain.state];
  return (
    <div
      role={chain.state === 'broken' ? 'alert' : 'status'}
      className={classes('flex items-start gap-3 rounded-lg border px-4 py-3', box)}
    >
      <Icon size={18} aria-hidden className={classes('mt-px shrink-0', mark)} />
      <div>
        <p className="font-medium">{title}</p>
        <p className="text-sm text-pretty">
          {chainWords(chain).sentence}
          {chain.checkedAt !== undefined && (
            <>
              {' '}
              Checked <When at={chain.checkedAt} />.
            </>
          )}
        </p>
      </div>
    </div>
  );
}

/** What this trail cannot tell: an auditor must not take silence for absence. */
function NotRecorded() {
  return (
    <Panel title="What does not stand here">
      <ul className="flex list-disc flex-col gap-1 pl-5 text-sm text-pretty text-ink-2 marker:text-line-strong">
        <li>Reading: who looked at which page or asked which question, simulations and what-if replays among them.</li>
        <li>Refused sign-ins, which are only counted and limited.</li>
        <li>What people do in the cluster itself: changes of policies are kept, with who wrote them, at each policy.</li>
        <li>
          An entry reaches the trail a moment after its deed. While the database is away the message stream holds entries; while that is
          away too, the gateway holds up to a thousand, and writes to its log what it has to let go.
        </li>
        <li>
          Hashes show that an entry was changed, left out or put in between. Whoever may write to the database could compute all hashes
          anew: keep the newest hash elsewhere to notice that too.
        </li>
      </ul>
    </Panel>
  );
}
