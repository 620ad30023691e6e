/** What the meshes' metrics say of certificates: agents of the time left, authorities of their own, Linkerd of instants. */
import type { Pod } from '../model/types.js';
import type { Authorities, Signer } from '../tls/authority.js';
import type { Leafs } from '../tls/leafs.js';
import { counterMetric, gaugeMetric } from './series.js';
import type { Exposition } from './writer.js';

const AGENT_EXPIRY = gaugeMetric('istio_agent_cert_expiry_seconds');
const ROOT_TIMESTAMP = gaugeMetric('citadel_server_root_cert_expiry_timestamp');
const ROOT_SECONDS = gaugeMetric('citadel_server_root_cert_expiry_seconds');
const CHAIN_TIMESTAMP = gaugeMetric('citadel_server_cert_chain_expiry_timestamp');
const CHAIN_SECONDS = gaugeMetric('citadel_server_cert_chain_expiry_seconds');
const CSR_COUNT = counterMetric('citadel_server_csr_count');
const ISSUED_COUNT = counterMetric('citadel_server_success_cert_issuance_count');
const LINKERD_EXPIRY = gaugeMetric('control_identity_cert_expiration_timestamp_seconds');
const LINKERD_REFRESH = gaugeMetric('control_identity_cert_refresh_timestamp_seconds');
const LINKERD_REFRESHES = counterMetric('control_identity_cert_refreshes_total');
const ISSUER_TTL = gaugeMetric('issuer_cert_ttl_seconds');
const ISTIO_BUILD = gaugeMetric('istio_build');

const VERSION = '1.26.2';

export interface CertificateFacts {
  readonly leafs: Leafs;
  readonly authorities: Authorities;
}

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);
const secondsLeft = (signer: Signer, nowMs: number): number => (signer.certificate.notAfter.getTime() - nowMs) / 1000;

function writeIstiod(exposition: Exposition, facts: CertificateFacts, nowMs: number): void {
  const { istioRoot, istioIntermediate } = facts.authorities;
  const plain = exposition.groups.group('plain', () => ({}));
  exposition.sink(plain, ROOT_TIMESTAMP, seconds(istioRoot.certificate.notAfter));
  exposition.sink(plain, ROOT_SECONDS, secondsLeft(istioRoot, nowMs));
  exposition.sink(plain, CHAIN_TIMESTAMP, seconds(istioIntermediate.certificate.notAfter));
  exposition.sink(plain, CHAIN_SECONDS, secondsLeft(istioIntermediate, nowMs));
  const issued = facts.leafs
    .all()
    .filter(({ pod }) => pod.workload.mesh !== 'linkerd')
    .reduce((sum, { renewals }) => sum + renewals + 1, 0);
  exposition.sink(plain, CSR_COUNT, issued);
  exposition.sink(plain, ISSUED_COUNT, issued);
  exposition.sink(
    exposition.groups.group('build', () => ({ component: 'pilot', tag: VERSION })),
    ISTIO_BUILD,
    1,
  );
}

function writeLinkerdIdentity(exposition: Exposition, facts: CertificateFacts, pod: Pod): void {
  const certificate = facts.leafs.of(pod);
  if (!certificate) return;
  const plain = exposition.groups.group('plain', () => ({}));
  exposition.sink(plain, LINKERD_EXPIRY, seconds(certificate.leaf.notAfter));
  exposition.sink(plain, LINKERD_REFRESH, seconds(certificate.leaf.notBefore));
  exposition.sink(
    exposition.groups.group('refreshes', () => ({ result: 'ok' })),
    LINKERD_REFRESHES,
    certificate.renewals + 1,
  );
}

export function writeCertificates(exposition: Exposition, pod: Pod, facts: CertificateFacts): void {
  const nowMs = Date.now();
  const { workload } = pod;
  if (workload.name === 'istiod') return writeIstiod(exposition, facts, nowMs);
  if (workload.mesh === 'linkerd') writeLinkerdIdentity(exposition, facts, pod);
  if (workload.name === 'linkerd-identity')
    exposition.sink(
      exposition.groups.group('plain', () => ({})),
      ISSUER_TTL,
      secondsLeft(facts.authorities.linkerdIssuer, nowMs),
    );
  const certificate = workload.mesh === 'istio' ? facts.leafs.of(pod) : undefined;
  if (!certificate) return;
  const group = exposition.groups.group('agent', () => ({ resource_name: 'default' }));
  exposition.sink(group, AGENT_EXPIRY, (certificate.leaf.notAfter.getTime() - nowMs) / 1000);
}
