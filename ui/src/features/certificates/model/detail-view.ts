/**
 * One certificate: its chain link by link, whether its name is its holder's, and what nobody could say of it.
 * Invariant: a link counts as verified only where the service says so; what is not known is listed with the reason.
 */
import type { CertificateDetail, CertificateSighting, CertificateSource, ChainLink } from '@observatory/contracts';
import { listed, SOURCE_WORDS } from './words.js';

export interface ChainRow {
  link: ChainLink;
  /** `Leaf`, `Intermediate`, `Root`. */
  role: string;
  /** What people call it: its common name, else the whole subject. */
  name: string;
  /** What the service found when it verified the link. */
  check: ChainLink['check'];
  ended: boolean;
}

const FROM: Record<ChainLink['from'], string> = {
  peer: 'sent by the peer',
  trustBundle: 'from a trust bundle',
  certManager: 'from cert-manager',
  proxy: 'from the proxy',
};
export const fromWords = ({ from }: Pick<ChainLink, 'from'>): string => FROM[from];

/** The common name of a subject as RFC 4514 or OpenSSL write it; the whole of it where there is none. */
export function commonName(subject: string): string {
  return /(?:^|[,/+\n]\s*)CN\s*=\s*((?:\\.|[^,/+\n])+)/u.exec(subject)?.[1]?.replace(/\\(.)/gu, '$1').trim() ?? subject;
}

export function chainRows({ chain, certificate }: Pick<CertificateDetail, 'chain' | 'certificate'>, now: number): ChainRow[] {
  return chain.map((link, index) => {
    const selfIssued = link.subject === link.issuer && link.isCa;
    const own = index === 0 && !link.isCa;
    const unnamed = certificate.spiffeId ?? certificate.dnsNames[0] ?? certificate.name;
    return {
      link,
      role: own ? 'Leaf' : selfIssued ? 'Root' : link.isCa ? 'Intermediate' : 'Certificate',
      name: commonName(link.subject) || (index === 0 ? unnamed : 'no subject'),
      check: link.check,
      ended: Date.parse(link.notAfter) <= now,
    };
  });
}

/** Whose name does it carry, and is that who holds it? */
export interface IdentityWords {
  state: 'matches' | 'differs' | 'unknown';
  sentence: string;
}

export function identityWords({ identity, certificate }: Pick<CertificateDetail, 'identity' | 'certificate'>): IdentityWords | undefined {
  if (certificate.kind !== 'workload') return undefined;
  if (identity) return { state: identity.state, sentence: identity.message };
  if (certificate.spiffeId === undefined)
    return { state: 'unknown', sentence: 'Whose name it carries is not known: no source shows the certificate itself.' };
  return { state: 'unknown', sentence: 'Who should hold it is not known: no source says which service account the pod runs as.' };
}

export interface NotKnown {
  what: string;
  why: string;
}

const SERVED: readonly CertificateSource[] = ['wire', 'ztunnel', 'envoy'];

export function notKnown(detail: CertificateDetail): NotKnown[] {
  const { certificate, trust, history } = detail;
  const { fingerprint, notBefore, renewalAt, kind, sources } = certificate;
  const list: NotKnown[] = [];
  const add = (what: string, why: string) => list.push({ what, why });
  const places = listed(sources.map((source) => SOURCE_WORDS[source].place));
  if (fingerprint === undefined)
    add('The certificate itself, its names, key and chain', `it is seen ${places} only, where its end is told and no more`);
  if (notBefore === undefined) add('When it began, and how long it lives', 'no source tells; where needed, a life of a day is assumed');
  if (fingerprint !== undefined && trust.state === 'unknown') add('Whether its chain can be trusted', trust.message);
  if (renewalAt === undefined && kind !== 'root')
    add('When it will be renewed', 'nobody is known to renew it by itself: somebody has to, before it ends');
  if ((kind === 'workload' || kind === 'gateway') && !sources.some((source) => SERVED.includes(source)))
    add('Whether this is what is really served', 'no handshake and no proxy shows it; Coverage says why');
  if (history.length <= 1) add('What was before it', 'no other one of this holder was seen since we look');
  return list;
}

export interface SightingGroup {
  source: CertificateSource;
  sightings: CertificateSighting[];
}

/** By source, each with the newest first. */
export function sightingGroups(sightings: readonly CertificateSighting[]): SightingGroup[] {
  const sources = (Object.keys(SOURCE_WORDS) as CertificateSource[]).filter((source) => sightings.some((each) => each.source === source));
  return sources.map((source) => ({
    source,
    sightings: sightings.filter((each) => each.source === source).toSorted((a, b) => b.observedAt.localeCompare(a.observedAt)),
  }));
}

/** `TLS 1.3, ALPN istio, asked for shop.example`: how it was asked for. */
export function sightingWords({ pod, namespace, tlsVersion, alpn, sni }: CertificateSighting): string {
  return [
    pod !== undefined && `pod ${namespace === undefined ? '' : `${namespace}/`}${pod}`,
    tlsVersion?.replace(/^TLSv/u, 'TLS '),
    alpn !== undefined && `ALPN ${alpn}`,
    sni !== undefined && `asked for ${sni}`,
  ]
    .filter(Boolean)
    .join(', ');
}

export function keyWords(key: { keyAlgorithm?: string | undefined; keyBits?: number | null | undefined }): string {
  if (key.keyAlgorithm === undefined) return 'not known';
  return key.keyBits ? `${key.keyAlgorithm}, ${key.keyBits} bits` : key.keyAlgorithm;
}

/** `ab:cd:…` as other tools write it. */
export const colons = (hex: string): string => hex.toUpperCase().match(/../gu)?.join(':') ?? hex;
