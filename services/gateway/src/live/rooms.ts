/**
 * Which rooms does a subscription listen in? One for each topic, and for topics that are filtered one for each set of
 * namespaces, so that a frame is serialised once for all who want the same. Invariant: a subscription gets a frame once.
 */
import { createHash } from 'node:crypto';
import type { LiveTopic, SubscribeRequest } from '@observatory/contracts';

/** Sorted names without doubles; empty: everything. */
export type Filter = readonly string[];

const FILTERED: ReadonlySet<LiveTopic> = new Set(['topology:delta', 'anomaly:raised', 'anomaly:updated']);

export function filterOf(namespaces: SubscribeRequest['namespaces']): Filter {
  return [...new Set(namespaces ?? [])].sort();
}

export function roomOf(topic: LiveTopic, filter: Filter): string {
  if (filter.length === 0 || !FILTERED.has(topic)) return `topic:${topic}`;
  return `topic:${topic}:${createHash('sha1').update(filter.join(',')).digest('base64url')}`;
}

export function roomsOf(topics: readonly LiveTopic[], filter: Filter): string[] {
  return topics.map((topic) => roomOf(topic, filter));
}
