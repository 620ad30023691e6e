/** What cert-manager keeps of the gateway's certificates: the Certificate, the requests that brought it or failed to, and their issuer. */
import type { KubeObject } from '../store.js';
import { instant, object, type ManagedCertificate, type ObjectContext } from './labels.js';

const ISSUER = { kind: 'ClusterIssuer', name: 'public-ca' };
const RENEWED_AT = 2 / 3;

const renewalTime = ({ notBefore, notAfter }: ManagedCertificate): Date =>
  new Date(notBefore.getTime() + (notAfter.getTime() - notBefore.getTime()) * RENEWED_AT);

function certificateObject(certificate: ManagedCertificate): KubeObject {
  const { name, namespace, secretName, dnsNames, notBefore, notAfter, failure } = certificate;
  const ready = { type: 'Ready', status: 'True', reason: 'Ready', message: 'Certificate is up to date and has not expired' };
  const failed = { type: 'Issuing', status: 'False', reason: 'Failed', message: failure };
  return object('cert-manager.io/v1', 'Certificate', {
    metadata: { name, namespace, creationTimestamp: instant(notBefore) },
    spec: { secretName, dnsNames: [...dnsNames], issuerRef: ISSUER },
    status: {
      conditions: failure === undefined ? [ready] : [ready, failed],
      notBefore: instant(notBefore),
      notAfter: instant(notAfter),
      renewalTime: instant(renewalTime(certificate)),
      revision: 1,
      ...(failure === undefined ? {} : { failedIssuanceAttempts: 3 }),
    },
  });
}

function requestObjects({ name, namespace, notBefore, chainPem, failure, ...rest }: ManagedCertificate): KubeObject[] {
  const request = (revision: number, at: Date, status: Record<string, unknown>): KubeObject =>
    object('cert-manager.io/v1', 'CertificateRequest', {
      metadata: {
        name: `${name}-${revision}`,
        namespace,
        creationTimestamp: instant(at),
        annotations: { 'cert-manager.io/certificate-name': name, 'cert-manager.io/certificate-revision': String(revision) },
      },
      spec: { issuerRef: ISSUER, usages: ['digital signature', 'key encipherment', 'server auth'] },
      status,
    });
  const approved = { type: 'Approved', status: 'True', reason: 'cert-manager.io', message: 'Certificate request has been approved' };
  const issued = { type: 'Ready', status: 'True', reason: 'Issued', message: 'Certificate fetched from issuer successfully' };
  const done = request(1, notBefore, { certificate: Buffer.from(chainPem).toString('base64'), conditions: [approved, issued] });
  if (failure === undefined) return [done];
  const refused = { type: 'Ready', status: 'False', reason: 'Failed', message: failure };
  const failedAt = renewalTime({ name, namespace, notBefore, chainPem, ...rest });
  return [done, request(2, failedAt, { conditions: [approved, refused], failureTime: instant(failedAt) })];
}

export function certManagerObjects({ certificates, bornAt }: ObjectContext): KubeObject[] {
  const issuer = object('cert-manager.io/v1', 'ClusterIssuer', {
    metadata: { name: ISSUER.name, creationTimestamp: instant(bornAt) },
    spec: { acme: { server: 'https://acme.public-ca.example/directory', privateKeySecretRef: { name: 'public-ca-account' } } },
    status: { conditions: [{ type: 'Ready', status: 'True', reason: 'ACMEAccountRegistered', message: 'The account was registered' }] },
  });
  return [issuer, ...certificates.flatMap((certificate) => [certificateObject(certificate), ...requestObjects(certificate)])];
}
