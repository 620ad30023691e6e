import type { CertificateCoverage, UnobservedReason } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { Button } from '../../components/button.js';
import { CsvButton, DataTable } from '../../components/data-table.js';
import { SearchField, SelectField } from '../../components/fields.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { StaleBanner } from '../../components/source-freshness.js';
import { Skeleton } from '../../components/state-view.js';
import { certificateCoverageQuery } from '../../lib/certificate-queries.js';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { useScope } from '../../lib/use-scope.js';
import { CertificateFrame } from './certificate-frame.js';
import { namespaceColumns, SOURCE_COLUMNS, UNOBSERVED_COLUMNS } from './coverage-columns.js';
import { coverageSentence, parseCoverageFilter, placeText, reasonCounts, unobservedRows } from './model/coverage-view.js';
import { UNOBSERVED_WORDS } from './model/words.js';

/** What of the certificates can be seen, and what not, with the reason. */
export function CertificateCoveragePage() {
  const { cluster, namespaces } = useScope();
  const coverage = useQuery(certificateCoverageQuery({ cluster, namespaces }));
  return (
    <CertificateFrame
      title="Coverage"
      sentence={
        coverage.data ? coverageSentence(coverage.data) : coverage.isError ? undefined : <Skeleton className="h-5 w-96 max-w-full" />
      }
    >
      {coverage.data && <StaleBanner sources={coverage.data.sources} />}
      <QueryView query={coverage} skeleton={<Skeleton className="h-96" />} title="Coverage">
        {(data) => <Tables coverage={data} />}
      </QueryView>
    </CertificateFrame>
  );
}

function Tables({ coverage }: { coverage: CertificateCoverage }) {
  return (
    <>
      <Panel
        title="Sources"
        note="what each sees of what it could"
        flush
        actions={<CsvButton fileName="certificate-sources" rows={coverage.bySource} columns={SOURCE_COLUMNS} />}
      >
        <DataTable
          caption="Coverage by source"
          rows={coverage.bySource}
          columns={SOURCE_COLUMNS}
          rowKey={({ cluster, source }) => `${cluster} ${source}`}
          empty="No source is configured."
        />
      </Panel>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-(--gap) 2xl:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
        <Namespaces coverage={coverage} />
        <Unobserved coverage={coverage} />
      </div>
    </>
  );
}

function Namespaces({ coverage }: { coverage: CertificateCoverage }) {
  const setUrl = useSetUrl();
  const { place } = parseCoverageFilter(useUrlValues());
  const columns = namespaceColumns(place, (next) => setUrl({ in: next === place ? undefined : next }));
  return (
    <Panel
      title="Namespaces"
      note="choose one to see what is not seen of it"
      flush
      actions={<CsvButton fileName="certificate-coverage" rows={coverage.byNamespace} columns={columns} />}
    >
      <DataTable
        caption="Coverage by namespace"
        rows={coverage.byNamespace}
        columns={columns}
        rowKey={placeText}
        initialOrder={{ id: 'missing', direction: 'descending' }}
        empty="No namespace with workloads of a mesh in this scope."
      />
    </Panel>
  );
}

function Unobserved({ coverage }: { coverage: CertificateCoverage }) {
  const setUrl = useSetUrl();
  const filter = parseCoverageFilter(useUrlValues());
  const setText = useCallback((q: string) => setUrl({ q: q || undefined }, { replace: true }), [setUrl]);
  const rows = unobservedRows(coverage.unobserved, filter);
  const reasons = reasonCounts(coverage.unobserved);
  const options: { value: UnobservedReason | ''; label: string }[] = [
    { value: '', label: 'Any reason' },
    ...reasons.map(({ reason, workloads }) => ({ value: reason, label: `${UNOBSERVED_WORDS[reason]} (${workloads})` })),
  ];
  return (
    <Panel
      title="Workloads that no source shows"
      note={
        <span className="inline-flex items-center gap-2">
          {rows.length}
          {coverage.unobservedOmitted > 0 && `, and ${coverage.unobservedOmitted} more that are not listed`}
          {filter.place !== undefined && (
            <>
              of {filter.place}
              <Button look="link" size="small" onClick={() => setUrl({ in: undefined })}>
                Show all
              </Button>
            </>
          )}
        </span>
      }
      flush
      actions={<CsvButton fileName="unobserved-workloads" rows={rows} columns={UNOBSERVED_COLUMNS} />}
    >
      {coverage.unobserved.length > 0 && (
        <div className="flex flex-wrap gap-2 px-4 pb-2">
          <SearchField
            label="Find a workload"
            placeholder="Namespace or name"
            value={filter.text}
            onChange={setText}
            className="w-56 max-sm:w-full"
          />
          <SelectField
            label="Reason"
            value={filter.reason ?? ''}
            options={options}
            onChange={(reason) => setUrl({ reason: reason || undefined })}
          />
        </div>
      )}
      <DataTable
        caption="Workloads whose certificates are not seen"
        rows={rows}
        columns={UNOBSERVED_COLUMNS}
        rowKey={({ workloadId }) => workloadId}
        initialOrder={{ id: 'workload', direction: 'ascending' }}
        maxHeight={640}
        empty={
          coverage.workloads === 0
            ? 'No workload of a mesh is known in this scope.'
            : coverage.unobserved.length === 0
              ? 'None: of every workload of the mesh a certificate is seen.'
              : 'None of those that are not seen answers to these filters.'
        }
      />
    </Panel>
  );
}
