/** The pages of the rail, in its order: the one list for rail, palette and titles. */
import { ChartSpline, FileKey, History, House, type LucideIcon, ScrollText, Share2, Siren, Stethoscope } from 'lucide-react';

export interface PageEntry {
  path: '/' | '/map' | '/incidents' | '/certificates' | '/policies' | '/traces' | '/audit' | '/status';
  title: string;
  icon: LucideIcon;
  /** Pressed after `g`. */
  key: string;
}

export const PAGES: readonly PageEntry[] = [
  { path: '/', title: 'Overview', icon: House, key: 'o' },
  { path: '/map', title: 'Map', icon: Share2, key: 'm' },
  { path: '/incidents', title: 'Incidents', icon: Siren, key: 'i' },
  { path: '/certificates', title: 'Certificates', icon: FileKey, key: 'c' },
  { path: '/policies', title: 'Policies', icon: ScrollText, key: 'p' },
  { path: '/traces', title: 'Traces', icon: ChartSpline, key: 't' },
  { path: '/audit', title: 'Audit', icon: History, key: 'a' },
  { path: '/status', title: 'Status', icon: Stethoscope, key: 's' },
];
