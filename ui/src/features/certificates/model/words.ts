/** The contract's codes in words: kinds, sources, problems, alerts. One list each, so that one thing has one name on every page. */
import type {
  CertificateAlertRule,
  CertificateKind,
  CertificateProblemCode,
  CertificateSource,
  UnobservedReason,
} from '@observatory/contracts';

export const KIND_WORDS: Record<CertificateKind, { label: string; meaning: string }> = {
  workload: { label: 'Workload', meaning: "What a pod's proxy shows to its peers; it renews by itself" },
  gateway: { label: 'Gateway host', meaning: 'What a gateway serves for a host' },
  root: { label: 'Root', meaning: 'What the mesh trusts in the end' },
  intermediate: { label: 'Intermediate', meaning: 'Between a root and what signs' },
  issuer: { label: 'Issuer', meaning: 'What signs the certificates of workloads' },
  certManager: { label: 'cert-manager', meaning: 'A Certificate object of cert-manager' },
  webhook: { label: 'Webhook', meaning: 'What an admission webhook serves to the API server' },
};

export const SOURCE_WORDS: Record<CertificateSource, { label: string; place: string; what: string }> = {
  wire: { label: 'On the wire', place: 'on the wire', what: 'A TLS handshake that shows no certificate of ours reads what is served' },
  metric: { label: 'Metrics', place: 'in metrics', what: 'What agents, signers and exporters report to Prometheus: mostly ends alone' },
  configMap: { label: 'Trust bundles', place: 'in trust bundles', what: 'The roots that a mesh publishes in ConfigMaps' },
  certManager: {
    label: 'cert-manager',
    place: 'in cert-manager',
    what: 'Certificate, Issuer and CertificateRequest objects; never a secret',
  },
  ztunnel: { label: 'ztunnel', place: 'in ztunnel', what: 'Its config dump, where the operator allows it' },
  envoy: { label: 'Envoy', place: 'in Envoy', what: "A proxy's /certs page, where the operator allows it" },
};

export const PROBLEM_WORDS: Record<CertificateProblemCode, string> = {
  expired: 'Expired',
  'not-yet-valid': 'Not yet valid',
  'clock-skew': 'Clocks differ',
  'rotation-stuck': 'Rotation stuck',
  expiring: 'Little time left',
  'untrusted-root': 'Ends at no trusted root',
  'incomplete-chain': 'A link is missing',
  'bad-signature': 'Signature does not fit',
  'issuer-not-ca': 'Issuer is no authority',
  'issuer-expires-first': 'Issuer ends before it',
  'chain-too-long': 'Chain too long',
  'wrong-identity': 'Wrong identity',
  'no-identity': 'No identity of the mesh',
  'wrong-host': 'Wrong host',
  'other-trust-domain': 'Other trust domain',
  'weak-key': 'Weak key',
  'weak-signature': 'Weak signature',
  'old-protocol': 'Old TLS version',
  'replicas-differ': 'Replicas differ',
  'old-root-only': 'Root not published everywhere',
  'lifetime-too-long': 'Lives too long',
  'renewal-failing': 'Renewal fails',
};

export const RULE_WORDS: Record<CertificateAlertRule, string> = {
  'expires-90-days': '90 days left',
  'expires-60-days': '60 days left',
  'expires-30-days': '30 days left',
  'expires-7-days': '7 days left',
  expiring: 'Expiring',
  critical: 'About to expire',
  expired: 'Expired',
  'rotation-stuck': 'Rotation stuck',
  'untrusted-chain': 'Untrusted chain',
  'wrong-identity': 'Wrong identity',
  'weak-key': 'Weak key',
  'signing-errors': 'Signing errors',
  'renewal-failing': 'Renewal fails',
};

export const UNOBSERVED_WORDS: Record<UnobservedReason, string> = {
  'no-port': 'No port to ask',
  refused: 'Connection refused',
  timeout: 'No answer in time',
  unreachable: 'Not reachable',
  'not-tls': 'Plain text',
  garbage: 'Answers no TLS',
  'handshake-failed': 'Handshake failed',
  'opted-out': 'Opted out',
  'not-tried-yet': 'Not tried yet',
  'no-running-pod': 'No running pod',
  'no-metric': 'No metric',
  'no-prometheus': 'No Prometheus',
  'no-permission': 'Not allowed',
  'no-such-kind': 'Not installed',
  'source-off': 'Turned off',
  'not-in-mesh': 'Not in the mesh',
};

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
