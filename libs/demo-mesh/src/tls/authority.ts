/**
 * The demo's certificate authorities, kept in the data folder so that a restart does not change anybody's roots:
 * Istio's root with a signing intermediate, Linkerd's trust anchor with its issuer, and a public one for the gateway.
 */
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { webcrypto } from 'node:crypto';

type CryptoKey = webcrypto.CryptoKey;

const KEY = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const FILE = 'authorities.json';

export interface Signer {
  readonly certificate: x509.X509Certificate;
  readonly privateKey: CryptoKey;
}

export interface Authorities {
  /** When this demo was first started: the cluster's age counts from it. */
  readonly installedAt: Date;
  readonly istioRoot: Signer;
  readonly istioIntermediate: Signer;
  readonly linkerdAnchor: Signer;
  readonly linkerdIssuer: Signer;
  readonly publicRoot: Signer;
}

type AuthorityName = Exclude<keyof Authorities, 'installedAt'>;

interface AuthoritySpec {
  readonly name: AuthorityName;
  readonly subject: string;
  readonly signedBy?: AuthorityName;
  /** Days before and after the first start. */
  readonly ageDays: number;
  readonly leftDays: number;
}

const SPECS: readonly AuthoritySpec[] = [
  { name: 'istioRoot', subject: 'O=Istio, CN=Root CA', ageDays: 400, leftDays: 3250 },
  { name: 'istioIntermediate', subject: 'O=Istio, CN=Intermediate CA, L=demo', signedBy: 'istioRoot', ageDays: 60, leftDays: 305 },
  { name: 'linkerdAnchor', subject: 'CN=root.linkerd.cluster.local', ageDays: 60, leftDays: 305 },
  { name: 'linkerdIssuer', subject: 'CN=identity.linkerd.cluster.local', signedBy: 'linkerdAnchor', ageDays: 60, leftDays: 40 },
  { name: 'publicRoot', subject: 'O=Demo Public Trust, CN=Demo Public Root', ageDays: 900, leftDays: 2750 },
];

interface Saved {
  installedAt: string;
  authorities: Record<AuthorityName, { certificate: string; privateKey: string }>;
}

export interface LeafRequest {
  readonly signer: Signer;
  readonly subject: string;
  readonly names: readonly { type: 'url' | 'dns'; value: string }[];
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface Leaf {
  readonly certificatePem: string;
  readonly keyPem: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export const newKeys = () => webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify']);

async function pemOfKey(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

const serialNumber = (): string =>
  Buffer.from(webcrypto.getRandomValues(new Uint8Array(16)).map((byte, index) => (index === 0 ? byte & 0x7f : byte))).toString('hex');

export async function issueLeaf(request: LeafRequest): Promise<Leaf> {
  const keys = await newKeys();
  const { certificate: issuer, privateKey: signingKey } = request.signer;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: request.subject,
    issuer: issuer.subject,
    notBefore: request.notBefore,
    notAfter: request.notAfter,
    signingKey,
    publicKey: keys.publicKey,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
      new x509.BasicConstraintsExtension(false, undefined, true),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      // A certificate without a subject must mark its names critical (RFC 5280, 4.2.1.6): Istio's have none.
      new x509.SubjectAlternativeNameExtension([...request.names], request.subject === ''),
    ],
  });
  return {
    certificatePem: certificate.toString('pem'),
    keyPem: await pemOfKey(keys.privateKey),
    notBefore: request.notBefore,
    notAfter: request.notAfter,
  };
}

async function createAuthority(spec: AuthoritySpec, installedAt: Date, signers: Partial<Record<AuthorityName, Signer>>): Promise<Signer> {
  const keys = await newKeys();
  const signer = spec.signedBy && signers[spec.signedBy];
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: spec.subject,
    issuer: signer?.certificate.subject ?? spec.subject,
    notBefore: new Date(installedAt.getTime() - spec.ageDays * DAY_MS),
    notAfter: new Date(installedAt.getTime() + spec.leftDays * DAY_MS),
    signingKey: signer?.privateKey ?? keys.privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...(signer ? [await x509.AuthorityKeyIdentifierExtension.create(signer.certificate.publicKey)] : []),
    ],
  });
  return { certificate, privateKey: keys.privateKey };
}

async function createAll(installedAt: Date): Promise<Authorities> {
  const signers: Partial<Record<AuthorityName, Signer>> = {};
  for (const spec of SPECS) signers[spec.name] = await createAuthority(spec, installedAt, signers);
  return { installedAt, ...(signers as Record<AuthorityName, Signer>) };
}

async function restore(saved: Saved): Promise<Authorities> {
  const signers: Partial<Record<AuthorityName, Signer>> = {};
  for (const { name } of SPECS) {
    const { certificate, privateKey } = saved.authorities[name];
    const key = x509.PemConverter.decodeFirst(privateKey);
    signers[name] = {
      certificate: new x509.X509Certificate(certificate),
      privateKey: await webcrypto.subtle.importKey('pkcs8', key, KEY, true, ['sign']),
    };
  }
  return { installedAt: new Date(saved.installedAt), ...(signers as Record<AuthorityName, Signer>) };
}

async function save(folder: string, authorities: Authorities): Promise<void> {
  const saved: Saved = { installedAt: authorities.installedAt.toISOString(), authorities: {} as Saved['authorities'] };
  for (const { name } of SPECS) {
    const { certificate, privateKey } = authorities[name];
    saved.authorities[name] = { certificate: certificate.toString('pem'), privateKey: await pemOfKey(privateKey) };
  }
  await mkdir(folder, { recursive: true });
  // Written whole or not at all: half a file would change everybody's roots at the next start.
  await writeFile(join(folder, `${FILE}.new`), JSON.stringify(saved), { mode: 0o600 });
  await rename(join(folder, `${FILE}.new`), join(folder, FILE));
}

/** The authorities of the folder; made at the first start, and made anew when one of them has run out. */
export async function loadAuthorities(folder: string, now: Date = new Date()): Promise<Authorities> {
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => undefined);
  const found = text === undefined ? undefined : await restore(JSON.parse(text) as Saved).catch(() => undefined);
  if (found && SPECS.every(({ name }) => found[name].certificate.notAfter > now)) return found;
  const made = await createAll(now);
  await save(folder, made);
  return made;
}

export const pemOf = (signer: Signer): string => `${signer.certificate.toString('pem')}\n`;
