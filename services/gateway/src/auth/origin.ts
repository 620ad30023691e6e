/**
 * Did our own page send this, or a page of somebody else that uses the visitor's cookie? RFC 6454; browsers send Origin
 * with every request that may change something. Invariant: what cannot be told counts as somebody else's.
 */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

export function isSameOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (!origin || !host) return false;
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}

/** Whether a request that is known by a cookie may go on. */
export function mayUseCookie(method: string, origin: string | undefined, host: string | undefined): boolean {
  return SAFE_METHODS.has(method) || isSameOrigin(origin, host);
}
