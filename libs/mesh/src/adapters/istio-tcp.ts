/**
 * Reads Istio's TCP metrics, of sidecars and of ztunnel, and makes edges of what is TCP.
 * Bytes are named from the server's side: `istio_tcp_received_bytes_total` is what the source sent.
 * ztunnel counts every connection, also those that carry HTTP: they fold into the HTTP edge (ambient.ts), so its
 * rows have a lane of their own. Only ztunnel's word on encryption counts on both sides, and it never says `none`.
 */
import type { PromSample } from '../types.js';
import { newDraft, noteResponses, type EdgeDraft } from './drafts.js';
import { known, type Service } from './endpoints.js';
import { DESTINATION, SOURCE, WAYPOINT, type Ends, type IstioEnds, type Side } from './istio-ends.js';
import { MATERIALLY, type Pair, type Pairs } from './pairs.js';
import type { Labels, ProblemLog } from './problems.js';
import type { Absorption } from './unknown-sources.js';

export interface TcpRow {
  readonly service: Service | undefined;
  request: number;
  response: number;
  opened: number;
  /** Connections per second that ended with a flag. */
  flagged: Map<string, number> | undefined;
}

export interface TcpView {
  /** By host; '' where the service is not known. */
  readonly rows: Map<string, TcpRow>;
  total: number;
  readonly unreached: 0;
  mutualBytes: number;
  plainBytes: number;
  mutualOpened: number;
  plainOpened: number;
  sourcePrincipal: string | undefined;
  destinationPrincipal: string | undefined;
}

export const newTcpView = (): TcpView => ({
  rows: new Map(),
  total: 0,
  unreached: 0,
  mutualBytes: 0,
  plainBytes: 0,
  mutualOpened: 0,
  plainOpened: 0,
  sourcePrincipal: undefined,
  destinationPrincipal: undefined,
});

const SECURITY = ['mutualBytes', 'plainBytes', 'mutualOpened', 'plainOpened'] as const;

export const TCP_ABSORPTION: Absorption<TcpView> = {
  newView: newTcpView,
  scale(view, factor) {
    for (const row of view.rows.values()) {
      row.request *= factor;
      row.response *= factor;
      row.opened *= factor;
      for (const [flags, rate] of row.flagged ?? []) row.flagged!.set(flags, rate * factor);
    }
    view.total *= factor;
    for (const field of SECURITY) view[field] *= factor;
  },
  addEvidence(view, unknown, share) {
    for (const field of SECURITY) view[field] += unknown[field] * share;
    view.destinationPrincipal ??= unknown.destinationPrincipal;
  },
};

const isZtunnel = (labels: Labels, side: Side): boolean =>
  labels['app'] === 'ztunnel' || (side === SOURCE && labels['connection_security_policy'] === 'mutual_tls');

function addTo(view: TcpView, { service, side }: Ends, labels: Labels, value: number): void {
  const host = service?.identity.host ?? '';
  let row = view.rows.get(host);
  if (row === undefined) view.rows.set(host, (row = { service, request: 0, response: 0, opened: 0, flagged: undefined }));
  const opened = labels['metric'] === 'opened';
  if (opened) row.opened += value;
  else if (labels['metric'] === 'request') row.request += value;
  else row.response += value;
  view.total += value;
  const flags = labels['response_flags'] ?? '-';
  if (opened && flags !== '-') (row.flagged ??= new Map()).set(flags, (row.flagged.get(flags) ?? 0) + value);
  const policy = side === SOURCE && !isZtunnel(labels, side) ? undefined : labels['connection_security_policy'];
  if (policy === 'mutual_tls') view[opened ? 'mutualOpened' : 'mutualBytes'] += value;
  else if (policy === 'none') view[opened ? 'plainOpened' : 'plainBytes'] += value;
  view.sourcePrincipal ??= known(labels['source_principal']);
  view.destinationPrincipal ??= known(labels['destination_principal']);
}

const PARTS = new Set(['request', 'response', 'opened']);

export function readTcp(vector: Iterable<PromSample>, reading: { ends: IstioEnds; pairs: Pairs<TcpView>; problems: ProblemLog }): void {
  for (const { metric, value } of vector) {
    if (!PARTS.has(metric['metric'] ?? '') || !reading.problems.usable(value, metric)) continue;
    const ends = reading.ends.read(metric);
    if (ends !== undefined) addTo(reading.pairs.view(ends, isZtunnel(metric, ends.side) ? 'ztunnel' : 'tcp'), ends, metric, value);
  }
}

/** As for requests: waypoint, else source, else destination, unless a later one saw a tenth more. */
export function chooseTcpView({ views }: Pair<TcpView>): TcpView | undefined {
  let chosen: TcpView | undefined;
  for (const side of [WAYPOINT, SOURCE, DESTINATION]) {
    const view = views[side];
    if (view !== undefined && view.rows.size > 0 && (chosen === undefined || view.total > MATERIALLY * chosen.total)) chosen = view;
  }
  return chosen;
}

/**
 * Shares of encrypted and plain connections, where somebody said so; of bytes, where none was opened in the window.
 * Sidecars' sources are not asked: their policy is always unknown.
 */
export function tcpSecurity({ views }: Pair<TcpView>): { mutual: number; plain: number } | undefined {
  const sum = (field: (typeof SECURITY)[number]) => views.reduce((total, view) => total + (view?.[field] ?? 0), 0);
  for (const [mutual, plain] of [
    [sum('mutualOpened'), sum('plainOpened')],
    [sum('mutualBytes'), sum('plainBytes')],
  ] as const) {
    if (mutual + plain > 0) return { mutual: mutual / (mutual + plain), plain: plain / (mutual + plain) };
  }
  return undefined;
}

/** Flags of connections by service, the larger of what the two ends counted. */
function flagsOf({ views }: Pair<TcpView>, host: string): Map<string, number> {
  const flags = new Map<string, number>();
  for (const view of views) {
    for (const [flag, rate] of view?.rows.get(host)?.flagged ?? []) flags.set(flag, Math.max(rate, flags.get(flag) ?? 0));
  }
  return flags;
}

/**
 * Units of a TCP edge are connections. A long one that carried bytes is there though none was opened: it counts as
 * one in the window.
 */
export const tcpUnits = (opened: number, rateWindowSec: number): number => (opened > 0 ? opened : 1 / rateWindowSec);

export function tcpEdges(pair: Pair<TcpView>, rateWindowSec: number): EdgeDraft[] {
  const view = chooseTcpView(pair);
  if (view === undefined) return [];
  const security = tcpSecurity(pair);
  return Array.from(view.rows, ([host, row]) => {
    const draft = newDraft(pair.source, pair.target, row.service, 'tcp');
    draft.mesh = pair.lane === 'ztunnel' ? 'ambient' : 'istio';
    draft.sent = row.request;
    draft.received = row.response;
    draft.connections = row.opened;
    const units = tcpUnits(row.opened, rateWindowSec);
    draft.mutualTls = units * (security?.mutual ?? 0);
    draft.plaintext = units * (security?.plain ?? 0);
    for (const [flags, requestsPerSecond] of flagsOf(pair, host))
      noteResponses(draft, { code: '-', flags, requestsPerSecond, outcome: 'error' });
    for (const field of ['sourcePrincipal', 'destinationPrincipal'] as const) {
      draft[field] = view[field] ?? pair.views.find((other) => other?.[field] !== undefined)?.[field];
    }
    for (const side of [SOURCE, DESTINATION, WAYPOINT]) if (pair.views[side] !== undefined) draft.reporters |= 1 << side;
    return draft;
  });
}
