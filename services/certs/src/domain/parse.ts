/**
 * A certificate's bytes as facts. node:crypto reads what every certificate needs; @peculiar/x509, twenty times slower,
 * what only the page of one certificate shows. Bytes come from strangers: whatever they are, the answer is a value.
 */
import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import { ExtendedKeyUsageExtension, KeyUsageFlags, KeyUsagesExtension, X509Certificate as DetailedCertificate } from '@peculiar/x509';
import type { ParsedCertificate } from './parsed.js';

const PEM_BLOCK = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED )?CERTIFICATE-----/g;
/** A bundle of a ConfigMap is at most 1 MiB. */
export const BUNDLE_MAX = 1000;

const CURVE_BITS: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521, secp224r1: 224, secp256k1: 256 };
const KEY_NAMES: Readonly<Record<string, string>> = {
  rsa: 'RSA',
  'rsa-pss': 'RSA-PSS',
  ec: 'ECDSA',
  ed25519: 'Ed25519',
  ed448: 'Ed448',
  dsa: 'DSA',
};
const FIXED_BITS: Readonly<Record<string, number>> = { ed25519: 256, ed448: 456 };

/** Undefined: these bytes are no certificate. */
export function parseCertificate(bytes: Buffer | string): ParsedCertificate | undefined {
  try {
    return factsOf(new X509Certificate(bytes));
  } catch {
    return undefined;
  }
}

/** Every PEM block of a text, and how many of them are no certificates. */
export function parseBundle(text: string): { certificates: ParsedCertificate[]; unreadable: number } {
  const blocks = (text.match(PEM_BLOCK) ?? []).slice(0, BUNDLE_MAX);
  const certificates = blocks.map((block) => parseCertificate(block)).filter((one) => one !== undefined);
  return { certificates, unreadable: blocks.length - certificates.length };
}

export function pemOf({ der }: Pick<ParsedCertificate, 'der'>): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

const signatures = new Map<string, boolean>();
const SIGNATURES_MAX = 50_000;

/** Whether the key of `issuer` made the signature of `child`. Remembered: a chain is looked at again and again. */
export function isSignedBy(child: ParsedCertificate, issuer: ParsedCertificate): boolean {
  const key = `${child.fingerprint}${issuer.fingerprint}`;
  const known = signatures.get(key);
  if (known !== undefined) return known;
  let signed = false;
  try {
    signed = new X509Certificate(child.der).verify(new X509Certificate(issuer.der).publicKey);
  } catch {
    // A key that cannot have made it: another algorithm.
  }
  if (signatures.size >= SIGNATURES_MAX) signatures.clear();
  signatures.set(key, signed);
  return signed;
}

/** What only the page of one certificate shows. */
export function usagesOf({ der }: Pick<ParsedCertificate, 'der'>): { keyUsage: string[]; extendedKeyUsage: string[] } {
  try {
    const detailed = new DetailedCertificate(new Uint8Array(der));
    const flags = detailed.getExtension(KeyUsagesExtension)?.usages ?? 0;
    const named = Object.entries(KeyUsageFlags).filter(([, bit]) => typeof bit === 'number' && (flags & bit) !== 0);
    const extended = detailed.getExtension(ExtendedKeyUsageExtension)?.usages ?? [];
    return { keyUsage: named.map(([name]) => name), extendedKeyUsage: extended.map((oid) => EXTENDED_USAGES[String(oid)] ?? String(oid)) };
  } catch {
    return { keyUsage: [], extendedKeyUsage: [] };
  }
}
const EXTENDED_USAGES: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
};

function factsOf(read: X509Certificate): ParsedCertificate {
  const { subject, subjectAltName } = read;
  const names = namesOf(subjectAltName ?? '');
  const commonName = /(?:^|\n)CN=([^\n]*)/.exec(subject ?? '')?.[1];
  return {
    fingerprint: read.fingerprint256.replaceAll(':', '').toLowerCase(),
    subject: oneLine(subject),
    issuer: oneLine(read.issuer),
    ...(commonName === undefined ? {} : { commonName }),
    serial: read.serialNumber.toLowerCase(),
    notBefore: read.validFromDate.getTime(),
    notAfter: read.validToDate.getTime(),
    isCa: read.ca,
    ...keyOf(read),
    signatureAlgorithm: signatureName(read.signatureAlgorithm ?? 'unknown'),
    uris: names.URI ?? [],
    dnsNames: names.DNS ?? [],
    ipAddresses: names['IP Address'] ?? [],
    der: read.raw,
  };
}

/** A certificate may have a key that OpenSSL does not know; everything else of it is still true. */
function keyOf(read: X509Certificate): Pick<ParsedCertificate, 'keyAlgorithm' | 'keyBits'> {
  try {
    const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: details = {} } = read.publicKey;
    const curve = details.namedCurve === undefined ? undefined : CURVE_BITS[details.namedCurve];
    return { keyAlgorithm: KEY_NAMES[type] ?? type, keyBits: details.modulusLength ?? curve ?? FIXED_BITS[type] ?? null };
  } catch {
    return { keyAlgorithm: 'unknown', keyBits: null };
  }
}

const oneLine = (name: string | undefined): string => (name ?? '').split('\n').join(', ');

/** `ecdsa-with-SHA256` → `ECDSA-SHA256`, `sha256WithRSAEncryption` → `RSA-SHA256`. */
function signatureName(openssl: string): string {
  const rsa = /^(sha\d+|md\d+)WithRSAEncryption$/i.exec(openssl);
  if (rsa) return `RSA-${(rsa[1] as string).toUpperCase()}`;
  return openssl.replace(/^ecdsa-with-/i, 'ECDSA-').replace(/^ED/, 'Ed');
}

/**
 * `URI:spiffe://…, DNS:"a, b"` by kind. Node quotes a name as a JSON string where it holds what could be taken for another name
 * (nodejs.org/api/crypto.html, x509.subjectAltName).
 */
function namesOf(text: string): Partial<Record<string, string[]>> {
  const names: Record<string, string[]> = {};
  for (const [, kind, quoted, plain] of text.matchAll(
    /(URI|DNS|IP Address|email|othername|DirName|Registered ID):(?:("(?:[^"\\]|\\.)*")|([^,]*))(?:, |$)/g,
  )) {
    const name = quoted === undefined ? plain : (JSON.parse(quoted) as string);
    (names[kind as string] ??= []).push(name ?? '');
  }
  return names;
}
