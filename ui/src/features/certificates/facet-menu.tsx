import { ChevronDown } from 'lucide-react';
import { Button } from '../../components/button.js';
import { Floating } from '../../components/floating.js';
import { compactNumber } from '../../lib/format.js';
import { facetLabel, type Facet, valuesOf } from './model/list-filter.js';

interface FacetMenuProps {
  facet: Facet;
  label: string;
  chosen: readonly string[];
  /** Of the scope, before any filter; absent while not known. */
  counts: Readonly<Record<string, number>> | undefined;
  onToggle: (value: string) => void;
  onClear: () => void;
}

/** Several of a few, behind a button that says which: checkboxes with how many there are of each. */
export function FacetMenu({ facet, label, chosen, counts, onToggle, onClear }: FacetMenuProps) {
  const options = valuesOf(facet).filter((value) => chosen.includes(value) || counts === undefined || (counts[value] ?? 0) > 0);
  const shown = chosen.length === 1 ? facetLabel(facet, chosen[0] ?? '') : chosen.length > 1 ? `${chosen.length} chosen` : 'any';
  return (
    <Floating
      label={label}
      className="w-64"
      trigger={
        <Button aria-pressed={chosen.length > 0}>
          {label}: {shown} <ChevronDown size={13} aria-hidden />
        </Button>
      }
    >
      <fieldset className="text-sm">
        <legend className="mb-1 text-ink-3">{label}: any of</legend>
        {options.length === 0 && <p className="text-ink-2">There is nothing to choose from in this scope.</p>}
        {options.map((value) => (
          <label key={value} className="-mx-1.5 flex h-8 cursor-pointer items-center gap-2 rounded-sm px-1.5 hover:bg-inset">
            <input type="checkbox" checked={chosen.includes(value)} onChange={() => onToggle(value)} className="size-4 accent-(--accent)" />
            <span className="min-w-0 flex-1 truncate">{facetLabel(facet, value)}</span>
            {counts && <span className="figures text-ink-3">{compactNumber(counts[value] ?? 0)}</span>}
          </label>
        ))}
      </fieldset>
      {chosen.length > 0 && (
        <Button look="plain" size="small" className="mt-1" onClick={onClear}>
          Any
        </Button>
      )}
    </Floating>
  );
}
