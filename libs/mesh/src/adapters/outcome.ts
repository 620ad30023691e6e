/**
 * Did a request go well? DESIGN §5: an error is HTTP 5xx, no response (code 0), or a gRPC status that is not 0;
 * 4xx are the client's. Linkerd's own classification decides for Linkerd, since its users may redefine it.
 * Invariant: classified codes (`5xx`) count as their class.
 */
import { isNoResponse, type Protocol, type ResponseRate } from '@observatory/contracts';

export type Outcome = ResponseRate['outcome'];

export function istioOutcome(protocol: Protocol, code: string, grpcStatus: string | undefined): Outcome {
  if (isNoResponse(code) || code.startsWith('5')) return 'error';
  if (protocol === 'grpc' && grpcStatus !== undefined && grpcStatus !== '0' && grpcStatus.toUpperCase() !== 'OK') return 'error';
  return code.startsWith('4') ? 'clientError' : 'ok';
}

export function linkerdOutcome(classification: string | undefined, code: string): Outcome {
  if (classification === 'failure') return 'error';
  return code.startsWith('4') ? 'clientError' : 'ok';
}

/** Flags of requests that ended before they left the caller's proxy: the other side cannot have seen them. */
const NEVER_SENT = new Set(['UH', 'UF', 'UO', 'NR', 'NC', 'FI', 'DF', 'UAEX', 'RL', 'RLSE', 'IH', 'LH', 'NFCF', 'UDO', 'DO']);

/** `URX` alone says that retries ran out, not where; with `UF` beside it nothing was reached. */
export function neverReached(flags: string): boolean {
  return flags !== '-' && flags.split(',').some((flag) => NEVER_SENT.has(flag));
}
