import { useQuery } from '@tanstack/react-query';
import { ChevronDown, Layers } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../components/button.js';
import { Floating } from '../components/floating.js';
import { QueryView } from '../components/query-view.js';
import { Segmented } from '../components/segmented.js';
import { clustersQuery } from '../lib/queries.js';
import type { Scope } from '../lib/scope.js';
import { useScope } from '../lib/use-scope.js';

function scopeLabel({ cluster, namespaces }: Scope): string {
  const [first] = namespaces;
  const which = first === undefined ? 'All namespaces' : namespaces.length === 1 ? first : `${namespaces.length} namespaces`;
  return cluster === undefined ? which : `${cluster} · ${which}`;
}

/** Which clusters and namespaces every page is about. */
export function ScopeControl() {
  const scope = useScope();
  const label = scopeLabel(scope);
  const narrowed = scope.cluster !== undefined || scope.namespaces.length > 0;
  return (
    <Floating
      label="Scope"
      className="w-72"
      trigger={
        <Button look="plain" aria-pressed={narrowed} aria-label={`Scope: ${label}`} className="max-w-56">
          <Layers size={15} aria-hidden />
          <span className="truncate">{label}</span>
          <ChevronDown size={13} aria-hidden />
        </Button>
      }
    >
      <ScopePicker />
    </Floating>
  );
}

function ScopePicker() {
  const { cluster, namespaces, setScope } = useScope();
  const clusters = useQuery(clustersQuery());
  return (
    <QueryView query={clusters}>
      {({ clusters: known }) => (
        <>
          {known.length > 1 && (
            <Segmented
              label="Cluster"
              className="mb-3 w-full overflow-x-auto"
              value={cluster ?? ''}
              options={[{ value: '', label: 'All' }, ...known.map(({ name }) => ({ value: name, label: name }))]}
              onChange={(name) => setScope({ cluster: name === '' ? undefined : name })}
            />
          )}
          <NamespacePicker
            known={[
              ...new Set(known.filter(({ name }) => cluster === undefined || name === cluster).flatMap((each) => each.namespaces)),
            ].toSorted()}
            chosen={namespaces}
            onChange={(next) => setScope({ namespaces: next })}
          />
        </>
      )}
    </QueryView>
  );
}

interface NamespacePickerProps {
  known: readonly string[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

function NamespacePicker({ known, chosen, onChange }: NamespacePickerProps) {
  const [filter, setFilter] = useState('');
  // A linked namespace that is not known (any more) stays in sight, so that it can be taken out.
  const all = [...new Set([...chosen, ...known])].filter((name) => name.includes(filter.trim()));
  const toggle = (name: string) => onChange(chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name].toSorted());
  return (
    <>
      <div className="flex items-center gap-2">
        <input
          type="search"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
          placeholder="Find a namespace"
          aria-label="Find a namespace"
          className="h-(--control) min-w-0 flex-1 rounded-md border border-line-strong bg-bg px-2 text-sm placeholder:text-ink-3"
        />
        <Button look="plain" disabled={chosen.length === 0} onClick={() => onChange([])}>
          All
        </Button>
      </div>
      <ul className="mt-2 max-h-72 overflow-y-auto">
        {all.map((name) => (
          <li key={name}>
            <label className="flex h-8 cursor-pointer items-center gap-2 rounded-md px-2 text-sm hover:bg-inset">
              <input type="checkbox" checked={chosen.includes(name)} onChange={() => toggle(name)} className="size-4 accent-(--accent)" />
              <span className="truncate">{name}</span>
            </label>
          </li>
        ))}
        {all.length === 0 && <li className="px-2 py-3 text-sm text-ink-3">No namespace has this in its name.</li>}
      </ul>
    </>
  );
}
