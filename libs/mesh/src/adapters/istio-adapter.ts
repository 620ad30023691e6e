/**
 * Istio's answers, sidecar and ambient, as edges. The order matters: connections are read before waypoints can be
 * told from workloads, and requests are made edges before ztunnel's connections can be folded into them.
 */
import type { AdaptOptions, WindowVectors } from '../types.js';
import { dropWaypointLegs, findWaypoints, foldZtunnel } from './ambient.js';
import type { EdgeDraft } from './drafts.js';
import type { EndpointTable } from './endpoints.js';
import { requestEdges, REQUEST_ABSORPTION } from './istio-edges.js';
import { IstioEnds } from './istio-ends.js';
import { readBuckets, readMeasures, readRequests } from './istio-requests.js';
import { newTcpView, readTcp, tcpEdges, TCP_ABSORPTION } from './istio-tcp.js';
import { newView, Pairs } from './pairs.js';
import type { ProblemLog } from './problems.js';
import { absorbUnknownSources } from './unknown-sources.js';

export function istioEdges(
  vectors: WindowVectors,
  options: AdaptOptions,
  shared: { table: EndpointTable; problems: ProblemLog },
): EdgeDraft[] {
  const { problems } = shared;
  const ends = new IstioEnds(shared.table, options.cluster, problems);
  const requests = new Pairs(newView);
  const tcp = new Pairs(newTcpView);
  const reading = { ends, pairs: requests, problems };
  readRequests(vectors.istioRequests ?? [], reading);
  readMeasures(vectors.istioDuration ?? [], reading);
  readMeasures(vectors.istioBytes ?? [], reading);
  readBuckets(vectors.istioBuckets ?? [], reading);
  readTcp(vectors.istioTcp ?? [], { ends, pairs: tcp, problems });
  const waypoints = findWaypoints(requests, tcp, options.waypoints ?? new Set());
  dropWaypointLegs(requests, waypoints);
  absorbUnknownSources(requests, REQUEST_ABSORPTION);
  absorbUnknownSources(tcp, TCP_ABSORPTION);
  const drafts: EdgeDraft[] = [];
  for (const pair of requests.values()) for (const draft of requestEdges(pair, options.at, problems)) drafts.push(draft);
  for (const pair of tcp.values()) {
    if (pair.lane === 'tcp') for (const draft of tcpEdges(pair, options.rateWindowSec)) drafts.push(draft);
  }
  for (const draft of foldZtunnel(drafts, tcp, { waypoints, rateWindowSec: options.rateWindowSec })) drafts.push(draft);
  return drafts;
}
