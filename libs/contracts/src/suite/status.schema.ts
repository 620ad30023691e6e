/** The suite's own health, its clusters, and the demo mesh's panel. */
import { z } from 'zod';
import { answer, sourceFreshness, timestamp } from '../common/primitives.js';

export const SERVICE_NAMES = ['gateway', 'metrics', 'topology', 'certs', 'policy', 'anomaly'] as const;
export const serviceName = z.enum(SERVICE_NAMES);
export type ServiceName = z.infer<typeof serviceName>;

/** One thing that a service leans on: database, NATS, Redis, a Prometheus, an API server. */
export const dependencyState = z.object({
  name: z.string(),
  state: z.enum(['up', 'down', 'unused']),
  since: timestamp,
  detail: z.string().optional(),
});
export type DependencyState = z.infer<typeof dependencyState>;

/** Reply of `observatory.v1.<service>.status.get`. `degraded`: answers, but something that it leans on is away. */
export const serviceStatus = z
  .object({
    service: serviceName,
    instance: z.string(),
    version: z.string(),
    startedAt: timestamp,
    state: z.enum(['up', 'degraded']),
    dependencies: z.array(dependencyState),
    sources: z.array(sourceFreshness),
    /** One sentence for people, e.g. what the service does not do yet. */
    note: z.string().optional(),
    /** Numbers worth showing on the status page, by name with unit, e.g. `windowCostMs`. */
    figures: z.record(z.string(), z.number()).optional(),
  })
  .meta({ id: 'ServiceStatus' });
export type ServiceStatus = z.infer<typeof serviceStatus>;

export const suiteStatus = answer
  .extend({
    /** True when the mesh is the demo mesh: the UI says so. */
    demo: z.boolean(),
    windowSec: z.number().int(),
    services: z.array(
      z.object({
        service: serviceName,
        state: z.enum(['up', 'degraded', 'down']),
        since: timestamp,
        detail: z.string().optional(),
        status: serviceStatus.optional(),
      }),
    ),
  })
  .meta({ id: 'SuiteStatus' });
export type SuiteStatus = z.infer<typeof suiteStatus>;

/** One watched kind of one cluster: `missing` = the cluster has no such kind, `forbidden` = we may not list it. */
export const watchedKind = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  state: z.enum(['synced', 'syncing', 'missing', 'forbidden', 'failing']),
  objects: z.number().int().min(0),
  since: timestamp,
  detail: z.string().optional(),
});
export type WatchedKind = z.infer<typeof watchedKind>;

export const clusterInfo = z
  .object({
    name: z.string(),
    /** True until the mesh's own labels named a cluster that was configured without a name. */
    provisional: z.boolean(),
    meshes: z.array(z.enum(['istio', 'ambient', 'linkerd'])),
    trustDomain: z.string().nullable(),
    rootNamespace: z.string(),
    namespaces: z.array(z.string()),
    sources: z.array(sourceFreshness),
    kinds: z.array(watchedKind),
  })
  .meta({ id: 'Cluster' });
export type ClusterInfo = z.infer<typeof clusterInfo>;
export const clusterList = answer.extend({ clusters: z.array(clusterInfo) }).meta({ id: 'ClusterList' });
export type ClusterList = z.infer<typeof clusterList>;

/** Who is signed in. Roles come with the issue that brings sign-in: until then there is one. */
export const signedIn = z.object({ name: z.string(), role: z.literal('admin'), expiresAt: timestamp.nullable() }).meta({ id: 'SignedIn' });
export type SignedIn = z.infer<typeof signedIn>;

export const demoFaultKind = z.enum([
  'latency',
  'errors',
  'spike',
  'exfiltration',
  'scan',
  'lateral',
  'expiring-cert',
  'stuck-rotation',
  'policy-deny',
  'flood',
  'brute-force',
  'beacon',
]);
export type DemoFaultKind = z.infer<typeof demoFaultKind>;

/** `target` is `namespace/workload`, or `namespace/a->namespace/b` for one edge; absent: a telling default of the kind. */
export const demoFaultRequest = z
  .object({
    kind: demoFaultKind,
    target: z.string().max(300).optional(),
    /** 0 to 1 for errors; a factor for latency and spike. Absent: the kind's default. */
    strength: z.number().positive().max(1000).optional(),
    durationSec: z.number().int().min(5).max(86_400).default(600),
  })
  .meta({ id: 'DemoFaultRequest' });
export type DemoFaultRequest = z.infer<typeof demoFaultRequest>;
export const demoFault = demoFaultRequest
  .extend({ id: z.string(), target: z.string(), strength: z.number(), startedAt: timestamp, endsAt: timestamp, description: z.string() })
  .meta({ id: 'DemoFault' });
export type DemoFault = z.infer<typeof demoFault>;
export const demoFaultList = z.object({ faults: z.array(demoFault) }).meta({ id: 'DemoFaultList' });
export type DemoFaultList = z.infer<typeof demoFaultList>;
