/** The kinds that the API serves: group, served versions, plural, scope. The groups and versions are those of the kinds' CRDs. */
export interface KindInfo {
  readonly group: string;
  readonly versions: readonly string[];
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
}

function kinds(group: string, versions: string[], table: string): KindInfo[] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [kind, plural, ...rest] = line.trim().split(/\s+/);
      return {
        group,
        versions,
        kind: kind!,
        plural: plural!,
        namespaced: !rest.includes('cluster'),
        shortNames: rest.filter((word) => word !== 'cluster'),
      };
    });
}

export const KINDS: readonly KindInfo[] = [
  ...kinds(
    '',
    ['v1'],
    `
    Namespace namespaces cluster ns
    Node nodes cluster no
    Pod pods po
    Service services svc
    Endpoints endpoints ep
    ServiceAccount serviceaccounts sa
    ConfigMap configmaps cm
    Event events ev`,
  ),
  ...kinds(
    'apps',
    ['v1'],
    `
    Deployment deployments deploy
    ReplicaSet replicasets rs
    StatefulSet statefulsets sts
    DaemonSet daemonsets ds`,
  ),
  ...kinds(
    'batch',
    ['v1'],
    `
    Job jobs
    CronJob cronjobs cj`,
  ),
  ...kinds('discovery.k8s.io', ['v1'], 'EndpointSlice endpointslices'),
  ...kinds(
    'networking.k8s.io',
    ['v1'],
    `
    NetworkPolicy networkpolicies netpol
    Ingress ingresses ing`,
  ),
  ...kinds(
    'security.istio.io',
    ['v1', 'v1beta1'],
    `
    AuthorizationPolicy authorizationpolicies ap
    PeerAuthentication peerauthentications pa
    RequestAuthentication requestauthentications ra`,
  ),
  ...kinds(
    'networking.istio.io',
    ['v1', 'v1beta1', 'v1alpha3'],
    `
    Gateway gateways gw
    VirtualService virtualservices vs
    DestinationRule destinationrules dr
    ServiceEntry serviceentries se
    Sidecar sidecars
    WorkloadEntry workloadentries we
    WorkloadGroup workloadgroups wg`,
  ),
  ...kinds('networking.istio.io', ['v1alpha3'], 'EnvoyFilter envoyfilters'),
  ...kinds('networking.istio.io', ['v1beta1'], 'ProxyConfig proxyconfigs'),
  ...kinds('telemetry.istio.io', ['v1', 'v1alpha1'], 'Telemetry telemetries telemetry'),
  ...kinds('extensions.istio.io', ['v1alpha1'], 'WasmPlugin wasmplugins'),
  ...kinds(
    'gateway.networking.k8s.io',
    ['v1', 'v1beta1'],
    `
    GatewayClass gatewayclasses cluster gc
    Gateway gateways gtw
    HTTPRoute httproutes
    ReferenceGrant referencegrants refgrant`,
  ),
  ...kinds(
    'gateway.networking.k8s.io',
    ['v1'],
    `
    GRPCRoute grpcroutes
    TCPRoute tcproutes
    TLSRoute tlsroutes`,
  ),
  ...kinds(
    'policy.linkerd.io',
    ['v1beta3', 'v1beta2', 'v1beta1'],
    `
    Server servers srv
    HTTPRoute httproutes`,
  ),
  ...kinds('policy.linkerd.io', ['v1beta1'], 'ServerAuthorization serverauthorizations saz'),
  ...kinds(
    'policy.linkerd.io',
    ['v1alpha1'],
    `
    AuthorizationPolicy authorizationpolicies authzpolicy
    MeshTLSAuthentication meshtlsauthentications meshtlsauthn
    NetworkAuthentication networkauthentications netauthn
    EgressNetwork egressnetworks`,
  ),
  ...kinds('linkerd.io', ['v1alpha2'], 'ServiceProfile serviceprofiles sp'),
  ...kinds('workload.linkerd.io', ['v1beta1'], 'ExternalWorkload externalworkloads'),
  ...kinds(
    'cert-manager.io',
    ['v1'],
    `
    Certificate certificates cert
    CertificateRequest certificaterequests cr
    Issuer issuers
    ClusterIssuer clusterissuers cluster`,
  ),
];

export const groupVersion = (group: string, version: string): string => (group === '' ? version : `${group}/${version}`);

/** The kind behind a path's group, version and plural. */
export function kindByPlural(group: string, version: string, plural: string): KindInfo | undefined {
  return KINDS.find((info) => info.group === group && info.plural === plural && info.versions.includes(version));
}

/** The kind that a manifest names. */
export function kindByManifest(apiVersion: string, kind: string): KindInfo | undefined {
  const [version, group = ''] = apiVersion.split('/').reverse() as [string, string?];
  return KINDS.find((info) => info.group === group && info.kind === kind && info.versions.includes(version));
}
