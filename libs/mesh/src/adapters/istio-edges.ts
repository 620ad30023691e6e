/**
 * From pairs of views to edges: one per service that was addressed. Latency and sizes come from who served the
 * request where it reports them, else from the caller (as Kiali does); codes and rates from the chosen view.
 * Invariant: an edge's latency and its bytes are of the same pair and protocol as its requests, never guessed.
 */
import type { ResponseRate } from '@observatory/contracts';
import { histogramOfBuckets } from '../histogram.js';
import { addBucket } from './buckets.js';
import { addResponses, newDraft, type EdgeDraft } from './drafts.js';
import type { Service } from './endpoints.js';
import { DESTINATION, SOURCE, WAYPOINT } from './istio-ends.js';
import type { Absorption } from './unknown-sources.js';
import { chooseView, newView, type Choice, type Measures, type Pair, type RequestRow, type View } from './pairs.js';
import type { ProblemLog } from './problems.js';

/** In which order views are asked how long it took and how much it was. */
const MEASURING_SIDES = [WAYPOINT, DESTINATION, SOURCE] as const;

/** How a view of requests gives up what it counted under `unknown`. */
export const REQUEST_ABSORPTION: Absorption<View> = {
  newView,
  scale(view, factor) {
    for (const row of view.rows) row.rate *= factor;
    for (const measures of view.measures ?? []) {
      for (const field of ['durationSum', 'durationCount', 'requestBytes', 'responseBytes'] as const) measures[field] *= factor;
      for (const bucket of measures.buckets ?? []) bucket[1] *= factor;
    }
    for (const field of ['total', 'answered', 'unreached', 'mutualTls', 'plaintext'] as const) view[field] *= factor;
  },
  addEvidence(view, unknown, share) {
    view.mutualTls += unknown.mutualTls * share;
    view.plaintext += unknown.plaintext * share;
    view.destinationPrincipal ??= unknown.destinationPrincipal;
  },
};

const hostOf = (service: Service | undefined): string => service?.identity.host ?? '';

/** The only service that the other reporters name, for a view that does not know it. */
function onlyService({ views }: Pair<View>): Service | undefined {
  const named = new Map<string, Service>();
  for (const view of views) for (const row of view?.rows ?? []) if (row.service !== undefined) named.set(hostOf(row.service), row.service);
  return named.size === 1 ? named.values().next().value : undefined;
}

function responseOf({ code, grpcStatus, flags, outcome, rate }: RequestRow): ResponseRate {
  const response: ResponseRate = { code, flags, outcome, requestsPerSecond: rate };
  if (grpcStatus !== undefined) response.grpcStatus = grpcStatus;
  return response;
}

function draftsOfRows({ source, target, lane }: Pair<View>, { view, added }: Choice): EdgeDraft[] {
  const protocol = lane === 'grpc' ? 'grpc' : 'http';
  const drafts: EdgeDraft[] = [];
  const draftOf = (row: RequestRow, reuse: boolean): EdgeDraft => {
    // The two ends may name the service differently: with one edge there is no doubt which is meant.
    if (reuse && drafts.length === 1) return drafts[0]!;
    const host = hostOf(row.service);
    let found = drafts.find((draft) => hostOf(draft.service) === host);
    if (found === undefined) drafts.push((found = newDraft(source, target, row.service, protocol)));
    return found;
  };
  for (const row of view.rows) addResponses(draftOf(row, false), responseOf(row));
  for (const row of added) addResponses(draftOf(row, true), responseOf(row));
  return drafts;
}

/** One pair's measures towards one service, from the first side that has them for every edge of the pair. */
function measured(
  pair: Pair<View>,
  drafts: readonly EdgeDraft[],
  has: (measures: Measures) => boolean,
): (draft: EdgeDraft) => readonly Measures[] {
  for (const side of MEASURING_SIDES) {
    const some = pair.views[side]?.measures?.filter(has) ?? [];
    if (some.length === 0) continue;
    if (drafts.length === 1) return () => some;
    const towards = ({ service }: EdgeDraft) => some.filter(({ host }) => host === hostOf(service));
    if (drafts.every((draft) => towards(draft).length > 0)) return towards;
  }
  return () => [];
}

const hasDuration = (measures: Measures) => measures.durationSum > 0 && measures.durationCount > 0;
const hasBytes = (measures: Measures) => measures.requestBytes + measures.responseBytes > 0;
const hasBuckets = (measures: Measures) => measures.buckets !== undefined;

function attachMeasures(pair: Pair<View>, drafts: readonly EdgeDraft[], readAt: string, problems: ProblemLog): void {
  const duration = measured(pair, drafts, hasDuration);
  const bytes = measured(pair, drafts, hasBytes);
  const buckets = measured(pair, drafts, hasBuckets);
  for (const draft of drafts) {
    for (const measures of duration(draft)) {
      draft.latencySum += measures.durationSum;
      draft.latencyCount += measures.durationCount;
    }
    for (const measures of bytes(draft)) {
      draft.sent += measures.requestBytes;
      draft.received += measures.responseBytes;
    }
    const read = buckets(draft);
    if (read.length === 0) continue;
    const all: [number, number][] = [];
    for (const measures of read) for (const [bound, rate] of measures.buckets!) addBucket(all, bound, rate);
    if (all.every(([, rate]) => rate === 0)) continue;
    draft.latency = histogramOfBuckets(all, readAt);
    if (draft.latency === undefined) problems.add('broken-histogram', { source: pair.source.id, target: pair.target.id });
  }
}

function attachSecurity({ views }: Pair<View>, drafts: readonly EdgeDraft[], chosen: View): void {
  const mutual = (views[DESTINATION]?.mutualTls ?? 0) + (views[WAYPOINT]?.mutualTls ?? 0);
  const plain = (views[DESTINATION]?.plaintext ?? 0) + (views[WAYPOINT]?.plaintext ?? 0);
  const principal = (field: 'sourcePrincipal' | 'destinationPrincipal') =>
    chosen[field] ?? views[DESTINATION]?.[field] ?? views[WAYPOINT]?.[field] ?? views[SOURCE]?.[field];
  const sourcePrincipal = principal('sourcePrincipal');
  const destinationPrincipal = principal('destinationPrincipal');
  for (const draft of drafts) {
    if (mutual + plain > 0) {
      draft.mutualTls = (draft.requests * mutual) / (mutual + plain);
      draft.plaintext = (draft.requests * plain) / (mutual + plain);
    }
    draft.sourcePrincipal = sourcePrincipal;
    draft.destinationPrincipal = destinationPrincipal;
  }
}

export function requestEdges(pair: Pair<View>, readAt: string, problems: ProblemLog): EdgeDraft[] {
  const choice = chooseView(pair);
  if (choice === undefined) return [];
  const drafts = draftsOfRows(pair, choice);
  attachMeasures(pair, drafts, readAt, problems);
  attachSecurity(pair, drafts, choice.view);
  for (const draft of drafts) {
    for (const side of [SOURCE, DESTINATION, WAYPOINT]) if (pair.views[side] !== undefined) draft.reporters |= 1 << side;
    if (choice.side === WAYPOINT) draft.mesh = 'ambient';
    if (drafts.length === 1) draft.service ??= onlyService(pair);
  }
  return drafts;
}
