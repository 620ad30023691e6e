import { useMemo } from 'react';
import { Palette } from '../features/palette/palette.js';
import { openOverlay } from '../lib/overlays.js';
import { usePreferences } from '../lib/preferences.js';
import { useTime } from '../lib/use-time.js';
import { PAGES } from './pages.js';
import { signOut } from './sign-out.js';

const hourAgo = () => new Date(Date.now() - 3_600_000).toISOString();

/** Pages that the rail has no room for. */
const PLACES = [
  ...PAGES,
  { path: '/incidents/timeline', title: 'Timeline of incidents' },
  { path: '/incidents/signals', title: 'Signals: scores now, and what was learned' },
  { path: '/incidents/suppressions', title: 'Suppressions and the allow-list' },
  { path: '/incidents/backtest', title: 'Backtest: what a configuration would have raised' },
  { path: '/certificates/list', title: 'All certificates' },
  { path: '/certificates/timeline', title: 'Timeline of certificates' },
  { path: '/certificates/alerts', title: 'Certificate alerts' },
  { path: '/certificates/coverage', title: 'Certificate coverage' },
  { path: '/policies/coverage', title: 'Policy coverage and compliance' },
  { path: '/policies/sandbox', title: 'Policy sandbox: decide a request' },
  { path: '/policies/what-if', title: 'What-if: replay traffic through a change of policies' },
  { path: '/policies/suggest', title: 'Suggest policies from traffic' },
  { path: '/policies/reach', title: 'Who can reach whom' },
];

/** The palette with the actions of the frame. */
export function Commands() {
  const { setTime } = useTime();
  const set = usePreferences((preferences) => preferences.set);
  const actions = useMemo(
    () => [
      { label: 'Back to live', keywords: 'time now', run: () => setTime({ mode: 'live' }) },
      { label: 'Look at one hour ago', keywords: 'time past travel', run: () => setTime({ mode: 'at', at: hourAgo() }) },
      {
        label: 'Compare now with one hour ago',
        keywords: 'time diff changed',
        run: () => setTime({ mode: 'compare', from: hourAgo(), to: new Date().toISOString() }),
      },
      { label: 'Copy link to this view', keywords: 'url share', run: () => void navigator.clipboard.writeText(location.href) },
      { label: 'Theme: light', keywords: 'colour day', run: () => set({ theme: 'light' }) },
      { label: 'Theme: dark', keywords: 'colour night', run: () => set({ theme: 'dark' }) },
      { label: 'Theme: as the system', keywords: 'colour', run: () => set({ theme: 'system' }) },
      { label: 'Times in UTC', keywords: 'zone clock', run: () => set({ zone: 'utc' }) },
      { label: 'Times in my zone', keywords: 'local clock', run: () => set({ zone: 'local' }) },
      { label: 'Compact density', keywords: 'rows small', run: () => set({ density: 'compact' }) },
      { label: 'Comfortable density', keywords: 'rows large', run: () => set({ density: 'comfortable' }) },
      { label: 'Keyboard shortcuts', keywords: 'keys help', run: () => openOverlay('keys') },
      { label: 'Sign out', keywords: 'leave log out', run: signOut },
    ],
    [setTime, set],
  );
  return <Palette pages={PLACES} actions={actions} />;
}
