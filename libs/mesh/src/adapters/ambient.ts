/**
 * What does ztunnel add? It counts the connections under everything, so its rows are folded into the HTTP edges that
 * they carry: bytes, connections, encryption. A waypoint splits a connection in two legs (client → waypoint,
 * waypoint → server), and reports the requests themselves between their true ends: the legs fold into those.
 * Invariant: no byte and no request of one connection is shown on two edges.
 */
import type { EdgeDraft } from './drafts.js';
import type { Endpoint, Service } from './endpoints.js';
import { SOURCE, WAYPOINT } from './istio-ends.js';
import { tcpEdges, tcpSecurity, tcpUnits, type TcpView } from './istio-tcp.js';
import { neverReached } from './outcome.js';
import type { Pairs, View } from './pairs.js';

export interface Waypoints {
  is(endpoint: Endpoint): boolean;
  /** Hosts that waypoints reported about, with the targets they named. */
  readonly targets: ReadonlyMap<string, ReadonlySet<Endpoint>>;
}

const hostOf = (service: Service | undefined): string => service?.identity.host ?? '';

function reportedTargets(requests: Pairs<View>, tcp: Pairs<TcpView>): Map<string, Set<Endpoint>> {
  const targets = new Map<string, Set<Endpoint>>();
  const note = (host: string, target: Endpoint) => {
    const found = targets.get(host);
    if (found === undefined) targets.set(host, new Set([target]));
    else found.add(target);
  };
  for (const { target, views } of requests.values()) for (const row of views[WAYPOINT]?.rows ?? []) note(hostOf(row.service), target);
  for (const { target, views } of tcp.values()) for (const host of views[WAYPOINT]?.rows.keys() ?? []) note(host, target);
  return targets;
}

/**
 * A waypoint is named like one, known as one, or does what only one does: receives connections for a service whose
 * requests waypoints report elsewhere, and opens connections to those who serve it.
 */
export function findWaypoints(requests: Pairs<View>, tcp: Pairs<TcpView>, given: ReadonlySet<string>): Waypoints {
  const targets = reportedTargets(requests, tcp);
  const opens = new Map<Endpoint, Set<Endpoint>>();
  for (const { source, target, lane } of tcp.values()) {
    if (lane === 'ztunnel') opens.set(source, (opens.get(source) ?? new Set()).add(target));
  }
  const found = new Set<Endpoint>();
  const check = (endpoint: Endpoint, hosts: Iterable<string>) => {
    for (const host of hosts) {
      const served = targets.get(host);
      if (served === undefined || host === '' || served.has(endpoint)) continue;
      const reached = opens.get(endpoint);
      if (reached !== undefined && [...served].some((target) => reached.has(target))) found.add(endpoint);
    }
  };
  for (const { target, lane, views } of tcp.values())
    if (lane === 'ztunnel' && opens.has(target)) check(target, views[SOURCE]?.rows.keys() ?? []);
  for (const endpoint of found) endpoint.identity.role = 'waypoint';
  return {
    targets,
    is: (endpoint) => endpoint.identity.role === 'waypoint' || given.has(`${endpoint.identity.namespace}/${endpoint.identity.name}`),
  };
}

/** Takes requests off the leg to a waypoint that the waypoint itself reports; what never reached it stays. */
export function dropWaypointLegs(requests: Pairs<View>, waypoints: Waypoints): void {
  for (const { target, views } of requests.values()) {
    const view = views[SOURCE];
    if (view === undefined || !waypoints.is(target)) continue;
    const kept = view.rows.filter((row) => {
      const served = waypoints.targets.get(hostOf(row.service));
      return served === undefined || served.has(target) || neverReached(row.flags);
    });
    if (kept.length === view.rows.length) continue;
    view.rows.splice(0, Infinity, ...kept);
    view.total = kept.reduce((sum, row) => sum + row.rate, 0);
    view.answered = kept.reduce((sum, row) => sum + (row.outcome === 'error' ? 0 : row.rate), 0);
    view.measures = undefined;
  }
}

interface Folding {
  readonly security: { mutual: number; plain: number } | undefined;
  readonly rateWindowSec: number;
  /** Edges that something was folded into already. */
  readonly folded: Set<EdgeDraft>;
}

