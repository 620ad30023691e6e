/**
 * Which questions are asked about certificates (peers.md §4). Gauges of "seconds left" are asked for together with the time of their
 * sample, so that the end comes out as an instant. Invariant: each metric under every name that a released version gives it.
 */
/** The forms that the usual scrape configurations give. */
export const NAMESPACE_LABELS = ['namespace', 'kubernetes_namespace', 'k8s_namespace_name', 'pod_namespace'] as const;
export const POD_NAME_LABELS = ['pod', 'pod_name', 'kubernetes_pod_name', 'k8s_pod_name'] as const;

type Subject = 'pod' | 'root' | 'issuer' | 'managed' | 'serial' | 'days';
export interface MetricQuery {
  readonly name: string;
  readonly subject: Subject;
  readonly mesh: 'istio' | 'linkerd';
  /** Gives the end in seconds since 1970. */
  readonly promql: string;
}

const left = (name: string, selector = ''): string => `${name}${selector} + timestamp(${name}${selector})`;

const POD_LABELS = [...NAMESPACE_LABELS, ...POD_NAME_LABELS].join(', ');
/** Envoy says it again for each listener and cluster; the newest counts, which both have in the end. */
const ofPods = (selector: string): string => `max by (${POD_LABELS}) (${selector})`;
/** The certificate's name is in the metric's, or a label where Envoy's tags are on. */
const envoyEnd = (name: string, selector = ''): string =>
  `{__name__=~"envoy_(listener|cluster)_ssl_${name}expiration_unix_time_seconds"${selector}}`;

export const METRIC_QUERIES: readonly MetricQuery[] = [
  {
    name: 'istio_agent_cert_expiry_seconds',
    subject: 'pod',
    mesh: 'istio',
    promql: left('istio_agent_cert_expiry_seconds', '{resource_name!="ROOTCA"}'),
  },
  {
    // The secret that Istio gives each proxy for itself; of a gateway's others no series says for which host they are.
    name: 'envoy_ssl_certificate_default_expiration_unix_time_seconds',
    subject: 'pod',
    mesh: 'istio',
    promql: `${ofPods(envoyEnd('certificate_default_'))} or ${ofPods(envoyEnd('certificate_', ',envoy_tls_certificate="default"'))}`,
  },
  {
    name: 'envoy_server_days_until_first_cert_expiring',
    subject: 'days',
    mesh: 'istio',
    promql: ofPods('envoy_server_days_until_first_cert_expiring'),
  },
  {
    name: 'control_identity_cert_expiration_timestamp_seconds',
    subject: 'pod',
    mesh: 'linkerd',
    promql: 'control_identity_cert_expiration_timestamp_seconds',
  },
  {
    name: 'identity_cert_expiration_timestamp_seconds',
    subject: 'pod',
    mesh: 'linkerd',
    promql: 'identity_cert_expiration_timestamp_seconds',
  },
  {
    name: 'citadel_server_root_cert_expiry_timestamp',
    subject: 'root',
    mesh: 'istio',
    promql: 'citadel_server_root_cert_expiry_timestamp > 0',
  },
  {
    name: 'citadel_server_root_cert_expiry_seconds',
    subject: 'root',
    mesh: 'istio',
    promql: left('citadel_server_root_cert_expiry_seconds'),
  },
  {
    name: 'citadel_server_cert_chain_expiry_timestamp',
    subject: 'issuer',
    mesh: 'istio',
    promql: 'citadel_server_cert_chain_expiry_timestamp > 0',
  },
  {
    name: 'citadel_server_cert_chain_expiry_seconds',
    subject: 'issuer',
    mesh: 'istio',
    promql: left('citadel_server_cert_chain_expiry_seconds'),
  },
  { name: 'issuer_cert_ttl_seconds', subject: 'issuer', mesh: 'linkerd', promql: left('issuer_cert_ttl_seconds') },
  {
    name: 'certmanager_certificate_expiration_timestamp_seconds',
    subject: 'managed',
    mesh: 'istio',
    promql: 'certmanager_certificate_expiration_timestamp_seconds > 0',
  },
  { name: 'x509_cert_not_after', subject: 'serial', mesh: 'istio', promql: 'x509_cert_not_after' },
];

/** Counters that rise when signing or renewing fails, before anything expires. */
export const FAILURE_WINDOW = '15m';
export interface FailureQuery {
  readonly name: string;
  readonly mesh: 'istio' | 'linkerd';
  readonly words: string;
  readonly promql: string;
}
const rise = (name: string, selector = ''): string => `sum(increase(${name}${selector}[${FAILURE_WINDOW}]))`;
export const FAILURE_QUERIES: readonly FailureQuery[] = [
  {
    name: 'citadel_server_csr_sign_err_count',
    mesh: 'istio',
    words: 'istiod failed to sign requests',
    promql: rise('citadel_server_csr_sign_err_count'),
  },
  {
    name: 'citadel_server_authentication_failure_count',
    mesh: 'istio',
    words: 'istiod did not recognise who asked',
    promql: rise('citadel_server_authentication_failure_count'),
  },
  {
    name: 'citadel_server_csr_parsing_err_count',
    mesh: 'istio',
    words: 'istiod could not read requests',
    promql: rise('citadel_server_csr_parsing_err_count'),
  },
  {
    name: 'citadel_server_id_extraction_err_count',
    mesh: 'istio',
    words: 'istiod found no identity in requests',
    promql: rise('citadel_server_id_extraction_err_count'),
  },
  {
    name: 'control_identity_cert_refreshes_total',
    mesh: 'linkerd',
    words: 'proxies of Linkerd failed to refresh',
    promql: rise('control_identity_cert_refreshes_total', '{result="error"}'),
  },
];
