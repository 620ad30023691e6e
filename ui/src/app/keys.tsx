import { useNavigate } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useEffect } from 'react';
import { Button } from '../components/button.js';
import { Modal } from '../components/floating.js';
import { openOverlay, useOverlay } from '../lib/overlays.js';
import { listenForShortcuts, useShortcutGroups, useShortcuts } from '../lib/shortcuts.js';
import { useTime } from '../lib/use-time.js';
import { PAGES } from './pages.js';

/** Keys that work everywhere, and the list of keys. */
export function Keys() {
  const navigate = useNavigate();
  const { setTime } = useTime();
  useEffect(() => listenForShortcuts(), []);
  useShortcuts('Everywhere', [
    { keys: 'mod+k', label: 'Search and commands', run: () => openOverlay('palette') },
    { keys: '/', label: 'Search and commands', run: () => openOverlay('palette') },
    { keys: '?', label: 'These keys', run: () => openOverlay('keys') },
    { keys: 'l', label: 'Back to live', run: () => setTime({ mode: 'live' }) },
  ]);
  useShortcuts(
    'Go to',
    PAGES.map(({ key, title, path }) => ({ keys: `g ${key}`, label: title, run: () => void navigate({ to: path }) })),
  );
  return <KeyList />;
}

function KeyList() {
  const open = useOverlay((state) => state.open === 'keys');
  const groups = useShortcutGroups((state) => state.groups);
  return (
    <Modal open={open} onClose={() => openOverlay(undefined)} label="Keyboard shortcuts" className="m-auto w-full max-w-xl">
      <div className="p-5">
        <div className="flex items-center justify-between">
          <h2 className="text-lg">Keys</h2>
          <Button look="plain" size="small" aria-label="Close" onClick={() => openOverlay(undefined)}>
            <X size={16} aria-hidden />
          </Button>
        </div>
        <div className="mt-3 grid gap-6 sm:grid-cols-2">
          {groups.map(({ title, shortcuts }) => (
            <section key={title}>
              <h3 className="mb-1 text-sm text-ink-3">{title}</h3>
              <dl className="text-sm">
                {shortcuts.map(({ keys, label }) => (
                  <div key={keys} className="flex items-center justify-between gap-4 py-1">
                    <dt>{label}</dt>
                    <dd>
                      <KeyCaps keys={keys} />
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
        <p className="mt-4 text-sm text-ink-3">Keys can be turned off in the settings at the top right.</p>
      </div>
    </Modal>
  );
}

const MAC = /Mac|iPhone|iPad/.test(navigator.userAgent);

export function KeyCaps({ keys }: { keys: string }) {
  const caps =
    keys === '+'
      ? ['+']
      : keys
          .split(/[ +]/)
          .map((key) => (key === 'mod' ? (MAC ? '⌘' : 'Ctrl') : key.length === 1 && keys.length > 1 ? key.toUpperCase() : key));
  return (
    <span className="inline-flex gap-1">
      {caps.map((cap) => (
        <kbd
          key={cap}
          className="inline-flex h-5 min-w-5 items-center justify-center rounded-sm border border-line-mid bg-inset px-1 font-sans text-xs text-ink-2"
        >
          {cap}
        </kbd>
      ))}
    </span>
  );
}