/** Adds a connection's numbers to the edges that it carries, by their requests, or evenly where they have none. */
function fold(drafts: readonly EdgeDraft[], row: EdgeDraft, { security, rateWindowSec, folded }: Folding): void {
  const total = drafts.reduce((sum, draft) => sum + draft.requests, 0);
  for (const draft of drafts) {
    const share = total > 0 ? draft.requests / total : 1 / drafts.length;
    if (!folded.has(draft)) {
      // What went over the wire replaces the sizes of bodies, which are part of it.
      folded.add(draft);
      draft.sent = 0;
      draft.received = 0;
      draft.connections = 0;
    }
    draft.sent += row.sent * share;
    draft.received += row.received * share;
    draft.connections! += (row.connections ?? 0) * share;
    if (draft.mutualTls + draft.plaintext === 0 && security !== undefined) {
      const units = draft.protocol === 'tcp' ? tcpUnits(draft.connections!, rateWindowSec) : draft.requests;
      draft.mutualTls = units * security.mutual;
      draft.plaintext = units * security.plain;
    }
    draft.sourcePrincipal ??= row.sourcePrincipal;
    draft.destinationPrincipal ??= row.destinationPrincipal;
    draft.reporters |= row.reporters;
    draft.mesh = 'ambient';
  }
}

interface Carried {
  readonly between: ReadonlyMap<Endpoint, ReadonlyMap<Endpoint, EdgeDraft[]>>;
  readonly byWaypoint: ReadonlyMap<string, EdgeDraft[]>;
  readonly toByWaypoint: ReadonlySet<Endpoint>;
}

function indexOf(drafts: readonly EdgeDraft[]): Carried {
  const between = new Map<Endpoint, Map<Endpoint, EdgeDraft[]>>();
  const byWaypoint = new Map<string, EdgeDraft[]>();
  const toByWaypoint = new Set<Endpoint>();
  const push = <K>(map: Map<K, EdgeDraft[]>, key: K, draft: EdgeDraft) => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [draft]);
    else list.push(draft);
  };
  for (const draft of drafts) {
    let targets = between.get(draft.source);
    if (targets === undefined) between.set(draft.source, (targets = new Map()));
    push(targets, draft.target, draft);
    if ((draft.reporters & (1 << WAYPOINT)) === 0) continue;
    push(byWaypoint, `${draft.source.index} ${hostOf(draft.service)}`, draft);
    toByWaypoint.add(draft.target);
  }
  return { between, byWaypoint, toByWaypoint };
}

/** The edges that a row of ztunnel's carries; 'leg' for the second leg of what is shown already; none: TCP of its own. */
function carriedBy(row: EdgeDraft, carried: Carried, waypoints: Waypoints): readonly EdgeDraft[] | 'leg' {
  if (waypoints.is(row.source) && carried.toByWaypoint.has(row.target)) return 'leg';
  if (waypoints.is(row.target)) return carried.byWaypoint.get(`${row.source.index} ${hostOf(row.service)}`) ?? [];
  const same = carried.between.get(row.source)?.get(row.target) ?? [];
  const fitting =
    row.service === undefined ? same : same.filter((draft) => draft.service === undefined || hostOf(draft.service) === hostOf(row.service));
  const requests = fitting.filter((draft) => draft.protocol !== 'tcp');
  return requests.length > 0 ? requests : fitting;
}

/** Folds what can be; returns the edges of ztunnel's that stand on their own. */
export function foldZtunnel(
  drafts: readonly EdgeDraft[],
  tcp: Pairs<TcpView>,
  options: { waypoints: Waypoints; rateWindowSec: number },
): EdgeDraft[] {
  const pairs = [...tcp.values()].filter(({ lane }) => lane === 'ztunnel');
  if (pairs.length === 0) return [];
  const carried = indexOf(drafts);
  const own: EdgeDraft[] = [];
  const folded = new Set<EdgeDraft>();
  for (const pair of pairs) {
    const security = tcpSecurity(pair);
    for (const row of tcpEdges(pair, options.rateWindowSec)) {
      const into = carriedBy(row, carried, options.waypoints);
      if (into === 'leg') continue;
      if (into.length > 0) fold(into, row, { security, rateWindowSec: options.rateWindowSec, folded });
      else own.push(row);
    }
  }
  return own;
}
