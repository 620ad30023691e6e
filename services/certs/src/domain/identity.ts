/**
 * Is a certificate's name that of who holds it? SPIFFE: `spiffe://<trust domain>/ns/<namespace>/sa/<service account>`
 * (istio.io/latest/docs/concepts/security), Linkerd: `<account>.<namespace>.serviceaccount.identity.<its namespace>.<trust domain>`.
 * Invariant: a name that we cannot judge is no problem; one that says somebody else is an error.
 */
import type { CertificateDetail, CertificateProblem } from '@observatory/contracts';
import type { ParsedCertificate } from './parsed.js';

const SPIFFE = /^spiffe:\/\/([^/]+)\/ns\/([^/]+)\/sa\/([^/]+)$/;
const LINKERD = /^([^.]+)\.([^.]+)\.serviceaccount\.identity\.([^.]+)\.(.+)$/;

export interface MeshIdentity {
  /** As it stands in the certificate. */
  readonly name: string;
  readonly trustDomain: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}
export interface ExpectedIdentity {
  readonly mesh: 'istio' | 'linkerd';
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Absent: the mesh's is not known. */
  readonly trustDomain?: string | undefined;
}

export function identityOf({ uris, dnsNames }: Pick<ParsedCertificate, 'uris' | 'dnsNames'>): MeshIdentity | undefined {
  for (const uri of uris) {
    const [name, trustDomain, namespace, serviceAccount] = SPIFFE.exec(uri) ?? [];
    if (name !== undefined) return { name, trustDomain: trustDomain!, namespace: namespace!, serviceAccount: serviceAccount! };
  }
  for (const dns of dnsNames) {
    const [name, serviceAccount, namespace, , trustDomain] = LINKERD.exec(dns) ?? [];
    if (name !== undefined) return { name, trustDomain: trustDomain!, namespace: namespace!, serviceAccount: serviceAccount! };
  }
  return undefined;
}

export function identityProblems(
  certificate: Pick<ParsedCertificate, 'uris' | 'dnsNames'>,
  expected: ExpectedIdentity,
): CertificateProblem[] {
  const found = identityOf(certificate);
  const who = `service account ${expected.serviceAccount} of ${expected.namespace}`;
  if (!found) {
    const shown = [...certificate.uris, ...certificate.dnsNames].slice(0, 3).join(', ') || 'no name at all';
    return [
      { code: 'no-identity', severity: 'warning', message: `it carries ${shown}, and no identity of the mesh; the pod runs as ${who}` },
    ];
  }
  if (found.namespace !== expected.namespace || found.serviceAccount !== expected.serviceAccount)
    return [{ code: 'wrong-identity', severity: 'error', message: `it says ${found.name}, but the pod runs as ${who}` }];
  if (expected.trustDomain !== undefined && expected.mesh === 'istio' && found.trustDomain !== expected.trustDomain)
    return [
      {
        code: 'other-trust-domain',
        severity: 'warning',
        message: `it is of the trust domain ${found.trustDomain}, the mesh's is ${expected.trustDomain}`,
      },
    ];
  return [];
}

/** For the page of one certificate: who should hold it, and whether its name says so. */
export function identityCheck(
  certificate: Pick<ParsedCertificate, 'uris' | 'dnsNames'> | undefined,
  expected: ExpectedIdentity,
): NonNullable<CertificateDetail['identity']> {
  const { namespace, serviceAccount, trustDomain } = expected;
  const who = { namespace, serviceAccount, ...(trustDomain === undefined ? {} : { trustDomain }) };
  if (!certificate)
    return { ...who, state: 'unknown', message: 'whose name it carries is not known: no source shows the certificate itself' };
  const [problem] = identityProblems(certificate, expected);
  if (problem) return { ...who, state: problem.code === 'no-identity' ? 'unknown' : 'differs', message: problem.message };
  return { ...who, state: 'matches', message: `it names service account ${serviceAccount} of ${namespace}, as which the pod runs` };
}

/** RFC 6125 §6.4.3: `*` stands for the whole first label. */
export function coversHost({ dnsNames, ipAddresses }: Pick<ParsedCertificate, 'dnsNames' | 'ipAddresses'>, host: string): boolean {
  const wanted = host.toLowerCase();
  if (ipAddresses.includes(wanted)) return true;
  return dnsNames.some((given) => {
    const name = given.toLowerCase();
    if (name === wanted) return true;
    return name.startsWith('*.') && wanted.includes('.') && name.slice(1) === wanted.slice(wanted.indexOf('.'));
  });
}

/** What a Linkerd proxy is asked for by name: it terminates TLS for its own alone. */
export const linkerdName = (pod: { namespace: string; serviceAccount: string }, mesh: { namespace: string; trustDomain: string }): string =>
  `${pod.serviceAccount}.${pod.namespace}.serviceaccount.identity.${mesh.namespace}.${mesh.trustDomain}`;
