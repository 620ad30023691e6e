/** Keyboard shortcuts: pages register what they answer to, and `?` lists what is registered. */
import { useEffect, useRef } from 'react';
import { create } from 'zustand';
import { usePreferences } from './preferences.js';
import { matchStroke } from './shortcut-match.js';

export interface Shortcut {
  /** `?`, `mod+k` (Ctrl, or ⌘ on a Mac), `g m` (one after the other). */
  keys: string;
  label: string;
  run: () => void;
}

interface ShortcutGroup {
  title: string;
  shortcuts: readonly Shortcut[];
}

export const useShortcutGroups = create<{ groups: ShortcutGroup[] }>(() => ({ groups: [] }));

const PAIR_MS = 1200;
const FIELD = 'input:not([type=radio],[type=checkbox]), textarea, select, [contenteditable=true]';
let pending: { key: string; at: number } | undefined;

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const mod = event.ctrlKey || event.metaKey;
  if (!mod && (!usePreferences.getState().shortcuts || document.querySelector('dialog[open]') !== null)) return;
  const shortcuts = useShortcutGroups.getState().groups.flatMap((group) => group.shortcuts);
  const typing = event.target instanceof Element && event.target.closest(FIELD) !== null;
  const first = pending && event.timeStamp - pending.at < PAIR_MS ? pending.key : undefined;
  const match = matchStroke(
    shortcuts.map(({ keys }) => keys),
    { key: event.key, mod, typing },
    first,
  );
  pending = match.kind === 'prefix' ? { key: event.key, at: event.timeStamp } : undefined;
  if (match.kind !== 'hit') return;
  event.preventDefault();
  shortcuts.findLast(({ keys }) => keys === match.keys)?.run();
}

/** Starts listening. Returns what stops it. */
export function listenForShortcuts(): () => void {
  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}

/** Answers to `shortcuts` while mounted. Their keys and labels must not change; what they run may. */
export function useShortcuts(title: string, shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    const group = {
      title,
      shortcuts: latest.current.map(({ keys, label }, index) => ({ keys, label, run: () => latest.current[index]?.run() })),
    };
    useShortcutGroups.setState(({ groups }) => ({ groups: [...groups, group] }));
    return () => useShortcutGroups.setState(({ groups }) => ({ groups: groups.filter((each) => each !== group) }));
  }, [title]);
}
