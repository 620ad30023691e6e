/**
 * How the requests of a lane end, as both ends see it. The flags are Envoy's: UT and DC for a timeout, UF,URX for a
 * connection that failed after retries, UO for a full circuit breaker. Envoy sets no flag on a policy's 403.
 * Invariant: shares are not negative and sum to 1.
 */
import type { Lane } from '../model/types.js';

export interface Reply {
  readonly code: string;
  readonly flags: string;
  readonly grpcStatus?: string;
}

export interface Outcome {
  readonly name:
    | 'ok'
    | 'notFound'
    | 'error'
    | 'unreachable'
    | 'overflow'
    | 'timeout'
    | 'abandoned'
    | 'denied'
    | 'unauthorized'
    | 'noRoute'
    | 'noEndpoints'
    | 'blackhole';
  readonly share: number;
  readonly source: Reply;
  /** Null where the request never reached the server's proxy. */
  readonly destination: Reply | null;
  readonly latency: 'served' | 'instant' | 'timeout';
  /** Whether the caller's own request may fail of it. */
  readonly failure: boolean;
}

export interface Shares {
  readonly error: number;
  readonly timeout: number;
  readonly overflow: number;
  readonly unreachable: number;
  readonly denied: number;
  /** With wrong credentials, of those that the workload answers. */
  readonly unauthorized: number;
  /** The server's proxy closes the connection instead of answering. */
  readonly deniedOnConnection: boolean;
  readonly abandoned: number;
}

const reply = (code: string, flags = '-', grpcStatus?: string): Reply => ({ code, flags, grpcStatus });

type Form = Omit<Outcome, 'share'>;

const HTTP: Record<'ok' | 'notFound' | 'error' | 'unreachable' | 'overflow' | 'timeout' | 'abandoned' | 'denied' | 'unauthorized', Form> = {
  ok: { name: 'ok', source: reply('200'), destination: reply('200'), latency: 'served', failure: false },
  notFound: { name: 'notFound', source: reply('404'), destination: reply('404'), latency: 'served', failure: false },
  error: { name: 'error', source: reply('500'), destination: reply('500'), latency: 'served', failure: true },
  unreachable: { name: 'unreachable', source: reply('503', 'URX,UF'), destination: null, latency: 'instant', failure: true },
  overflow: { name: 'overflow', source: reply('503', 'UO'), destination: null, latency: 'instant', failure: true },
  timeout: { name: 'timeout', source: reply('504', 'UT'), destination: reply('0', 'DC'), latency: 'timeout', failure: true },
  abandoned: { name: 'abandoned', source: reply('0', 'DC'), destination: reply('0', 'DC'), latency: 'served', failure: false },
  denied: { name: 'denied', source: reply('403'), destination: reply('403'), latency: 'instant', failure: true },
  unauthorized: { name: 'unauthorized', source: reply('401'), destination: reply('401'), latency: 'served', failure: false },
};

// gRPC errors travel in status 200; Envoy's local replies to gRPC do too.
const GRPC: typeof HTTP = {
  ok: { ...HTTP.ok, source: reply('200', '-', '0'), destination: reply('200', '-', '0') },
  notFound: { ...HTTP.notFound, source: reply('200', '-', '5'), destination: reply('200', '-', '5') },
  error: { ...HTTP.error, source: reply('200', '-', '13'), destination: reply('200', '-', '13') },
  unreachable: { ...HTTP.unreachable, source: reply('200', 'URX,UF', '14') },
  overflow: { ...HTTP.overflow, source: reply('200', 'UO', '14') },
  timeout: { ...HTTP.timeout, source: reply('200', 'UT', '14'), destination: reply('0', 'DC') },
  abandoned: HTTP.abandoned,
  denied: { ...HTTP.denied, source: reply('200', '-', '7'), destination: reply('200', '-', '7') },
  unauthorized: { ...HTTP.unauthorized, source: reply('200', '-', '16'), destination: reply('200', '-', '16') },
};

const ONLY: Partial<Record<Lane['call']['to']['kind'], Outcome>> = {
  noRoute: { name: 'noRoute', share: 1, source: reply('404', 'NR'), destination: null, latency: 'instant', failure: false },
  noEndpoints: { name: 'noEndpoints', share: 1, source: reply('503', 'UH'), destination: null, latency: 'instant', failure: true },
  blackhole: { name: 'blackhole', share: 1, source: reply('502'), destination: null, latency: 'instant', failure: true },
};

/** The outcomes of a lane, the usual one first. */
export function outcomesOf(lane: Lane, shares: Shares): Outcome[] {
  const only = ONLY[lane.call.to.kind];
  if (only) return [only];
  const forms = lane.call.protocol === 'grpc' ? GRPC : HTTP;
  const passed = Math.max(0, 1 - shares.denied - shares.unreachable - shares.overflow);
  const reached = passed * Math.max(0, 1 - shares.timeout - shares.abandoned);
  const answered = reached * (1 - shares.unauthorized);
  const fine = answered * (1 - shares.error);
  const notFound = fine * lane.call.notFoundShare;
  return [
    { ...forms.ok, share: fine - notFound },
    { ...forms.notFound, share: notFound },
    { ...forms.error, share: answered * shares.error },
    { ...forms.unauthorized, share: reached * shares.unauthorized },
    { ...forms.timeout, share: passed * shares.timeout },
    { ...forms.abandoned, share: passed * shares.abandoned },
    { ...forms.unreachable, share: shares.unreachable },
    { ...forms.overflow, share: shares.overflow },
    { ...(shares.deniedOnConnection ? forms.unreachable : forms.denied), share: shares.denied },
  ].filter((outcome, index) => index === 0 || outcome.share > 0);
}
