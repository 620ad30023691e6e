/** The suite's states in words. A state always comes with what it means for the person who reads it. */
import type { SuiteStatus, WatchedKind } from '@observatory/contracts';
import { compactNumber, significant } from '../../../lib/format.js';

export const SERVICE_ROLES: Record<SuiteStatus['services'][number]['service'], string> = {
  gateway: 'The door: pages, REST, live feed, sign-in',
  metrics: 'Reads the mesh once a window and keeps its history',
  topology: 'Joins traffic with Kubernetes into one graph',
  certs: 'Certificates and identities',
  policy: 'What policies allow and deny',
  anomaly: 'What is unusual, and where it starts',
};

export const KIND_WORDS: Record<WatchedKind['state'], string> = {
  synced: 'read and watched',
  syncing: 'being read for the first time',
  missing: 'the cluster has no such kind; nothing is lost unless you use it',
  forbidden: 'we may not list it: the ClusterRole of the chart names what is needed',
  failing: 'the API server does not answer for it',
};

/** The suite in one sentence. */
export function suiteSentence(services: SuiteStatus['services']): string {
  const down = services.filter(({ state }) => state === 'down').map(({ service }) => service);
  const degraded = services.filter(({ state }) => state === 'degraded').map(({ service }) => service);
  const parts = [
    down.length > 0 && `${down.join(', ')} ${down.length === 1 ? 'does' : 'do'} not answer`,
    degraded.length > 0 &&
      `${degraded.join(', ')} ${degraded.length === 1 ? 'runs' : 'run'} without something that ${degraded.length === 1 ? 'it needs' : 'they need'}`,
  ].filter(Boolean);
  return parts.length > 0 ? `${parts.join('; ')}. Everything else goes on.` : 'All parts of the Observatory run.';
}

/** A figure as text: sizes in SI units, whole numbers in full. */
export function figureText(value: number, unit: string): string {
  if (unit === 'B') return `${compactNumber(value)}B`.replace(/([kMGT]?B)$/, '\u00a0$1');
  const text = Number.isInteger(value) ? value.toLocaleString('en') : significant(value);
  return unit === '' ? text : `${text}\u00a0${unit}`;
}

/** `windowCostMs` as name `window cost` and unit `ms`: figures carry their unit in the name. */
export function figureName(key: string): { name: string; unit: string } {
  const words = key
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[ _]/);
  const units: Record<string, string> = { ms: 'ms', sec: 's', seconds: 's', bytes: 'B', mb: 'MB', percent: '%', ratio: '' };
  const unit = units[words.at(-1) ?? ''];
  return unit === undefined || words.length === 1 ? { name: words.join(' '), unit: '' } : { name: words.slice(0, -1).join(' '), unit };
}

const KIND_ORDER: readonly WatchedKind['state'][] = ['forbidden', 'failing', 'syncing', 'missing', 'synced'];
export function orderKinds(kinds: readonly WatchedKind[]): WatchedKind[] {
  return kinds.toSorted((a, b) => KIND_ORDER.indexOf(a.state) - KIND_ORDER.indexOf(b.state) || a.kind.localeCompare(b.kind));
}
