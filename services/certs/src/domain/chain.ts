/**
 * Does a leaf chain to a root that the mesh trusts? The path is rebuilt from what the peer sent and what the mesh publishes,
 * whatever the order (RFC 5280 §6.1, without policies and names, which meshes do not use).
 * Invariant: `trusted` only where each link's signature was made by the next one's key, every issuer is a CA within its dates,
 * and the last link is one of `roots` by its bytes. Without roots the answer is `unknown`, never `untrusted`.
 */
import type { CertificateProblem, ChainLink } from '@observatory/contracts';
import { isSignedBy } from './parse.js';
import { selfIssued, type ParsedCertificate } from './parsed.js';

/** Longer chains are an attempt at something, or a mistake. */
export const LINKS_MAX = 10;

export interface ChainInput {
  readonly leaf: ParsedCertificate;
  /** What came with it, in any order. */
  readonly sent: readonly ParsedCertificate[];
  readonly roots: readonly ParsedCertificate[];
  readonly now: number;
  /** Whether roots beyond these may be right too, as for gateways that the world calls. */
  readonly otherRootsMayBe?: boolean;
}
export interface ChainOutcome {
  readonly links: readonly { certificate: ParsedCertificate; from: 'peer' | 'trustBundle' }[];
  readonly state: 'trusted' | 'untrusted' | 'unknown';
  readonly message: string;
  readonly rootFingerprint?: string;
  readonly problems: readonly CertificateProblem[];
}

const nameOf = (of: ParsedCertificate): string => of.commonName ?? (of.subject || of.uris[0] || of.dnsNames[0] || of.serial);

export function verifyChain(input: ChainInput): ChainOutcome {
  const { leaf, sent, roots, now } = input;
  const trusted = new Set(roots.map(({ fingerprint }) => fingerprint));
  const links: { certificate: ParsedCertificate; from: 'peer' | 'trustBundle' }[] = [{ certificate: leaf, from: 'peer' }];
  const problems: CertificateProblem[] = [];
  const fail = (code: CertificateProblem['code'], message: string): ChainOutcome => {
    if (roots.length === 0 || (input.otherRootsMayBe && (code === 'untrusted-root' || code === 'incomplete-chain')))
      return { links, state: 'unknown', message, problems };
    return { links, state: 'untrusted', message, problems: [...problems, { code, severity: 'error', message }] };
  };
  for (let current = leaf; ;) {
    if (trusted.has(current.fingerprint)) return accept(links, { root: current, problems });
    if (links.length > LINKS_MAX) return fail('chain-too-long', `its chain has more than ${LINKS_MAX} links`);
    const named = candidates(current, [...roots, ...sent]);
    const issuer = named.find((candidate) => isSignedBy(current, candidate));
    if (!issuer) return fail(...whyNot(current, named));
    if (links.some(({ certificate }) => certificate.fingerprint === issuer.fingerprint))
      return fail('untrusted-root', `it ends at ${nameOf(issuer)}, which is not a root of the mesh`);
    links.push({ certificate: issuer, from: sent.includes(issuer) ? 'peer' : 'trustBundle' });
    if (!issuer.isCa) return fail('issuer-not-ca', `${nameOf(issuer)}, which issued it, is not a certificate authority`);
    if (issuer.notAfter <= now) return fail('expired', `${nameOf(issuer)}, which issued it, has expired`);
    if (issuer.notAfter < current.notAfter)
      problems.push({ code: 'issuer-expires-first', severity: 'warning', message: `${nameOf(issuer)} expires before what it issued` });
    current = issuer;
  }
}

/**
 * What verifying found of each link. A way goes on only over signatures that fit, so every link but the last was signed by the next;
 * of the last one the outcome speaks.
 */
export function checksOf({ links, state, message, rootFingerprint }: Omit<ChainOutcome, 'problems'>): ChainLink['check'][] {
  return links.map(({ certificate }, index) => {
    const next = links[index + 1];
    if (next) return { state: 'signed', message: `signed by the key of ${nameOf(next.certificate)}` };
    if (certificate.fingerprint === rootFingerprint) return { state: 'anchor', message: 'it is a root of the mesh, byte for byte' };
    return { state: state === 'untrusted' ? 'failed' : 'unchecked', message };
  });
}

function accept(
  links: ChainOutcome['links'],
  { root, problems }: { root: ParsedCertificate; problems: CertificateProblem[] },
): ChainOutcome {
  return { links, state: 'trusted', message: `it chains to ${nameOf(root)}`, rootFingerprint: root.fingerprint, problems };
}

function candidates(of: ParsedCertificate, among: readonly ParsedCertificate[]): ParsedCertificate[] {
  const seen = new Set<string>();
  return among.filter(({ subject, fingerprint }) => {
    if (subject !== of.issuer || fingerprint === of.fingerprint || seen.has(fingerprint)) return false;
    seen.add(fingerprint);
    return true;
  });
}

function whyNot(current: ParsedCertificate, named: readonly ParsedCertificate[]): [CertificateProblem['code'], string] {
  if (selfIssued(current) && isSignedBy(current, current))
    return ['untrusted-root', `it ends at ${nameOf(current)}, which is not a root of the mesh`];
  if (named.length > 0) return ['bad-signature', `${nameOf(current)} names ${current.issuer} as its issuer, whose key did not sign it`];
  return ['incomplete-chain', `${current.issuer || 'its issuer'} was neither sent nor is it a root of the mesh`];
}
