/**
 * The labels that Istio's proxies put on an edge, in Envoy's order, and what they say when they do not know.
 * Source: istio's standard metrics; `unknown` where there is no peer metadata, `latest` for a revision nobody named.
 */
import { CLUSTER } from '../model/shop.js';
import type { Lane, Workload } from '../model/types.js';
import { isMutual, spiffeId } from './writer.js';

export type Labels = Record<string, string | undefined>;
type End = 'source' | 'destination';

export interface View {
  readonly reporter: 'source' | 'destination' | 'waypoint';
  readonly source: Workload | null;
  readonly target: Workload | null;
  readonly sourcePrincipal: string;
  readonly targetPrincipal: string;
  readonly service: Lane['service'];
  readonly security: 'mutual_tls' | 'none' | 'unknown';
}

function endLabels(end: End, workload: Workload | null, principal: string): Labels {
  return {
    [`${end}_workload`]: workload?.name ?? 'unknown',
    [`${end}_canonical_service`]: workload?.app ?? 'unknown',
    [`${end}_canonical_revision`]: workload?.version ?? 'latest',
    [`${end}_workload_namespace`]: workload?.namespace ?? 'unknown',
    [`${end}_principal`]: principal,
    [`${end}_app`]: workload?.app ?? 'unknown',
    [`${end}_version`]: workload?.version ?? 'unknown',
    [`${end}_cluster`]: workload ? CLUSTER : 'unknown',
  };
}

export function edgeLabels(view: View): Labels {
  return {
    reporter: view.reporter,
    ...endLabels('source', view.source, view.sourcePrincipal),
    ...endLabels('destination', view.target, view.targetPrincipal),
    destination_service: view.service.host,
    destination_service_name: view.service.name,
    destination_service_namespace: view.service.namespace,
  };
}

/** The client's sidecar or gateway: it knows the endpoint's metadata, never whether the far side was strict. */
export function clientView(lane: Lane): View {
  const mutual = isMutual(lane);
  return {
    reporter: 'source',
    source: lane.source,
    target: lane.target,
    sourcePrincipal: mutual ? spiffeId(lane.source) : 'unknown',
    targetPrincipal: mutual && lane.target ? spiffeId(lane.target) : 'unknown',
    service: lane.service,
    security: 'unknown',
  };
}

/** The server's sidecar: of a client that brings no certificate it knows nothing. */
export function serverView(lane: Lane): View {
  const mutual = isMutual(lane);
  return {
    reporter: 'destination',
    source: mutual ? lane.source : null,
    target: lane.target,
    sourcePrincipal: mutual ? spiffeId(lane.source) : 'unknown',
    targetPrincipal: mutual && lane.target ? spiffeId(lane.target) : 'unknown',
    service: lane.service,
    security: mutual ? 'mutual_tls' : 'none',
  };
}
