import type { CertificateSummary } from '@observatory/contracts';
import { X } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { Button } from '../../components/button.js';
import { SearchField } from '../../components/fields.js';
import { parseNodeId } from '../../lib/node-id.js';
import { useSetUrl } from '../../lib/url-state.js';
import { FacetMenu } from './facet-menu.js';
import { endsWords, FACETS, type Facet, isFiltered, type ListFilter, NO_FILTERS, toggled } from './model/list-filter.js';

const LABELS: Record<Facet, string> = { status: 'State', kind: 'Kind', source: 'Seen', problem: 'Problem' };

export function ListFilters({ filter, summary }: { filter: ListFilter; summary: CertificateSummary | undefined }) {
  const setUrl = useSetUrl();
  const setText = useCallback((q: string) => setUrl({ q: q || undefined }, { replace: true }), [setUrl]);
  const counts = useMemo(() => summary && countsOf(summary), [summary]);
  const ends = endsWords(filter);
  return (
    <div className="flex flex-wrap items-center gap-2 px-4 pb-2">
      <SearchField
        label="Find a certificate"
        placeholder="Name, identity, host, serial or fingerprint"
        value={filter.text}
        onChange={setText}
        className="w-72 max-sm:w-full"
      />
      {FACETS.map((facet) => (
        <FacetMenu
          key={facet}
          facet={facet}
          label={LABELS[facet]}
          chosen={filter.facets[facet]}
          counts={counts?.[facet]}
          onToggle={(value) => setUrl({ [facet]: toggled(facet, filter.facets[facet], value) })}
          onClear={() => setUrl({ [facet]: undefined })}
        />
      ))}
      {ends !== undefined && <Chip words={ends} onRemove={() => setUrl({ within: undefined, after: undefined })} />}
      {filter.workload !== undefined && (
        <Chip words={`of ${parseNodeId(filter.workload).name}`} onRemove={() => setUrl({ workload: undefined })} />
      )}
      {isFiltered(filter) && (
        <Button look="plain" onClick={() => setUrl(NO_FILTERS)}>
          Clear
        </Button>
      )}
    </div>
  );
}

function Chip({ words, onRemove }: { words: string; onRemove: () => void }) {
  return (
    <span className="inline-flex h-(--control) items-center gap-1 rounded-md bg-accent-soft pl-2.5 text-sm">
      {words}
      <button
        type="button"
        aria-label={`Remove: ${words}`}
        onClick={onRemove}
        className="inline-flex size-7 items-center justify-center rounded-sm hover:bg-inset"
      >
        <X size={13} aria-hidden />
      </button>
    </span>
  );
}

function countsOf({ byStatus, byKind, bySource, byProblem }: CertificateSummary): Record<Facet, Record<string, number>> {
  return {
    status: byStatus,
    kind: byKind,
    source: bySource,
    problem: Object.fromEntries(byProblem.map(({ code, certificates }) => [code, certificates])),
  };
}
