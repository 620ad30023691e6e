/** The policies that a person is writing: shared by sandbox, what-if and suggest, kept for the tab, brought by a link. */
import { useEffect } from 'react';
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { type Draft, unpackDraft } from './model/draft-link.js';

/** What a tab's storage takes; a larger draft lives until the page is left. */
const KEPT_MAX = 1_000_000;

interface DraftStore extends Draft {
  set: (change: Partial<Draft>) => void;
}

export const useDraft = create<DraftStore>()(
  persist((set) => ({ text: '', deletions: [], set: (change) => set(change) }), {
    name: 'observatory.draft',
    storage: createJSONStorage(() => sessionStorage),
    partialize: ({ text, deletions }) => (text.length <= KEPT_MAX ? { text, deletions } : { text: '', deletions }),
  }),
);

/**
 * Takes the draft out of the address, once: `?draft=` is a whole one, `?del=` names a policy to take away.
 * True while it is still being unpacked.
 */
export function useDraftFromLink(): boolean {
  const { draft, del } = useUrlValues();
  const setUrl = useSetUrl();
  const set = useDraft((state) => state.set);
  useEffect(() => {
    if (draft === undefined && del === undefined) return;
    let current = true;
    void (draft === undefined ? Promise.resolve({ text: '', deletions: [del ?? ''] }) : unpackDraft(draft)).then((found) => {
      if (!current) return;
      if (found) set(found);
      setUrl({ draft: undefined, del: undefined }, { replace: true });
    });
    return () => {
      current = false;
    };
  }, [draft, del, set, setUrl]);
  return draft !== undefined || del !== undefined;
}

/** Documents one after the other. */
export function appendDocument(text: string, document: string): string {
  const before = text.trimEnd();
  return before === '' ? document : `${before}\n---\n${document}`;
}
