import type { Topology, TopologyDiff } from '@observatory/contracts';
import { ArrowRight, EqualApproximately, Minus, Plus, Waves } from 'lucide-react';
import { useMemo } from 'react';
import { clockTime } from '../../lib/format.js';
import { usePreferences } from '../../lib/preferences.js';
import { useNow } from '../../lib/use-now.js';
import { differences, FATES, type Difference } from './model/compare.js';
import { SheetFrame } from './sheet-frame.js';

/** More rows than this are read in the table, not in a list. */
const MAX_ROWS = 300;
const MARKS = {
  added: { icon: Plus, colour: 'text-accent', word: 'Added' },
  removed: { icon: Minus, colour: 'text-before', word: 'Gone' },
  changed: { icon: EqualApproximately, colour: 'text-latency', word: 'Changed' },
  drifted: { icon: Waves, colour: 'text-ink-3', word: 'A little more or less traffic' },
};

interface ComparePanelProps {
  diff: TopologyDiff;
  to: Topology;
  onSelect: (id: string) => void;
}

export function ComparePanel({ diff, to, onSelect }: ComparePanelProps) {
  const zone = usePreferences((preferences) => preferences.zone);
  const now = useNow();
  const rows = useMemo(() => differences(diff, to), [diff, to]);
  const groups = FATES.map((fate) => ({ fate, rows: rows.filter((row) => row.fate === fate) }));
  return (
    <SheetFrame
      label="Differences"
      title={
        <span className="figures inline-flex items-center gap-1.5">
          {clockTime(diff.from, zone, now)} <ArrowRight size={14} aria-hidden /> {clockTime(diff.to, zone, now)}
        </span>
      }
    >
      {rows.length === 0 && <p className="text-ink-2">The two times show the same mesh: nothing came, went or changed beyond noise.</p>}
      {groups.map(({ fate, rows: list }) => list.length > 0 && <Group key={fate} fate={fate} rows={list} onSelect={onSelect} />)}
    </SheetFrame>
  );
}

function Group({ fate, rows, onSelect }: { fate: Difference['fate']; rows: Difference[]; onSelect: (id: string) => void }) {
  const { icon: Icon, colour, word } = MARKS[fate];
  return (
    <section className="mt-3 first:mt-0">
      <h3 className="flex items-center gap-1.5 text-sm">
        <Icon size={14} aria-hidden className={colour} /> {word} <span className="figures font-normal text-ink-3">{rows.length}</span>
      </h3>
      <ul className="mt-1">
        {rows.slice(0, MAX_ROWS).map((row) => (
          <li key={`${row.type}${row.id}`}>
            <button type="button" onClick={() => onSelect(row.id)} className="w-full rounded-md px-2 py-1 text-left text-sm hover:bg-inset">
              <span className="block truncate">
                {row.name} <span className="text-ink-3">{row.namespace}</span>
              </span>
              {row.words !== '' && <span className="figures block truncate text-ink-2">{row.words}</span>}
            </button>
          </li>
        ))}
      </ul>
      {rows.length > MAX_ROWS && <p className="px-2 text-sm text-ink-3">and {rows.length - MAX_ROWS} more</p>}
    </section>
  );
}
