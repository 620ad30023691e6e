/**
 * Which incidents does the list show, in which words? Those that go on come first, the most severe of them before the newest.
 * Invariant: nothing found is said of incidents, never of the mesh: how much is watched stands beside it (`lib/watched.ts`).
 */
import type { AnomalyType, IncidentSummary, Severity } from '@observatory/contracts';
import { counted } from '../../../lib/format.js';
import type { UrlValues } from '../../../lib/url-values.js';
import { goesOn } from '../../../lib/scores.js';
import { asSeverity, asType, SEVERITIES } from './words.js';

export type Show = 'all' | 'going-on' | 'ended' | 'suppressed';
const SHOWS: readonly Show[] = ['all', 'going-on', 'ended', 'suppressed'];
export type Category = IncidentSummary['category'];

export interface IncidentFilter {
  text: string;
  show: Show;
  severity: Severity | undefined;
  type: AnomalyType | undefined;
  category: Category | undefined;
}

export function parseIncidentFilter(values: UrlValues): IncidentFilter {
  const { q = '', show, severity, type, category } = values;
  return {
    text: q,
    show: SHOWS.find((each) => each === show) ?? 'all',
    severity: asSeverity(severity),
    type: asType(type),
    category: (['behaviour', 'security'] as const).find((each) => each === category),
  };
}

export const isFiltered = ({ text, show, severity, type, category }: IncidentFilter) =>
  text !== '' || show !== 'all' || severity !== undefined || type !== undefined || category !== undefined;

const SHOWN: Record<Show, (incident: IncidentSummary) => boolean> = {
  all: () => true,
  'going-on': ({ state }) => goesOn(state) && state !== 'suppressed',
  ended: ({ state }) => !goesOn(state),
  suppressed: ({ state }) => state === 'suppressed',
};

export function filterIncidents(
  incidents: readonly IncidentSummary[],
  { text, show, severity, type, category }: IncidentFilter,
  namespaces: readonly string[],
): IncidentSummary[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const within = new Set(namespaces);
  return incidents
    .filter(SHOWN[show])
    .filter((incident) => severity === undefined || incident.severity === severity)
    .filter(({ types }) => type === undefined || types.includes(type))
    .filter((incident) => category === undefined || incident.category === category)
    .filter((incident) => within.size === 0 || incident.namespaces.some((namespace) => within.has(namespace)))
    .filter((incident) => {
      const all = [incident.title, incident.cause?.label, ...incident.namespaces, ...incident.types].join(' ').toLowerCase();
      return words.every((word) => all.includes(word));
    })
    .toSorted(order);
}

const rank = ({ state, severity }: IncidentSummary) =>
  (goesOn(state) ? 0 : 10) + (state === 'suppressed' ? 5 : 0) + (goesOn(state) ? SEVERITIES.indexOf(severity) : 0);

function order(a: IncidentSummary, b: IncidentSummary): number {
  return rank(a) - rank(b) || b.startedAt.localeCompare(a.startedAt);
}

/** `shop, media · east`; what is in no namespace is outside the mesh. */
export function placeWords({ namespaces, clusters }: Pick<IncidentSummary, 'namespaces' | 'clusters'>): string {
  const named = namespaces.filter((namespace) => namespace !== '');
  return `${named.length === 0 ? 'outside the mesh' : named.join(', ')} · ${clusters.join(', ')}`;
}

/** `2 incidents go on, 1 of them critical; 5 ended in the last 24 hours.` */
export function incidentSentence(incidents: readonly IncidentSummary[], now: number): string {
  const open = incidents.filter(({ state }) => goesOn(state) && state !== 'suppressed');
  const critical = open.filter(({ severity }) => severity === 'critical').length;
  const quiet = incidents.filter(({ state }) => state === 'suppressed').length;
  const ended = incidents.filter(({ state, closedAt, updatedAt }) => !goesOn(state) && within24h(closedAt ?? updatedAt, now)).length;
  const first =
    open.length === 0
      ? 'No incident goes on'
      : `${counted(open.length, 'incident goes', 'incidents go')} on${criticalWords(critical, open.length)}`;
  const rest = [
    quiet > 0 && `${quiet} ${quiet === 1 ? 'is' : 'are'} suppressed`,
    ended > 0 && `${ended} ended in the last 24 hours`,
  ].filter(Boolean);
  return `${first}${rest.length > 0 ? `; ${rest.join(', ')}` : ''}.`;
}

function criticalWords(critical: number, all: number): string {
  if (critical === 0) return '';
  if (critical < all) return `, ${critical} of them critical`;
  return all === 1 ? ', critical' : all === 2 ? ', both critical' : ', all critical';
}

const within24h = (at: string, now: number) => now - Date.parse(at) <= 86_400_000;
