/** What another page wants to see on the map: colours of nodes and edges, with their legend. The map shows it as an overlay. */
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';

export type PaintTone = 'failing' | 'degraded' | 'accent' | 'encrypted' | 'unknown' | 'idle';

export interface MapPaint {
  /** Of what: for the legend's title. */
  title: string;
  legend: readonly { tone: PaintTone; words: string; of: 'node' | 'edge' }[];
  nodes: Readonly<Record<string, PaintTone>>;
  edges: Readonly<Record<string, PaintTone>>;
  /** What a colour says of one node or edge, by id: beside the pointer and in the table, so that nothing is said by colour alone. */
  words?: Readonly<Record<string, string>>;
}

/** The last what-if that was replayed in this tab, so that the whole map can show it. */
export const useWhatIfPaint = create<{ paint: MapPaint | undefined; keep: (paint: MapPaint) => void }>()(
  persist((set) => ({ paint: undefined, keep: (paint) => set({ paint }) }), {
    name: 'observatory.what-if',
    storage: createJSONStorage(() => sessionStorage),
    partialize: ({ paint }) => ({ paint }),
  }),
);
