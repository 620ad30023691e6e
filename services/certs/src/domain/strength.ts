/**
 * Are key and signature strong enough? Bounds from NIST SP 800-131A rev. 2 and the CA/Browser Forum's baseline requirements 6.1.5.
 * A root's own signature is not judged: nobody relies on it.
 */
import type { CertificateProblem } from '@observatory/contracts';
import { selfIssued, type ParsedCertificate } from './parsed.js';

const RSA_MIN_BITS = 2048;
const EC_MIN_BITS = 256;
const WEAK_HASH = /(^|-)(MD2|MD4|MD5|SHA1?)$/i;
const OLD_PROTOCOLS = new Set(['SSLv3', 'TLSv1', 'TLSv1.1']);

type Judged = Pick<ParsedCertificate, 'keyAlgorithm' | 'keyBits' | 'signatureAlgorithm' | 'subject' | 'issuer'>;

export function strengthProblems(certificate: Judged, protocol?: string): CertificateProblem[] {
  const { keyAlgorithm, keyBits, signatureAlgorithm } = certificate;
  const problems: CertificateProblem[] = [];
  const minimum = keyAlgorithm.startsWith('RSA') ? RSA_MIN_BITS : keyAlgorithm === 'ECDSA' ? EC_MIN_BITS : 0;
  if (keyAlgorithm === 'DSA' || (keyBits !== null && keyBits < minimum))
    problems.push({
      code: 'weak-key',
      severity: 'error',
      message: `its key is ${keyAlgorithm} of ${keyBits ?? 'unknown'} bits; ${minimum || 'none'} are the least`,
    });
  if (WEAK_HASH.test(signatureAlgorithm) && !selfIssued(certificate))
    problems.push({ code: 'weak-signature', severity: 'error', message: `it is signed with ${signatureAlgorithm}, which can be forged` });
  if (protocol !== undefined && OLD_PROTOCOLS.has(protocol))
    problems.push({ code: 'old-protocol', severity: 'warning', message: `the peer speaks ${protocol}` });
  return problems;
}
