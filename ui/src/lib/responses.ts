/**
 * How did the requests end, in plain words? HTTP codes by RFC 9110, gRPC status by its own list, flags by the contracts' table.
 * Invariant: shares are of all requests, what did not happen has no row; a code or flag that is not known is shown as it is, without invented words.
 */
import { grpcFailureName, isNoResponse, responseFlagWords, type TopologyEdge } from '@observatory/contracts';

export interface ResponseRow {
  key: string;
  /** `503 Service Unavailable`, `gRPC 14 Unavailable`, `No response`. */
  name: string;
  /** Within a sentence: `503`, `gRPC 14 Unavailable`, `no response`. */
  short: string;
  flags: { flag: string; words: string | undefined }[];
  outcome: 'ok' | 'redirect' | 'clientError' | 'error';
  requestsPerSecond: number;
  share: number;
}

const HTTP: Record<string, string> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  499: 'Client Closed Request',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};
type Response = TopologyEdge['responses'][number];

function nameOf({ code, grpcStatus }: Response): string {
  const failure = grpcFailureName(grpcStatus);
  if (failure !== undefined) return failure;
  if (isNoResponse(code)) return 'No response';
  const words = HTTP[code];
  return words === undefined ? code : `${code} ${words}`;
}

const shortOf = ({ code, grpcStatus }: Response): string => grpcFailureName(grpcStatus) ?? (isNoResponse(code) ? 'no response' : code);

/** As DESIGN §5 counts: 5xx, no response and non-zero gRPC status are errors; 4xx are the client's. */
function outcomeOf({ code, grpcStatus }: Response): ResponseRow['outcome'] {
  if (isNoResponse(code) || code.startsWith('5') || grpcFailureName(grpcStatus) !== undefined) return 'error';
  if (code.startsWith('4')) return 'clientError';
  return code.startsWith('3') ? 'redirect' : 'ok';
}

/** Sums responses of several edges by code, status and flags; the errors first, then by rate. */
export function responseRows(edges: readonly Pick<TopologyEdge, 'responses'>[]): ResponseRow[] {
  const sums = new Map<string, Response>();
  for (const response of edges.flatMap((edge) => edge.responses)) {
    if (response.requestsPerSecond <= 0) continue;
    const key = [response.code, response.grpcStatus ?? '', response.flags].join(' ');
    const known = sums.get(key);
    sums.set(key, known ? { ...known, requestsPerSecond: known.requestsPerSecond + response.requestsPerSecond } : response);
  }
  const total = [...sums.values()].reduce((sum, response) => sum + response.requestsPerSecond, 0);
  const rows = [...sums].map(([key, response]): ResponseRow => ({
    key,
    name: nameOf(response),
    short: shortOf(response),
    flags: responseFlagWords(response.flags),
    outcome: outcomeOf(response),
    requestsPerSecond: response.requestsPerSecond,
    share: response.requestsPerSecond / total,
  }));
  const rank = { error: 0, clientError: 1, redirect: 2, ok: 2 };
  return rows.toSorted((a, b) => rank[a.outcome] - rank[b.outcome] || b.requestsPerSecond - a.requestsPerSecond);
}

/** The most frequent failure; undefined where nothing fails. */
export const worstFailure = (edges: readonly Pick<TopologyEdge, 'responses'>[]): ResponseRow | undefined =>
  responseRows(edges).find(({ outcome }) => outcome === 'error');
