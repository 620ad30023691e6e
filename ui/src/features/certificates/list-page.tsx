import type { CertificateList } from '@observatory/contracts';
import { type InfiniteData, useInfiniteQuery, useQuery, type UseInfiniteQueryResult } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Button } from '../../components/button.js';
import { DataTable } from '../../components/data-table.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { StaleBanner } from '../../components/source-freshness.js';
import { Skeleton } from '../../components/state-view.js';
import { certificatesQuery, certificateSummaryQuery, LIST_REREAD_PAGES_MAX } from '../../lib/certificate-queries.js';
import { compactNumber } from '../../lib/format.js';
import { useLive } from '../../lib/live.js';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { useScope } from '../../lib/use-scope.js';
import { CERTIFICATE_COLUMNS } from './certificate-columns.js';
import { CertificateFrame } from './certificate-frame.js';
import { ExportButton } from './export-button.js';
import { ListFilters } from './list-filters.js';
import { isFiltered, type ListFilter, listParams, parseListFilter } from './model/list-filter.js';
import { summarySentence } from './model/summary-view.js';

/** Every certificate of the scope, sorted and narrowed by the service; pages come as one scrolls. */
export function CertificateListPage() {
  const { cluster, namespaces } = useScope();
  const values = useUrlValues();
  const filter = useMemo(() => parseListFilter(values), [values]);
  const params = useMemo(() => listParams(filter, { cluster, namespaces }), [filter, cluster, namespaces]);
  const summary = useQuery(certificateSummaryQuery({ cluster, namespaces }));
  const list = useInfiniteQuery(certificatesQuery(params));
  const sources = list.data?.pages[0]?.sources ?? summary.data?.sources;
  return (
    <CertificateFrame
      title="Certificates"
      sentence={summary.data ? summarySentence(summary.data) : summary.isError ? undefined : <Skeleton className="h-5 w-96 max-w-full" />}
    >
      {sources && <StaleBanner sources={sources} />}
      <QueryView query={list} skeleton={<Skeleton className="h-96" />} title="Certificates">
        {({ pages }) => <CertificateTable pages={pages} list={list} filter={filter} params={params} summary={summary.data} />}
      </QueryView>
    </CertificateFrame>
  );
}

interface CertificateTableProps {
  pages: readonly CertificateList[];
  list: UseInfiniteQueryResult<InfiniteData<CertificateList>>;
  filter: ListFilter;
  params: Parameters<typeof certificatesQuery>[0];
  summary: Parameters<typeof ListFilters>[0]['summary'];
}

function CertificateTable({ pages, list, filter, params, summary }: CertificateTableProps) {
  const setUrl = useSetUrl();
  const rows = useMemo(() => pages.flatMap(({ certificates }) => certificates), [pages]);
  const total = pages[0]?.total ?? 0;
  const { changed, reread } = useChanges(list, pages.length);
  const more = () => void (list.hasNextPage && !list.isFetchingNextPage && list.fetchNextPage());
  return (
    <Panel
      title="All"
      note={summary && isFiltered(filter) ? `${compactNumber(total)} of ${compactNumber(summary.total)}` : compactNumber(total)}
      flush
      actions={
        <>
          {changed && (
            <Button look="link" size="small" onClick={reread}>
              Changed since: read anew
            </Button>
          )}
          <ExportButton params={params} disabled={total === 0} />
        </>
      }
    >
      <ListFilters filter={filter} summary={summary} />
      <DataTable
        caption="Certificates"
        rows={rows}
        columns={CERTIFICATE_COLUMNS}
        rowKey={({ id }) => id}
        maxHeight={760}
        empty={emptyWords(filter, summary?.total)}
        beyond={{
          order: { id: filter.sort, direction: filter.descending ? 'descending' : 'ascending' },
          onOrder: ({ id, direction }) =>
            setUrl({ sort: id === 'remaining' ? undefined : id, order: direction === 'descending' ? direction : undefined }),
          total,
          onEnd: more,
        }}
      />
      {list.hasNextPage && (
        <div className="flex items-center justify-center gap-3 border-t border-line py-2 text-sm text-ink-3">
          {compactNumber(rows.length)} of {compactNumber(total)} are here.
          <Button disabled={list.isFetchingNextPage} onClick={more}>
            {list.isFetchingNextPage ? 'Reading …' : 'Read more'}
          </Button>
        </div>
      )}
    </Panel>
  );
}

/** Reads a short list anew when certificates change; of a long one it says so. */
function useChanges(list: CertificateTableProps['list'], pages: number) {
  const [changed, setChanged] = useState(false);
  const reread = () => {
    setChanged(false);
    void list.refetch();
  };
  useLive('certificate:status', () => (pages > LIST_REREAD_PAGES_MAX ? setChanged(true) : reread()));
  return { changed, reread };
}

function emptyWords(filter: ListFilter, all: number | undefined): string {
  if (isFiltered(filter) && all !== 0) return 'No certificate answers to these filters.';
  return 'No certificate was seen in this scope. Coverage says which sources are read, and why a workload is not seen.';
}
