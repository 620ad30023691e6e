/** The page of one certificate: its chain, names, uses, where it was seen. */
import type { CertificateDetail, ChainLink } from '@observatory/contracts';
import { missingIn } from './assemble.js';
import { checksOf } from './chain.js';
import { identityCheck } from './identity.js';
import { authorityId, type Roots } from './objects.js';
import { pemOf, usagesOf } from './parse.js';
import type { ParsedCertificate } from './parsed.js';
import type { Row } from './row.js';

type Detail = Pick<
  CertificateDetail,
  'chain' | 'trust' | 'identity' | 'uris' | 'ipAddresses' | 'keyUsage' | 'extendedKeyUsage' | 'pem' | 'sightings' | 'certManager' | 'root'
>;

export interface DetailContext {
  readonly roots: Roots;
  readonly rows: ReadonlyMap<string, Row>;
}

export function detailOf(row: Row, context: DetailContext): Detail {
  const { leaf, chain, trust, sightings, managed } = row;
  const usages = leaf ? usagesOf(leaf) : { keyUsage: [], extendedKeyUsage: [] };
  return {
    chain: chainOf(row, context),
    trust: {
      state: trust.state,
      message: trust.message,
      ...(trust.rootFingerprint === undefined ? {} : { rootFingerprint: trust.rootFingerprint }),
    },
    ...(row.expected && row.kind === 'workload' ? { identity: identityCheck(leaf, row.expected) } : {}),
    uris: [...(leaf?.uris ?? [])],
    ipAddresses: [...(leaf?.ipAddresses ?? [])],
    ...usages,
    ...(leaf
      ? {
          pem:
            chain
              .filter(({ from }) => from === 'peer')
              .map(({ certificate }) => pemOf(certificate))
              .join('') || pemOf(leaf),
        }
      : {}),
    sightings: [...sightings],
    ...(managed ? { certManager: managedOf(managed) } : {}),
    ...(row.kind === 'root' && leaf ? { root: rootOf(leaf, row, context) } : {}),
  };
}

function chainOf(row: Row, { rows }: DetailContext): ChainLink[] {
  const checks = checksOf({ links: row.chain, ...row.trust });
  return row.chain.flatMap(({ certificate, from }, index) => {
    const check = checks[index];
    return check ? [{ ...linkOf(certificate, { from, row, first: index === 0, rows }), check }] : [];
  });
}

function linkOf(
  of: ParsedCertificate,
  { from, row, first, rows }: { from: 'peer' | 'trustBundle'; row: Row; first: boolean; rows: ReadonlyMap<string, Row> },
): Omit<ChainLink, 'check'> {
  const ids = first ? [row.id] : (['root', 'issuer', 'intermediate'] as const).map((kind) => authorityId(kind, row.cluster, of));
  const certificateId = ids.find((id) => rows.has(id));
  const source = row.source === 'certManager' && from === 'peer' ? 'certManager' : row.source === 'configMap' ? 'trustBundle' : from;
  return {
    fingerprint: of.fingerprint,
    subject: of.subject,
    issuer: of.issuer,
    serial: of.serial,
    notBefore: new Date(of.notBefore).toISOString(),
    notAfter: new Date(of.notAfter).toISOString(),
    isCa: of.isCa,
    keyAlgorithm: of.keyAlgorithm,
    keyBits: of.keyBits,
    signatureAlgorithm: of.signatureAlgorithm,
    from: source,
    ...(certificateId === undefined ? {} : { certificateId }),
  };
}

function managedOf(managed: NonNullable<Row['managed']>): NonNullable<Detail['certManager']> {
  const { namespace, name, issuer, ready, message, renewalTime, revision, secretName } = managed;
  return {
    namespace,
    name,
    issuer,
    ready,
    ...(message === undefined ? {} : { message }),
    ...(renewalTime === undefined ? {} : { renewalTime: new Date(renewalTime).toISOString() }),
    ...(revision === undefined ? {} : { revision }),
    ...(secretName === undefined ? {} : { secretName }),
  };
}

function rootOf(leaf: ParsedCertificate, row: Row, { roots, rows }: DetailContext): NonNullable<Detail['root']> {
  let signs = 0;
  for (const other of rows.values()) if (other.id !== row.id && other.trust.rootFingerprint === leaf.fingerprint) signs += 1;
  return { signs, publishedIn: [...(roots.publishedIn.get(leaf.fingerprint) ?? [])], missingIn: missingIn(leaf, roots, row.mesh) };
}
