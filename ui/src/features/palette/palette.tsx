import { useState } from 'react';
import { Modal } from '../../components/floating.js';
import { openOverlay, useOverlay } from '../../lib/overlays.js';
import { classes } from '../../components/classes.js';
import type { PaletteEntry } from './model/entries.js';
import { search } from './model/fuzzy.js';
import { usePaletteEntries, useGoTo } from './use-palette.js';

const MAX_SHOWN = 40;

interface PaletteProps {
  pages: readonly { path: string; title: string }[];
  actions: readonly { label: string; keywords: string; run: () => void }[];
}

/** Any workload, namespace, edge, policy, certificate, incident, page or action, by a few letters of its name. */
export function Palette({ pages, actions }: PaletteProps) {
  const open = useOverlay((state) => state.open === 'palette');
  return (
    <Modal
      open={open}
      onClose={() => openOverlay(undefined)}
      label="Search and commands"
      className="mx-auto mt-[10vh] mb-auto w-full max-w-2xl"
    >
      <PaletteBody pages={pages} actions={actions} />
    </Modal>
  );
}

function PaletteBody({ pages, actions }: PaletteProps) {
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const { entries, note } = usePaletteEntries({ pages, actions, query });
  const goTo = useGoTo();
  const found = search(query, entries, MAX_SHOWN);
  const choose = (entry: PaletteEntry | undefined) => {
    if (!entry) return;
    openOverlay(undefined);
    goTo(entry.destination);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter') choose(found[active]);
    else if (step !== undefined && found.length > 0) setActive((active + step + found.length) % found.length);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={found[active] ? `palette-${active}` : undefined}
        aria-label="Search and commands"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
        placeholder="A workload, policy, certificate, incident, page or action"
        className="h-12 w-full border-b border-line bg-transparent px-4 text-lg outline-none placeholder:text-ink-3"
      />
      <div id="palette-list" role="listbox" aria-label="Found" className="max-h-[50vh] overflow-y-auto p-2">
        {found.map((entry, index) => (
          <Option
            key={entry.id}
            id={`palette-${index}`}
            entry={entry}
            active={index === active}
            onPoint={() => setActive(index)}
            onChoose={() => choose(entry)}
          />
        ))}
      </div>
      {found.length === 0 && <p className="px-4 pb-4 text-ink-2">Nothing has this in its name.</p>}
      {note !== undefined && <p className="border-t border-line px-4 py-2 text-sm text-ink-3">{note}</p>}
    </>
  );
}

interface OptionProps {
  id: string;
  entry: PaletteEntry;
  active: boolean;
  onPoint: () => void;
  onChoose: () => void;
}

function Option({ id, entry, active, onPoint, onChoose }: OptionProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- keys are handled by the combobox that owns the list
    <div
      id={id}
      role="option"
      aria-selected={active}
      ref={(element) => {
        if (active) element?.scrollIntoView({ block: 'nearest' });
      }}
      onPointerMove={onPoint}
      onClick={onChoose}
      className={classes('flex h-9 items-center gap-3 rounded-md px-2.5', active && 'bg-accent-soft')}
    >
      <span className="truncate">{entry.label}</span>
      <span className="ml-auto shrink-0 text-sm text-ink-3">{entry.hint}</span>
    </div>
  );
}
