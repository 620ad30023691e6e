/**
 * Which operation does a line of Envoy's JSON access log tell of? Istio's default fields, and where the operator logs it the caller's
 * certificate (`downstream_peer_uri_san`). Invariant: a line without it says nothing of who called, and is not used.
 */
import type { SeenOperation } from './operations.js';

export interface LogLine {
  readonly namespace: string;
  /** The workload whose proxy wrote the line. */
  readonly workload: string;
  readonly line: string;
}

export function operationOfLine({ namespace, workload, line }: LogLine): SeenOperation | undefined {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const text = (field: string) => (typeof entry[field] === 'string' ? (entry[field] as string) : undefined);
  const [method, path, authority, upstream] = [text('method'), text('path'), text('authority'), text('upstream_cluster')];
  if (!method || !path || authority === undefined || !('downstream_peer_uri_san' in entry)) return undefined;
  const inbound = /^inbound(?:-vip)?\|(\d+)\|/.exec(upstream ?? '');
  if (!inbound) return undefined;
  const host = authority.replace(/:\d+$/, '');
  const byWaypoint = workload.endsWith('waypoint');
  return {
    callee: byWaypoint ? `host ${host}` : `workload ${namespace}/${workload}`,
    caller: (text('downstream_peer_uri_san') ?? '').replace(/^spiffe:\/\//, ''),
    method,
    path: path.split('?')[0] ?? path,
    host: authority,
    port: Number(inbound[1]),
    from: 'access-log',
  };
}

/** `checkout-v1-7d4b9c-x2x9z` → `checkout-v1`: as the names of a Deployment's pods are made. */
export function workloadOfPod(pod: string): string {
  return pod.replace(/-[a-z0-9]{6,10}-[a-z0-9]{5}$/, '').replace(/-\d+$/, '');
}
