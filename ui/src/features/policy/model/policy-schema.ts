/**
 * What may stand where in a policy: keys with what they mean, and the values that are known.
 * Source: Istio's security API v1 (AuthorizationPolicy, PeerAuthentication, RequestAuthentication) and Kubernetes networking.k8s.io/v1.
 * It only offers; whether a policy is right is for the policy service to say.
 */
export type LiveValues = 'principals' | 'namespaces' | 'serviceAccounts' | 'labels' | 'hosts';

export interface SchemaNode {
  /** What it means, beside the key. */
  doc?: string;
  keys?: Readonly<Record<string, SchemaNode>>;
  values?: readonly string[];
  /** Values that the mesh knows. */
  live?: LiveValues;
  /** Items of a list: written with a dash. */
  list?: boolean;
}

const list = (doc: string, node: Omit<SchemaNode, 'doc' | 'list'> = {}): SchemaNode => ({ doc, list: true, ...node });
const both = (name: string, not: string, doc: string, node: Omit<SchemaNode, 'doc' | 'list'> = {}): Record<string, SchemaNode> => ({
  [name]: list(doc, node),
  [not]: list(`none of these: ${doc}`, node),
});

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const matchLabels: SchemaNode = { doc: 'labels that the workload must have, all of them', live: 'labels' };
const selector: SchemaNode = { doc: 'which workloads; absent: all of the namespace', keys: { matchLabels } };
const targetRefs = list('what it is attached to: a Gateway, a Service or a ServiceEntry', {
  keys: {
    group: { values: ['gateway.networking.k8s.io', '', 'networking.istio.io'] },
    kind: { values: ['Gateway', 'Service', 'ServiceEntry', 'GatewayClass'] },
    name: {},
  },
});
const metadata: SchemaNode = {
  keys: { name: {}, namespace: { live: 'namespaces' }, labels: {}, annotations: { keys: { 'istio.io/dry-run': { values: ['"true"'] } } } },
};

const WHEN_KEYS = [
  'request.headers[x]',
  'source.ip',
  'remote.ip',
  'source.namespace',
  'source.principal',
  'source.serviceAccount',
  'request.auth.principal',
  'request.auth.audiences',
  'request.auth.presenter',
  'request.auth.claims[x]',
  'destination.ip',
  'destination.port',
  'connection.sni',
];

const authorizationSpec: Record<string, SchemaNode> = {
  selector,
  targetRefs,
  action: { doc: 'absent: ALLOW', values: ['ALLOW', 'DENY', 'AUDIT', 'CUSTOM'] },
  provider: { doc: 'of CUSTOM: an extension provider of the mesh', keys: { name: {} } },
  rules: list('any of them must match; an empty list matches nothing', {
    keys: {
      from: list('any of these callers', {
        keys: {
          source: {
            doc: 'all of what stands in it must match',
            keys: {
              ...both('principals', 'notPrincipals', "the caller's identity; needs mutual TLS", { live: 'principals' }),
              ...both('namespaces', 'notNamespaces', "the caller's namespace; needs mutual TLS", { live: 'namespaces' }),
              ...both('serviceAccounts', 'notServiceAccounts', "the caller's service account, namespace/name", { live: 'serviceAccounts' }),
              ...both('requestPrincipals', 'notRequestPrincipals', 'issuer/subject of a valid token'),
              ...both('ipBlocks', 'notIpBlocks', 'address of the connection, CIDR'),
              ...both('remoteIpBlocks', 'notRemoteIpBlocks', 'address of the client as X-Forwarded-For says, CIDR'),
            },
          },
        },
      }),
      to: list('any of these operations', {
        keys: {
          operation: {
            doc: 'all of what stands in it must match',
            keys: {
              ...both('hosts', 'notHosts', 'the Host header; HTTP only', { live: 'hosts' }),
              ...both('ports', 'notPorts', 'the port of the workload, in quotes'),
              ...both('methods', 'notMethods', 'the HTTP method; gRPC is POST', { values: METHODS }),
              ...both('paths', 'notPaths', 'the path; HTTP only'),
            },
          },
        },
      }),
      when: list('all of these conditions', {
        keys: { key: { values: WHEN_KEYS }, values: list('any of them'), notValues: list('none of them') },
      }),
    },
  }),
};

const mtls: SchemaNode = {
  keys: { mode: { doc: 'STRICT refuses plain text', values: ['STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET'] } },
};
const peers = (doc: string) =>
  list(doc, {
    keys: {
      podSelector: { keys: { matchLabels } },
      namespaceSelector: { keys: { matchLabels: { live: 'namespaces' } } },
      ipBlock: { keys: { cidr: {}, except: list('but not these') } },
    },
  });
const ports = list('any of these ports; absent: all', {
  keys: { port: {}, protocol: { values: ['TCP', 'UDP', 'SCTP'] }, endPort: { doc: 'the last of a range' } },
});

const SPECS: Record<string, { apiVersion: string; keys: Record<string, SchemaNode> }> = {
  AuthorizationPolicy: { apiVersion: 'security.istio.io/v1', keys: authorizationSpec },
  PeerAuthentication: {
    apiVersion: 'security.istio.io/v1',
    keys: { selector, mtls, portLevelMtls: { doc: 'by port of the workload; needs a selector', keys: {} } },
  },
  RequestAuthentication: {
    apiVersion: 'security.istio.io/v1',
    keys: {
      selector,
      targetRefs,
      jwtRules: list('tokens that are valid; a request without one is still let in', {
        keys: {
          issuer: {},
          audiences: list('any of them'),
          jwksUri: { doc: "where the issuer's keys are" },
          jwks: { doc: 'the keys themselves' },
          fromHeaders: list('where the token stands', { keys: { name: {}, prefix: {} } }),
          fromParams: list('query parameters that may hold it'),
          outputPayloadToHeader: {},
          forwardOriginalToken: { values: ['true', 'false'] },
        },
      }),
    },
  },
  NetworkPolicy: {
    apiVersion: 'networking.k8s.io/v1',
    keys: {
      podSelector: { doc: 'which pods; {}: all of the namespace', keys: { matchLabels } },
      policyTypes: list('which directions it limits', { values: ['Ingress', 'Egress'] }),
      ingress: list('connections that are let in', { keys: { from: peers('any of these peers'), ports } }),
      egress: list('connections that are let out', { keys: { to: peers('any of these peers'), ports } }),
    },
  },
};

export const EDITOR_KINDS = Object.keys(SPECS);

const ROOT: Record<string, SchemaNode> = {
  apiVersion: { values: [...new Set(Object.values(SPECS).map(({ apiVersion }) => apiVersion))] },
  kind: { values: EDITOR_KINDS },
  metadata,
  spec: { keys: {} },
};

/** The node at a path of keys in a document of that kind; undefined where nothing is known. */
export function schemaAt(kind: string | undefined, path: readonly string[]): SchemaNode | undefined {
  const spec = SPECS[kind ?? ''];
  let node: SchemaNode | undefined = { keys: { ...ROOT, ...(spec ? { spec: { keys: spec.keys } } : {}) } };
  for (const key of path) node = node?.keys?.[key];
  return node;
}
