/**
 * One edge while it is being put together from several answers, and the sample that it becomes.
 * Invariant: merging drafts adds what they carry, so limiting the number of hosts loses no request and no byte.
 */
import {
  edgeId,
  type EdgeSample,
  type LatencyHistogram,
  type MeshKind,
  type Protocol,
  type Reporter,
  type ResponseRate,
} from '@observatory/contracts';
import { mergeHistograms } from '../histogram.js';
import { MAX_ENDS, type EndpointTable, type Endpoint, type Service } from './endpoints.js';
import type { ProblemLog } from './problems.js';

/** Hosts that one caller may spread over before the smallest are put together: Host headers are anybody's text. */
export const MAX_HOSTS_PER_CALLER = 50;
/** The node that stands for the rest. No DNS name has a star alone. */
export const OTHER_HOSTS = '*';

export interface EdgeDraft {
  source: Endpoint;
  target: Endpoint;
  service: Service | undefined;
  readonly protocol: Protocol;
  mesh: MeshKind;
  readonly responses: ResponseRate[];
  requests: number;
  errors: number;
  clientErrors: number;
  latencySum: number;
  latencyCount: number;
  latency: LatencyHistogram | undefined;
  sent: number;
  received: number;
  /** Undefined where connections were not counted. */
  connections: number | undefined;
  mutualTls: number;
  plaintext: number;
  sourcePrincipal: string | undefined;
  destinationPrincipal: string | undefined;
  /** Bit per reporter: 1 source, 2 destination, 4 waypoint. */
  reporters: number;
}

export function newDraft(source: Endpoint, target: Endpoint, service: Service | undefined, protocol: Protocol): EdgeDraft {
  return {
    source,
    target,
    service,
    protocol,
    mesh: 'istio',
    responses: [],
    requests: 0,
    errors: 0,
    clientErrors: 0,
    latencySum: 0,
    latencyCount: 0,
    latency: undefined,
    sent: 0,
    received: 0,
    connections: undefined,
    mutualTls: 0,
    plaintext: 0,
    sourcePrincipal: undefined,
    destinationPrincipal: undefined,
    reporters: 0,
  };
}

/** Adds requests of one kind, and keeps the object; a draft has few kinds, so a look through them is cheaper than a map. */
export function addResponses(draft: EdgeDraft, added: ResponseRate): void {
  const rate = added.requestsPerSecond;
  draft.requests += rate;
  if (added.outcome === 'error') draft.errors += rate;
  else if (added.outcome === 'clientError') draft.clientErrors += rate;
  noteResponses(draft, added);
}

/** As addResponses, but for what are not requests: connections that ended with a flag. */
export function noteResponses(draft: EdgeDraft, added: ResponseRate): void {
  for (const has of draft.responses) {
    if (has.code === added.code && has.flags === added.flags && has.grpcStatus === added.grpcStatus && has.outcome === added.outcome) {
      has.requestsPerSecond += added.requestsPerSecond;
      return;
    }
  }
  draft.responses.push(added);
}

/** How much of the traffic it is, in the units of its protocol. */
export const draftWeight = (draft: EdgeDraft): number => (draft.protocol === 'tcp' ? draft.sent + draft.received : draft.requests);

function mergeDraft(into: EdgeDraft, from: EdgeDraft): void {
  for (const response of from.responses) noteResponses(into, { ...response });
  for (const field of [
    'requests',
    'errors',
    'clientErrors',
    'latencySum',
    'latencyCount',
    'sent',
    'received',
    'mutualTls',
    'plaintext',
  ] as const) {
    into[field] += from[field];
  }
  if (from.connections !== undefined) into.connections = (into.connections ?? 0) + from.connections;
  if (from.latency !== undefined) into.latency = into.latency === undefined ? from.latency : mergeHistograms(into.latency, from.latency);
  into.sourcePrincipal ??= from.sourcePrincipal;
  into.destinationPrincipal ??= from.destinationPrincipal;
  into.reporters |= from.reporters;
}

