/** The mesh's own objects: routing and policy of Istio, Gateway API and Linkerd, a network policy; with those of cert-manager. */
import { parseAllDocuments } from 'yaml';
import { CHECKOUT_V2_WEIGHT } from '../../model/shop.js';
import type { KubeObject } from '../store.js';
import { certManagerObjects } from './certificates.js';
import { instant, type ObjectContext } from './labels.js';

const MANIFESTS = `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec: {mtls: {mode: PERMISSIVE}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: payments-strict, namespace: shop}
spec: {selector: {matchLabels: {app: payments}}, mtls: {mode: STRICT}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: payments-callers, namespace: shop}
spec:
  selector: {matchLabels: {app: payments}}
  action: ALLOW
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/checkout]}}]
      to: [{operation: {methods: [POST], paths: [/charges, /refunds]}}]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: checkout-callers, namespace: shop}
spec:
  selector: {matchLabels: {app: checkout}}
  action: ALLOW
  rules:
    - from: [{source: {principals: [cluster.local/ns/shop/sa/storefront]}}]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: postgres-clients, namespace: data}
spec:
  selector: {matchLabels: {app: postgres}}
  action: ALLOW
  rules:
    - from: [{source: {namespaces: [shop, data]}}]
      to: [{operation: {ports: ["5432"]}}]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: accounts-no-delete, namespace: shop}
spec:
  selector: {matchLabels: {app: accounts}}
  action: DENY
  rules:
    - to: [{operation: {methods: [DELETE]}}]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: thumbnailer-callers, namespace: media}
spec:
  targetRefs: [{kind: Service, group: "", name: thumbnailer}]
  action: ALLOW
  rules:
    - from: [{source: {principals: [cluster.local/ns/media/sa/images]}}]
      to: [{operation: {methods: [GET]}}]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: shop, namespace: istio-ingress}
spec:
  selector: {istio: ingressgateway}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [shop.example, partners.shop.example]
      tls: {mode: SIMPLE, credentialName: shop-example-tls}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: istio-ingress}
spec:
  hosts: [shop.example]
  gateways: [istio-ingress/shop]
  http:
    - match: [{uri: {prefix: /login}}, {uri: {prefix: /me}}]
      route: [{destination: {host: accounts.shop.svc.cluster.local, port: {number: 8080}}}]
    - match: [{uri: {prefix: /img}}]
      route: [{destination: {host: images.media.svc.cluster.local, port: {number: 8080}}}]
    - match: [{uri: {prefix: /help}}]
      route: [{destination: {host: helpdesk.support.svc.cluster.local, port: {number: 8080}}}]
    - route: [{destination: {host: storefront.shop.svc.cluster.local, port: {number: 8080}}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: checkout, namespace: shop}
spec:
  hosts: [checkout]
  http:
    - timeout: 5s
      route:
        - {destination: {host: checkout, subset: v1}, weight: ${100 - CHECKOUT_V2_WEIGHT * 100}}
        - {destination: {host: checkout, subset: v2}, weight: ${CHECKOUT_V2_WEIGHT * 100}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: checkout, namespace: shop}
spec:
  host: checkout
  trafficPolicy: {connectionPool: {http: {http2MaxRequests: 400}}, outlierDetection: {consecutive5xxErrors: 10}}
  subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: paygate, namespace: shop}
spec: {host: api.paygate.example, trafficPolicy: {tls: {mode: SIMPLE}}}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: paygate, namespace: shop}
spec:
  hosts: [api.paygate.example]
  location: MESH_EXTERNAL
  resolution: DNS
  ports: [{number: 443, name: http-to-tls, protocol: HTTP, targetPort: 443}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: tracking, namespace: shop}
spec:
  hosts: ["*.tracking.example"]
  location: MESH_EXTERNAL
  resolution: NONE
  ports: [{number: 443, name: http-to-tls, protocol: HTTP}]
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: data}
spec:
  egress: [{hosts: ["./*", "istio-system/*"]}]
  outboundTrafficPolicy: {mode: REGISTRY_ONLY}
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: mesh-default, namespace: istio-system}
spec:
  accessLogging: [{providers: [{name: envoy}]}]
  tracing: [{randomSamplingPercentage: 1}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: istio-waypoint}
spec: {controllerName: istio.io/mesh-controller}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: waypoint, namespace: media, labels: {istio.io/waypoint-for: service}}
spec:
  gatewayClassName: istio-waypoint
  listeners: [{name: mesh, port: 15008, protocol: HBONE}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: thumbnailer, namespace: media}
spec:
  parentRefs: [{group: "", kind: Service, name: thumbnailer, port: 8080}]
  rules: [{backendRefs: [{name: thumbnailer, port: 8080}]}]
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: tickets-http, namespace: support}
spec: {podSelector: {matchLabels: {app: tickets}}, port: 8080, proxyProtocol: HTTP/2}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: tickets-callers, namespace: support}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: tickets-http}
  requiredAuthenticationRefs: [{group: policy.linkerd.io, kind: MeshTLSAuthentication, name: helpdesk}]
---
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: {name: helpdesk, namespace: support}
spec: {identities: [helpdesk.support.serviceaccount.identity.linkerd.cluster.local]}
---
apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: {name: tickets.support.svc.cluster.local, namespace: support}
spec:
  routes:
    - {name: GET /tickets, condition: {method: GET, pathRegex: /tickets}}
    - {name: POST /tickets, condition: {method: POST, pathRegex: /tickets}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: tickets-db, namespace: support}
spec:
  podSelector: {matchLabels: {app: tickets-db}}
  policyTypes: [Ingress]
  ingress: [{from: [{podSelector: {matchLabels: {app: tickets}}}]}]
---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: public-ca}
spec: {acme: {server: https://acme.example/directory}}
status: {conditions: [{type: Ready, status: "True"}]}
`;

/** Reads a YAML stream; throws with the parser's words on the first document that is none. */
export function readManifests(text: string): KubeObject[] {
  return parseAllDocuments(text, { uniqueKeys: true }).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new Error(error.message);
    const value = document.toJS({ maxAliasCount: 100 }) as KubeObject | null;
    if (value === null) return [];
    if (
      typeof value !== 'object' ||
      typeof value.kind !== 'string' ||
      typeof value.apiVersion !== 'string' ||
      typeof value.metadata?.name !== 'string'
    ) {
      throw new Error('a manifest needs apiVersion, kind and metadata.name');
    }
    return [value];
  });
}

export function policyObjects(context: ObjectContext): KubeObject[] {
  const manifests = readManifests(MANIFESTS).map((manifest) => ({
    ...manifest,
    metadata: { creationTimestamp: instant(context.bornAt), ...manifest.metadata },
  }));
  return [...manifests, ...certManagerObjects(context)];
}
