/** What every policy question shares: kinds, references, diagnostics, the mesh's settings, a workload, a request and a decision (DESIGN §8). */
import { z } from 'zod';
import { nodeIdSchema } from '../common/primitives.js';

/** `LinkerdAuthorizationPolicy` is policy.linkerd.io's AuthorizationPolicy: two kinds share that name in Kubernetes. */
export const POLICY_KINDS = [
  'AuthorizationPolicy',
  'PeerAuthentication',
  'RequestAuthentication',
  'NetworkPolicy',
  'Server',
  'LinkerdAuthorizationPolicy',
  'MeshTLSAuthentication',
  'NetworkAuthentication',
  'HTTPRoute',
] as const;
export const policyKind = z.enum(POLICY_KINDS);
export type PolicyKind = z.infer<typeof policyKind>;

const name = z.string().min(1).max(253);
export const policyRef = z.object({ kind: policyKind, namespace: name, name }).meta({ id: 'PolicyRef' });
export type PolicyRef = z.infer<typeof policyRef>;

/** `path` is written `spec.rules[0].from[0].source.principals[1]`, '' for the whole document; line and column count from 1. */
export const policyDiagnostic = z
  .object({
    severity: z.enum(['error', 'warning', 'info']),
    code: z.string(),
    message: z.string(),
    /** `<kind>/<namespace>/<name>` as far as they could be read. */
    policy: z.string(),
    path: z.string(),
    line: z.number().int().optional(),
    column: z.number().int().optional(),
    /** What to write instead. */
    suggestion: z.string().optional(),
  })
  .meta({ id: 'PolicyDiagnostic' });
export type PolicyDiagnostic = z.infer<typeof policyDiagnostic>;

export const policyMesh = z
  .object({
    rootNamespace: name,
    trustDomain: z.string().min(1).max(253),
    trustDomainAliases: z.array(z.string().max(253)).max(100),
    pathNormalization: z.enum(['NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES']),
    extensionProviders: z.array(z.object({ name, type: z.enum(['http', 'grpc']) })).max(100),
  })
  .meta({ id: 'PolicyMesh' });
export type PolicyMesh = z.infer<typeof policyMesh>;

export const policyWorkload = z
  .object({
    namespace: name,
    labels: z.record(z.string().max(317), z.string().max(63)),
    serviceAccount: z.string().max(253).optional(),
    /** Counts for gateways only: workloads with the label gateway.networking.k8s.io/gateway-name. */
    waypoint: z.boolean().optional(),
    /** Ambient without a waypoint: enforced by ztunnel alone, which sees connections. */
    ztunnel: z.boolean().optional(),
    /** What its containers listen on, by which names of ports are known; left out: not known. */
    ports: z
      .array(z.object({ name: z.string().max(63).optional(), port: z.number().int().min(0).max(65_535) }))
      .max(1000)
      .optional(),
    /** Of the annotation config.linkerd.io/default-inbound-policy; left out: not known. */
    linkerdDefaultPolicy: z.string().max(63).optional(),
    services: z
      .array(z.object({ name, namespace: name, registry: z.enum(['Kubernetes', 'External']) }))
      .max(1000)
      .optional(),
  })
  .meta({ id: 'PolicyWorkload' });
export type PolicyWorkload = z.infer<typeof policyWorkload>;

const text = z.string().max(65_536);
/** A fact left out is absent (no header, no identity); `unknown` names facts that are not known. */
export const policyRequest = z
  .object({
    id: z.string().max(200).optional(),
    protocol: z.enum(['http', 'tcp']),
    source: z
      .object({
        principal: text.optional(),
        namespace: text.optional(),
        ip: text.optional(),
        remoteIp: text.optional(),
        /** Labels of the calling pod and of its namespace, which NetworkPolicies ask for; left out: not known. */
        labels: z.record(z.string().max(317), z.string().max(63)).optional(),
        namespaceLabels: z.record(z.string().max(317), z.string().max(63)).optional(),
      })
      .default({}),
    host: text.optional(),
    port: z.number().int().min(0).max(65_535).optional(),
    method: text.optional(),
    path: text.optional(),
    headers: z.record(z.string().max(1024), text).optional(),
    jwt: z
      .object({
        principal: text.optional(),
        audiences: z.array(text).max(100).optional(),
        presenter: text.optional(),
        claims: z.record(z.string().max(1024), z.json()).optional(),
        /** There is a token, and it is not valid. */
        invalid: z.boolean().optional(),
      })
      .optional(),
    sni: text.optional(),
    destinationIp: text.optional(),
    extAuthz: z.record(z.string().max(253), z.enum(['ALLOW', 'DENY'])).optional(),
    filterMetadata: z.record(z.string().max(253), z.record(z.string().max(253), z.json())).optional(),
    unknown: z.array(z.string().max(1024)).max(100).optional(),
  })
  .meta({ id: 'PolicyRequest' });
export type PolicyRequest = z.infer<typeof policyRequest>;

export const policyDecision = z.enum(['ALLOW', 'DENY', 'INDETERMINATE']);
export type PolicyDecision = z.infer<typeof policyDecision>;
export const decidedBy = z
  .object({ kind: z.string(), namespace: z.string(), name: z.string(), rule: z.number().int().optional() })
  .meta({ id: 'DecidedBy' });
export type DecidedBy = z.infer<typeof decidedBy>;

/** Each layer decides on its own; all of them together decide about the request. */
export const policyLayer = z.enum(['networkPolicy', 'peerAuthentication', 'requestAuthentication', 'authorizationPolicy', 'linkerd']);
export type PolicyLayer = z.infer<typeof policyLayer>;
const decided = {
  decision: policyDecision,
  decidedBy: decidedBy.optional(),
  /** A sentence: which policy and rule decided, and why. */
  reason: z.string(),
  /** The unknown facts that the decision hangs on. */
  missing: z.array(z.string()).optional(),
};
export const layerDecision = z.object({ layer: policyLayer, ...decided }).meta({ id: 'LayerDecision' });
export type LayerDecision = z.infer<typeof layerDecision>;
export const requestDecision = z
  .object({ id: z.string().optional(), ...decided, layers: z.array(layerDecision).optional() })
  .meta({ id: 'RequestDecision' });
export type RequestDecision = z.infer<typeof requestDecision>;

/** Objects as Kubernetes has them, or a YAML stream. 5 MB of text at most (DESIGN §10). */
export const POLICY_TEXT_MAX = 5 * 1024 * 1024;
export const POLICY_OBJECTS_MAX = 10_000;
export const policySource = z.union([z.string().max(POLICY_TEXT_MAX), z.array(z.record(z.string(), z.unknown())).max(POLICY_OBJECTS_MAX)]);
export type PolicySource = z.infer<typeof policySource>;

/** A workload of the live mesh, by which the UI finds it on the map. */
export const workloadRef = z
  .object({ id: nodeIdSchema, cluster: z.string(), namespace: z.string(), name: z.string(), serviceAccount: z.string().optional() })
  .meta({ id: 'WorkloadRef' });
export type WorkloadRef = z.infer<typeof workloadRef>;
