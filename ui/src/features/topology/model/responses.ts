/**
 * How did requests end, over some edges? Sums by code, gRPC status and flags, the failed first, then the most frequent.
 * Source: DESIGN's rule of errors (5xx, no response, gRPC status that is not 0). Invariant: shares add up to one.
 */
import type { TopologyEdge } from '@observatory/contracts';

export interface ResponseRow {
  title: string;
  flags: string;
  requestsPerSecond: number;
  share: number;
  failed: boolean;
}

const GRPC_NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

function titleOf(code: string, grpcStatus: string | undefined): string {
  if (grpcStatus !== undefined) return `gRPC ${GRPC_NAMES[Number(grpcStatus)] ?? grpcStatus}`;
  return code === '0' ? 'No response' : code;
}

export function sumResponses(edges: readonly TopologyEdge[]): ResponseRow[] {
  const rows = new Map<string, ResponseRow>();
  let total = 0;
  for (const { code, grpcStatus, flags, requestsPerSecond } of edges.flatMap(({ responses }) => responses)) {
    const title = titleOf(code, grpcStatus);
    const key = `${title} ${flags}`;
    const failed = code === '0' || code.startsWith('5') || (grpcStatus !== undefined && grpcStatus !== '0');
    const row = rows.get(key) ?? { title, flags, requestsPerSecond: 0, share: 0, failed };
    row.requestsPerSecond += requestsPerSecond;
    total += requestsPerSecond;
    rows.set(key, row);
  }
  const all = [...rows.values()].filter(({ requestsPerSecond }) => requestsPerSecond > 0);
  for (const row of all) row.share = row.requestsPerSecond / total;
  return all.toSorted((a, b) => Number(b.failed) - Number(a.failed) || b.requestsPerSecond - a.requestsPerSecond);
}
