/** What a person set for themselves on this browser: theme, density, zone, keys. Everything else is in the URL. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { Zone } from './format.js';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'compact';

interface Preferences {
  theme: Theme;
  density: Density;
  zone: Zone;
  /** Single-key shortcuts can be turned off (WCAG 2.1.4). */
  shortcuts: boolean;
  set: (change: Partial<Omit<Preferences, 'set'>>) => void;
}

export const usePreferences = create<Preferences>()(
  persist((set) => ({ theme: 'system', density: 'comfortable', zone: 'local', shortcuts: true, set: (change) => set(change) }), {
    name: 'observatory.preferences',
    partialize: ({ theme, density, zone, shortcuts }) => ({ theme, density, zone, shortcuts }),
  }),
);

const darkScheme = () => matchMedia('(prefers-color-scheme: dark)');

/** The theme on the screen, whichever way it was chosen. Canvas drawings depend on it. */
export const useShownTheme = create<{ shown: 'light' | 'dark' }>(() => ({
  shown: document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light',
}));

/** Keeps the document in step with the preferences and the system. Returns what undoes it. */
export function applyPreferences(): () => void {
  const apply = () => {
    const { theme, density } = usePreferences.getState();
    const shown = theme === 'system' ? (darkScheme().matches ? 'dark' : 'light') : theme;
    document.documentElement.dataset['theme'] = shown;
    document.documentElement.dataset['density'] = density;
    useShownTheme.setState({ shown });
  };
  apply();
  const stop = usePreferences.subscribe(apply);
  const scheme = darkScheme();
  scheme.addEventListener('change', apply);
  return () => {
    stop();
    scheme.removeEventListener('change', apply);
  };
}
