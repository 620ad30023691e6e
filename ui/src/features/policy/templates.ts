/** Beginnings of policies. Each is complete, valid, and does what its name says once namespace and names are filled in. */
export const TEMPLATES: readonly { label: string; yaml: string }[] = [
  {
    label: 'Allow one caller',
    yaml: `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: catalog-callers
  namespace: shop
spec:
  selector:
    matchLabels:
      app: catalog
  action: ALLOW
  rules:
    - from:
        - source:
            principals:
              - cluster.local/ns/shop/sa/storefront
`,
  },
  {
    label: 'Default deny for a namespace',
    yaml: `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: default-deny
  namespace: shop
spec: {}
`,
  },
  {
    label: 'Deny a method',
    yaml: `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: no-delete
  namespace: shop
spec:
  action: DENY
  rules:
    - to:
        - operation:
            methods:
              - DELETE
`,
  },
  {
    label: 'Strict mutual TLS for a namespace',
    yaml: `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
  namespace: shop
spec:
  mtls:
    mode: STRICT
`,
  },
];
