import type { BaselineReply, IncidentSummary } from '@observatory/contracts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ShieldCheck } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { Button } from '../../components/button.js';
import { CsvButton, DataTable } from '../../components/data-table.js';
import { SearchField, SelectField } from '../../components/fields.js';
import { BlindSpots } from '../../components/blind-spots.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { Segmented } from '../../components/segmented.js';
import { StaleBanner } from '../../components/source-freshness.js';
import { Skeleton } from '../../components/state-view.js';
import { baselinesQuery, incidentsQuery } from '../../lib/anomaly-queries.js';
import { freshness } from '../../lib/freshness.js';
import { usePreferences } from '../../lib/preferences.js';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { useNow } from '../../lib/use-now.js';
import { useScope } from '../../lib/use-scope.js';
import { noneWords, seesAll, watchWords } from '../../lib/watched.js';
import { INCIDENT_COLUMNS } from './incident-columns.js';
import { IncidentFrame } from './incident-frame.js';
import {
  filterIncidents,
  incidentSentence,
  isFiltered,
  parseIncidentFilter,
  type Category,
  type IncidentFilter,
  type Show,
} from './model/incident-list.js';
import { ANOMALY_TYPES, SEVERITIES, SEVERITY_WORDS, TYPE_WORDS } from './model/words.js';

/** What is unusual in the mesh, what goes on first: where, since when, how sure, and where it probably starts. */
export function IncidentListPage() {
  const { cluster } = useScope();
  const filter = parseIncidentFilter(useUrlValues());
  const list = useInfiniteQuery(incidentsQuery({ cluster, severity: filter.severity, type: filter.type }));
  const baselines = useQuery(baselinesQuery({ cluster }));
  const now = useNow();
  const zone = usePreferences((preferences) => preferences.zone);
  const incidents = useMemo(() => list.data?.pages.flatMap((page) => page.incidents) ?? [], [list.data]);
  const sources = list.data?.pages[0]?.sources;
  return (
    <IncidentFrame
      title="Incidents"
      sentence={
        list.data ? (
          <>
            {sources && freshness(sources, zone, now).state !== 'fresh' && 'When last read: '}
            {incidentSentence(incidents, now)} {baselines.data && <span className="text-ink-3">{watchWords(baselines.data)}.</span>}
          </>
        ) : (
          list.isPending && <Skeleton className="h-5 w-72" />
        )
      }
    >
      {sources && <StaleBanner sources={sources} />}
      <BlindSpots baselines={baselines.data} />
      <QueryView query={list} skeleton={<Skeleton className="h-96" />} title="Incidents">
        {() => (
          <IncidentTable
            incidents={incidents}
            filter={filter}
            baselines={baselines.data}
            older={list.hasNextPage ? { read: () => void list.fetchNextPage(), reading: list.isFetchingNextPage } : undefined}
          />
        )}
      </QueryView>
    </IncidentFrame>
  );
}

interface IncidentTableProps {
  incidents: readonly IncidentSummary[];
  filter: IncidentFilter;
  baselines: BaselineReply | undefined;
  older: { read: () => void; reading: boolean } | undefined;
}

function IncidentTable({ incidents, filter, baselines, older }: IncidentTableProps) {
  const { namespaces } = useScope();
  const rows = useMemo(() => filterIncidents(incidents, filter, namespaces), [incidents, filter, namespaces]);
  const of = rows.length === incidents.length ? String(rows.length) : `${rows.length} of ${incidents.length}`;
  return (
    <Panel
      title="Unusual"
      note={`${of}${older === undefined ? '' : ', and older ones'}`}
      flush
      actions={<CsvButton fileName="incidents" rows={rows} columns={INCIDENT_COLUMNS} />}
    >
      <IncidentFilters filter={filter} />
      <DataTable
        caption="Incidents"
        rows={rows}
        columns={INCIDENT_COLUMNS}
        rowKey={({ id }) => id}
        maxHeight={760}
        empty={<Nothing filter={filter} none={incidents.length === 0 && namespaces.length === 0} baselines={baselines} />}
      />
      {older && (
        <div className="flex justify-center border-t border-line py-2">
          <Button disabled={older.reading} onClick={older.read}>
            {older.reading ? 'Reading …' : 'Older incidents'}
          </Button>
        </div>
      )}
    </Panel>
  );
}

function Nothing({ filter, none, baselines }: { filter: IncidentFilter; none: boolean; baselines: BaselineReply | undefined }) {
  if (!none || isFiltered(filter)) return 'No incident answers to these filters.';
  return (
    <span className="inline-flex items-center gap-2">
      {baselines !== undefined && seesAll(baselines) && <ShieldCheck size={16} aria-hidden />} {noneWords(baselines)}
    </span>
  );
}

const SHOW_OPTIONS: { value: Show; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'going-on', label: 'Going on' },
  { value: 'ended', label: 'Ended' },
  { value: 'suppressed', label: 'Suppressed' },
];

const CATEGORY_OPTIONS: { value: Category | ''; label: string }[] = [
  { value: '', label: 'Behaviour and security' },
  { value: 'behaviour', label: 'Behaviour' },
  { value: 'security', label: 'Security' },
];

function IncidentFilters({ filter }: { filter: IncidentFilter }) {
  const setUrl = useSetUrl();
  const setText = useCallback((q: string) => setUrl({ q: q || undefined }, { replace: true }), [setUrl]);
  return (
    <div className="flex flex-wrap items-center gap-2 px-4 pb-2">
      <SearchField
        label="Find an incident"
        placeholder="Title, workload, namespace"
        value={filter.text}
        onChange={setText}
        className="w-56 max-sm:w-full"
      />
      <SelectField
        label="Severity"
        value={filter.severity ?? ''}
        options={[
          { value: '', label: 'Any severity' },
          ...SEVERITIES.map((severity) => ({ value: severity, label: SEVERITY_WORDS[severity] })),
        ]}
        onChange={(severity) => setUrl({ severity: severity || undefined })}
      />
      <SelectField
        label="What kind"
        value={filter.type ?? ''}
        options={[{ value: '', label: 'Any kind' }, ...ANOMALY_TYPES.map((type) => ({ value: type, label: TYPE_WORDS[type] }))]}
        onChange={(type) => setUrl({ type: type || undefined })}
      />
      <SelectField
        label="Category"
        value={filter.category ?? ''}
        options={CATEGORY_OPTIONS}
        onChange={(category) => setUrl({ category: category || undefined })}
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
