/**
 * How fresh is an answer, in words? The worst source decides; what is fresh is not worth words.
 * Invariant: the sentence names the source, the cluster and the time of the newest fact, never only "error".
 */
import { STORED_WINDOWS, type SourceFreshness } from '@observatory/contracts';
import { asSentence, clockTime, relativeTime, withClockTimes, type Zone } from './format.js';

export interface Freshness {
  state: SourceFreshness['state'];
  /** For a chip: `Fresh, 12 s ago` or `Stale since 12:03`. */
  short: string;
  /** One sentence per source that is not fresh. */
  sentences: string[];
  /** One per source that is fresh and has not all that it should. */
  limits: string[];
  /** What of it changes the numbers that are shown: rates that reach into a gap of the samples, windows that are missing. */
  cautions: string[];
}

const RANK = { fresh: 0, stale: 1, down: 2 } as const;

/** Where the numbers of traffic come from. */
const NUMBERS_FROM = ['Prometheus', STORED_WINDOWS];
const PART = /^(?:The \w+ service|NATS) /;

export function sourceSentence(source: SourceFreshness, zone: Zone, now: number): string {
  const name = source.cluster === '' ? source.name : `${source.name} of ${source.cluster}`;
  const detail = source.detail === undefined ? undefined : withClockTimes(source.detail, zone, now);
  const why = detail === undefined ? '' : `: ${detail}`;
  if (source.freshAt === null) return `Nothing read from ${name} yet${why}`;
  const at = clockTime(source.freshAt, zone, now);
  if (source.state === 'fresh')
    return `${name}: ${relativeTime(source.freshAt, now)}${detail === undefined ? '' : `. ${asSentence(detail)}`}`;
  // A detail that names its source, or the part of the suite that is away, needs no name before it.
  const reason =
    detail !== undefined && (detail.includes(source.name) || PART.test(detail))
      ? detail
      : `${name}${source.state === 'down' && why === '' ? ' does not answer' : why}`;
  return `No data since ${at} (${reason})`;
}

export function freshness(sources: readonly SourceFreshness[], zone: Zone, now: number): Freshness {
  const worst = sources.toSorted((a, b) => RANK[b.state] - RANK[a.state] || (a.freshAt ?? '').localeCompare(b.freshAt ?? ''))[0];
  if (worst === undefined)
    return { state: 'down', short: 'No source', sentences: ['No source of data is configured'], limits: [], cautions: [] };
  const limited = sources.filter((source) => source.state === 'fresh' && source.detail !== undefined);
  const limits = limited.map((source) => sourceSentence(source, zone, now));
  // What Kubernetes may not list is told where it would be shown.
  const cautions = limited
    .filter(({ name }) => NUMBERS_FROM.includes(name))
    .map(({ detail }) => asSentence(withClockTimes(detail ?? '', zone, now)));
  const sentences = sources.filter((source) => source.state !== 'fresh').map((source) => sourceSentence(source, zone, now));
  if (worst.state === 'fresh')
    return { state: 'fresh', short: worst.freshAt ? relativeTime(worst.freshAt, now) : 'Fresh', sentences, limits, cautions };
  const since = worst.freshAt === null ? 'No data yet' : `Stale since ${clockTime(worst.freshAt, zone, now)}`;
  return { state: worst.state, short: since, sentences, limits, cautions };
}
