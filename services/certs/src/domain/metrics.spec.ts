import type { PodFact } from './kube-facts.js';
import { METRIC_QUERIES } from './metric-queries.js';
import { exporterPlaces, metricObservations, SAMPLE_AGE_MS, wholeDays, type Series } from './metrics.js';

const AT = Date.parse('2026-06-03T12:00:00Z');
const pod: PodFact = {
  namespace: 'shop',
  name: 'cart-1',
  owner: { kind: 'Deployment', name: 'cart' },
  labels: {},
  serviceAccount: 'cart',
  ports: [],
  proxy: 'sidecar',
  running: true,
  ended: false,
  optedOut: false,
};
const context = { cluster: 'east', rootNamespace: 'istio-system', pods: new Map([['shop/cart-1', pod]]), at: AT };
const query = (name: string) => METRIC_QUERIES.find((one) => one.name === name)!;
function check(name: string, metric: Record<string, string>, expected: object | undefined): void {
  const { observations, unplaced } = metricObservations(query(name), [{ metric, value: AT / 1000 + 3600 }], context);
  if (expected === undefined) expect([observations, unplaced]).toEqual([[], 1]);
  else expect(observations).toMatchObject([{ notAfter: AT + 3_600_000, observedAt: AT - SAMPLE_AGE_MS, source: 'metric', ...expected }]);
}

describe('metricObservations', () => {
  it('puts agents and proxies to their pods, by the labels that scrapes give', () => {
    const expected = { kind: 'workload', id: 'workload~east~shop~cart-1', workload: { name: 'cart', id: 'workload~east~shop~cart' } };
    check('istio_agent_cert_expiry_seconds', { namespace: 'shop', pod: 'cart-1', resource_name: 'default' }, expected);
    check('istio_agent_cert_expiry_seconds', { kubernetes_namespace: 'shop', kubernetes_pod_name: 'cart-1' }, expected);
    check('control_identity_cert_expiration_timestamp_seconds', { namespace: 'shop', pod: 'cart-1' }, expected);
    check('identity_cert_expiration_timestamp_seconds', { namespace: 'shop', pod: 'cart-1' }, expected);
    check('envoy_ssl_certificate_default_expiration_unix_time_seconds', { namespace: 'shop', pod_name: 'cart-1' }, expected);
    check('istio_agent_cert_expiry_seconds', { namespace: 'shop', pod: 'gone-1' }, undefined);
    check('istio_agent_cert_expiry_seconds', { instance: '10.0.0.1:15020' }, undefined);
  });
  it('tells authorities of each mesh apart', () => {
    check('citadel_server_root_cert_expiry_timestamp', {}, { kind: 'root', mesh: 'istio' });
    check('citadel_server_cert_chain_expiry_timestamp', {}, { kind: 'issuer', mesh: 'istio' });
    check('citadel_server_root_cert_expiry_seconds', {}, { kind: 'root', mesh: 'istio', id: 'root~east~~istio-metric' });
    check('citadel_server_cert_chain_expiry_seconds', {}, { kind: 'issuer', mesh: 'istio', id: 'issuer~east~~istio-metric' });
    check('issuer_cert_ttl_seconds', {}, { kind: 'issuer', mesh: 'linkerd' });
  });
  it('knows cert-manager’s own namespace label from the scrape’s', () => {
    check(
      'certmanager_certificate_expiration_timestamp_seconds',
      { namespace: 'cert-manager', exported_namespace: 'shop', name: 'web' },
      { id: 'certManager~east~shop~web' },
    );
    check('certmanager_certificate_expiration_timestamp_seconds', { namespace: 'shop', name: 'web' }, { id: 'certManager~east~shop~web' });
  });
  it('asks for an instant, never for what is left', () => {
    for (const { name, promql } of METRIC_QUERIES.filter(({ name: of }) => /(_expiry_seconds|ttl_seconds)$/.test(of)))
      expect(promql).toContain(`timestamp(${name}`);
  });
});

it('whole days are no date: they are kept beside, and none where Envoy has none', () => {
  const of = (metric: Record<string, string>, value: number) => [...wholeDays([{ metric, value }], context)];
  expect(of({ namespace: 'shop', pod: 'cart-1' }, 0)).toEqual([['shop/cart-1', 0]]);
  expect(of({ namespace: 'shop', pod: 'cart-1' }, 4_294_967_295)).toEqual([]);
  expect(of({ namespace: 'shop', pod: 'gone-1' }, 3)).toEqual([]);
  check('envoy_server_days_until_first_cert_expiring', { namespace: 'shop', pod: 'cart-1' }, undefined);
});

it('an exporter’s decimal serials are those of the certificates', () => {
  const series: Series[] = [
    { metric: { serial_number: '4660', filepath: '/etc/a.pem' }, value: 1 },
    { metric: { serial_number: 'ab12', secret_name: 'tls' }, value: 1 },
    { metric: { filepath: '/x' }, value: 1 },
  ];
  expect([...exporterPlaces(series)]).toEqual([
    ['1234', 'x509_cert_not_after /etc/a.pem'],
    ['ab12', 'x509_cert_not_after tls'],
  ]);
});