function groupsLargerThan(drafts: readonly EdgeDraft[], keyOf: (draft: EdgeDraft) => number | undefined): EdgeDraft[][] {
  if (drafts.length <= MAX_HOSTS_PER_CALLER) return [];
  const groups = new Map<number, EdgeDraft[]>();
  for (const draft of drafts) {
    const key = keyOf(draft);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [draft]);
    else group.push(draft);
  }
  return [...groups.values()].filter((group) => group.length > MAX_HOSTS_PER_CALLER);
}

const PROTOCOLS: readonly Protocol[] = ['http', 'grpc', 'tcp'];
const pairNumber = (source: number, target: number, protocol: Protocol): number =>
  (source * MAX_ENDS + target) * 4 + PROTOCOLS.indexOf(protocol);

/** Puts the smallest of a group together in `rest`, which takes the first one's place; the others go to `dropped`. */
function mergeSmallest(group: EdgeDraft[], dropped: Set<EdgeDraft>, change: (rest: EdgeDraft) => void): void {
  group.sort((a, b) => draftWeight(b) - draftWeight(a));
  const rest = group[MAX_HOSTS_PER_CALLER - 1]!;
  change(rest);
  for (const draft of group.slice(MAX_HOSTS_PER_CALLER)) {
    mergeDraft(rest, draft);
    dropped.add(draft);
  }
}

/** Bounds what hostile hosts can do to the size of the graph. */
export function limitHosts(drafts: EdgeDraft[], table: EndpointTable, problems: ProblemLog): EdgeDraft[] {
  const dropped = new Set<EdgeDraft>();
  const perPair = groupsLargerThan(drafts, (draft) =>
    draft.service === undefined ? undefined : pairNumber(draft.source.index, draft.target.index, draft.protocol),
  );
  for (const group of perPair) {
    problems.add('too-many-hosts', { source: group[0]!.source.id, target: group[0]!.target.id });
    mergeSmallest(group, dropped, (rest) => {
      rest.service = table.service(rest.target.identity.cluster, '', OTHER_HOSTS, OTHER_HOSTS);
    });
  }
  const external = (draft: EdgeDraft) =>
    draft.target.identity.kind === 'external' && draft.target.identity.role === undefined && !dropped.has(draft);
  for (const group of groupsLargerThan(drafts, (draft) =>
    external(draft) ? pairNumber(draft.source.index, 0, draft.protocol) : undefined,
  )) {
    problems.add('too-many-hosts', { source: group[0]!.source.id });
    mergeSmallest(group, dropped, (rest) => {
      rest.target = table.endpoint('external', rest.target.identity.cluster, '', OTHER_HOSTS);
      rest.service = undefined;
    });
  }
  return dropped.size === 0 ? drafts : drafts.filter((draft) => !dropped.has(draft));
}

const REPORTERS: readonly Reporter[][] = Array.from({ length: 8 }, (_, bits) =>
  (['source', 'destination', 'waypoint'] as const).filter((_reporter, index) => (bits & (1 << index)) !== 0),
);

export function sampleOf(draft: EdgeDraft): EdgeSample {
  const { source, target, service, protocol } = draft;
  const sample: EdgeSample = {
    id: edgeId(source.id, target.id, protocol, service?.identity.host ?? ''),
    source: source.identity,
    target: target.identity,
    protocol,
    mesh: draft.mesh,
    responses: draft.responses,
    requestsPerSecond: draft.requests,
    errorsPerSecond: draft.errors,
    clientErrorsPerSecond: draft.clientErrors,
    sentBytesPerSecond: draft.sent,
    receivedBytesPerSecond: draft.received,
    mutualTlsPerSecond: draft.mutualTls,
    plaintextPerSecond: draft.plaintext,
    reporters: REPORTERS[draft.reporters]!,
  };
  if (service !== undefined) sample.destinationService = service.identity;
  if (draft.latencyCount > 0) {
    sample.latencySumMsPerSecond = draft.latencySum;
    sample.latencyCountPerSecond = draft.latencyCount;
  }
  if (draft.latency !== undefined) sample.latency = draft.latency;
  if (draft.connections !== undefined) sample.connectionsPerSecond = draft.connections;
  if (draft.sourcePrincipal !== undefined) sample.sourcePrincipal = draft.sourcePrincipal;
  if (draft.destinationPrincipal !== undefined) sample.destinationPrincipal = draft.destinationPrincipal;
  return sample;
}
