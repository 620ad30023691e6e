/** The ids of rows. Invariant: pure functions of who holds the certificate, stable through renewals; safe in a URL path. */
import type { CertificateKind } from '@observatory/contracts';

const part = (text: string): string =>
  text.replace(/[^A-Za-z0-9.-]/gu, (char) => Array.from(Buffer.from(char), (byte) => `_${byte.toString(16).padStart(2, '0')}`).join(''));

/** `workload~east~shop~cart-5d4-x2x`; of authorities `root~east~~<first 16 characters of the fingerprint>`. */
export function rowId(kind: CertificateKind, cluster: string, ...rest: readonly string[]): string {
  return [kind, cluster, ...rest].map(part).join('~');
}
