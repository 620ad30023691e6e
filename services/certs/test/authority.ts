/** Real certificates of any kind and key, for tests: made by @peculiar/x509, read by what is tested. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { parseCertificate } from '../src/domain/parse.js';
import type { ParsedCertificate } from '../src/domain/parsed.js';

type CryptoKeyPair = webcrypto.CryptoKeyPair;
export type KeyKind = 'ecdsa' | 'rsa' | 'rsa1024' | 'ed25519';
const ALGORITHMS = {
  ecdsa: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  rsa: { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
  rsa1024: { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-1' },
  ed25519: { name: 'Ed25519' },
} as const;
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export interface Issued {
  readonly pem: string;
  readonly keyPem: string;
  readonly parsed: ParsedCertificate;
  readonly keys: CryptoKeyPair;
  readonly kind: KeyKind;
}
export interface CertificateRequest {
  readonly subject?: string;
  readonly issuer?: Issued;
  readonly key?: KeyKind;
  readonly ca?: boolean;
  readonly uri?: string;
  readonly dns?: readonly string[];
  readonly notBefore?: number;
  readonly notAfter?: number;
  /** Signs with another's key than the issuer's: a forgery. */
  readonly forgedBy?: Issued;
}

let serial = 1;

export async function issue(request: CertificateRequest = {}): Promise<Issued> {
  const {
    subject = '',
    issuer,
    key = 'ecdsa',
    ca = false,
    uri,
    dns = [],
    notBefore = Date.now() - HOUR,
    notAfter = Date.now() + 23 * HOUR,
  } = request;
  const keys = (await webcrypto.subtle.generateKey(ALGORITHMS[key], true, ['sign', 'verify'])) as CryptoKeyPair;
  const signer = request.forgedBy ?? issuer;
  const names = [
    ...(uri === undefined ? [] : [{ type: 'url' as const, value: uri }]),
    ...dns.map((value) => ({ type: 'dns' as const, value })),
  ];
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: (serial += 1).toString(16).padStart(16, '1'),
    subject,
    issuer: issuer ? issuer.parsed.subject : subject,
    notBefore: new Date(notBefore),
    notAfter: new Date(notAfter),
    signingKey: (signer?.keys ?? keys).privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: ALGORITHMS[signer?.kind ?? key],
    extensions: [
      new x509.BasicConstraintsExtension(ca, undefined, true),
      ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names, subject === '')]),
    ],
  });
  const pem = certificate.toString('pem');
  const keyPem = x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { pem, keyPem, parsed: parseCertificate(pem) as ParsedCertificate, keys, kind: key };
}

export const root = (name = 'Root CA', more: CertificateRequest = {}): Promise<Issued> =>
  issue({ subject: `CN=${name}`, ca: true, notBefore: Date.now() - 400 * DAY, notAfter: Date.now() + 3000 * DAY, ...more });
export const intermediate = (issuer: Issued, more: CertificateRequest = {}): Promise<Issued> =>
  issue({ subject: 'CN=Intermediate CA', ca: true, issuer, notBefore: Date.now() - 60 * DAY, notAfter: Date.now() + 300 * DAY, ...more });
export const spiffe = (namespace: string, account: string, domain = 'cluster.local'): string =>
  `spiffe://${domain}/ns/${namespace}/sa/${account}`;
