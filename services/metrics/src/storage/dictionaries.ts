/** The dictionaries of the windows tables, and how an entry of each is made. */
import { edgeId, nodeId, type EdgeSample, type EndpointIdentity, type ResponseRate } from '@observatory/contracts';
import type { NodeTotals } from '../domain/node-totals.js';
import { Dictionary, type Entry } from './dictionary.js';

export class Dictionaries {
  readonly edges = new Dictionary({
    refreshed: true,
    upsert: `INSERT INTO metrics.edges AS known (edge_id, pair_id, source_cluster, target_cluster, identity, last_seen)
      SELECT id, pair, source, target, identity::jsonb, $6 FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS given(id, pair, source, target, identity)
      ON CONFLICT (edge_hash) DO UPDATE SET identity = EXCLUDED.identity, last_seen = greatest(known.last_seen, EXCLUDED.last_seen)
      RETURNING key, edge_id AS id`,
  });
  readonly nodes = new Dictionary({
    refreshed: true,
    upsert: `INSERT INTO metrics.nodes AS known (direction, node_id, kind, cluster, namespace, name, last_seen)
      SELECT direction, id, kind, cluster, namespace, name, $7
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) AS given(direction, id, kind, cluster, namespace, name)
      ON CONFLICT (node_hash) DO UPDATE SET last_seen = greatest(known.last_seen, EXCLUDED.last_seen)
      RETURNING key, direction || node_id AS id`,
  });
  readonly principals = new Dictionary({
    refreshed: false,
    upsert: `INSERT INTO metrics.principals (principal) SELECT unnest($1::text[])
      ON CONFLICT (principal) DO UPDATE SET principal = EXCLUDED.principal RETURNING key, principal AS id`,
  });
  readonly outcomes = new Dictionary({
    refreshed: false,
    upsert: `INSERT INTO metrics.outcomes (code, grpc_status, flags, outcome)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
      ON CONFLICT (code, grpc_status, flags, outcome) DO UPDATE SET code = EXCLUDED.code
      RETURNING key, concat_ws(' ', code, grpc_status, outcome, flags) AS id`,
  });
  readonly bounds = new Dictionary({
    refreshed: false,
    upsert: `INSERT INTO metrics.latency_bounds (upper_bounds_ms) SELECT ('{' || bounds || '}')::double precision[] FROM unnest($1::text[]) AS given(bounds)
      ON CONFLICT (upper_bounds_ms) DO UPDATE SET upper_bounds_ms = EXCLUDED.upper_bounds_ms
      RETURNING key, array_to_string(upper_bounds_ms, ',') AS id`,
  });

  forget(): void {
    for (const dictionary of [this.edges, this.nodes, this.principals, this.outcomes, this.bounds]) dictionary.forget();
  }
}

/** What of a sample is the same in every window. */
export type EdgeIdentity = Pick<EdgeSample, 'source' | 'target' | 'destinationService' | 'protocol' | 'mesh'>;

export function edgeEntry({ id, source, target, destinationService, protocol, mesh }: EdgeSample): Entry {
  const values = () => {
    const identity: EdgeIdentity = { source, target, ...(destinationService ? { destinationService } : {}), protocol, mesh };
    // JSON may say NUL, jsonb may not.
    const json = JSON.stringify(identity).replaceAll('\\u0000', '\\ufffd');
    return [id, pairId(source, target, protocol), source.cluster, target.cluster, json];
  };
  const changing = (end: EndpointIdentity) => `${end.app ?? ''} ${end.version ?? ''} ${end.role ?? ''}`;
  return { id, fingerprint: `${mesh} ${changing(source)} ${changing(target)} ${destinationService?.name ?? ''}`, values };
}

/** The edge of the workload graph that a sample belongs to: without its service. */
function pairId(source: EndpointIdentity, target: EndpointIdentity, protocol: EdgeSample['protocol']): string {
  const idOf = ({ kind, cluster, namespace, name }: EndpointIdentity) => nodeId(kind, cluster, namespace, name);
  return edgeId(idOf(source), idOf(target), protocol);
}

export const nodeEntry = ({ direction, id, kind, cluster, namespace, name }: NodeTotals): Entry => ({
  id: direction + id,
  fingerprint: '',
  values: () => [direction, id, kind, cluster, namespace, name],
});

export const principalEntry = (principal: string): Entry => ({ id: principal, fingerprint: '', values: () => [principal] });

export const outcomeId = ({ code, grpcStatus = '', flags, outcome }: ResponseRate): string => `${code} ${grpcStatus} ${outcome} ${flags}`;

export function outcomeEntry(response: ResponseRate): Entry {
  const { code, grpcStatus = '', flags, outcome } = response;
  return { id: outcomeId(response), fingerprint: '', values: () => [code, grpcStatus, flags, outcome] };
}

export const boundsEntry = (upperBoundsMs: readonly number[]): Entry => {
  const id = upperBoundsMs.join(',');
  return { id, fingerprint: '', values: () => [id] };
};
