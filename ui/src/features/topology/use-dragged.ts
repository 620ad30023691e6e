/** Where a person put nodes by hand: kept on this browser, for every map of the same nodes. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { Point } from './model/geometry.js';

/** The oldest are forgotten beyond this. */
const MAX_DRAGGED = 2000;

interface Dragged {
  places: Record<string, Point>;
  put: (places: Iterable<[string, Point]>) => void;
  reset: () => void;
}

export const useDragged = create<Dragged>()(
  persist(
    (set, get) => ({
      places: {},
      put: (places) => {
        const kept = Object.entries(get().places);
        const added = new Map([...kept, ...places]);
        set({ places: Object.fromEntries([...added].slice(-MAX_DRAGGED)) });
      },
      reset: () => set({ places: {} }),
    }),
    { name: 'observatory.map.places', partialize: ({ places }) => ({ places }) },
  ),
);
