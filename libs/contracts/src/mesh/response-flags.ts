/**
 * What do the proxies' response flags mean, in plain words? Envoy's flags from its access log documentation
 * (`%RESPONSE_FLAGS%`), ztunnel's from its connection results. Invariant: a flag that is not listed is shown as it is.
 */
export const RESPONSE_FLAGS: Readonly<Record<string, string>> = {
  UH: 'no healthy endpoint was left to send to',
  UF: 'the connection to the endpoint could not be made',
  UO: 'the circuit breaker refused: too many requests or connections were waiting',
  NR: 'no route, or no filter chain, matches',
  NC: 'the destination is not known to the proxy (no such cluster)',
  URX: 'all retries, or all connection attempts, were used up',
  DC: 'the caller hung up before the answer',
  LH: 'the local service failed its health check',
  UT: 'the destination did not answer in time',
  LR: 'the proxy of the destination reset the connection',
  UR: 'the destination reset the connection',
  UC: 'the destination closed the connection before it answered',
  DI: 'the request was delayed by an injected fault',
  FI: 'the request was failed by an injected fault',
  RL: 'the rate limit refused the request',
  RLSE: 'the rate limit service did not answer',
  UAEX: 'the external authorization service refused the request',
  IH: 'a header that must be valid is not',
  SI: 'the stream was idle for too long',
  DPE: 'the caller broke the HTTP protocol',
  UPE: 'the destination broke the HTTP protocol',
  UMSDR: 'the request took longer than the longest time allowed',
  OM: 'the proxy was overloaded',
  DF: 'the name of the destination could not be resolved',
  DO: 'the proxy drops a part of this traffic to shed load',
  DR: 'the caller reset the stream',
  UDO: 'the proxy drops all of this traffic to shed load',
  NFCF: 'the configuration of a filter did not arrive in time',
  DT: 'the request or connection lasted longer than allowed',
  RFCF: 'the answer came from a cache',
  DENY: 'a policy denied the connection',
  CONNECT: 'the connection to the destination failed',
  TLS_FAILURE: 'the TLS handshake failed',
  H2_HANDSHAKE_FAILURE: 'the HTTP/2 tunnel to the destination could not be opened',
  NETWORK_POLICY: 'the connection timed out, as when a network policy blocks it',
  IDENTITY_ERROR: 'the identity of the workload could not be read',
  CERT_REVOKED: 'a certificate was revoked',
};

/** `URX,UF` as sentences, in order; `-` and '' are none. */
export function responseFlagWords(flags: string): { flag: string; words: string | undefined }[] {
  const names = flags.split(',').map((flag) => flag.trim());
  return names.filter((flag) => flag !== '' && flag !== '-').map((flag) => ({ flag, words: RESPONSE_FLAGS[flag] }));
}
