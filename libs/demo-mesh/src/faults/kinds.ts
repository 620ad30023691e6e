/**
 * What each fault does, by default where and how strongly. A fault is data: bends of the traffic, calls that are not
 * there in normal times, a policy, or a change to certificates; the rest of the mesh reacts by itself.
 */
import type { DemoFaultKind } from '@observatory/contracts';
import type { Cluster } from '../model/cluster.js';
import { call, destinationName } from '../model/calls.js';
import { keyOf, type Call, type Lane, type Service, type Workload } from '../model/types.js';
import type { KubeObject } from '../kube/store.js';

export interface Target {
  /** The workload, or the source of the edge. */
  readonly from: readonly Workload[];
  readonly to?: readonly Workload[];
  /** Key of the service or workload that the edge leads to. */
  readonly toKey?: string;
}

export interface Effect {
  readonly ownLatencyFactor?: number;
  readonly laneDelayMs?: number;
  readonly extraErrorShare?: number;
  readonly laneErrorShare?: number;
  readonly rateFactor?: number;
  readonly weights?: Readonly<Record<string, number>>;
  readonly calls?: readonly { readonly call: Call; readonly rps: number }[];
  readonly policy?: KubeObject;
  readonly certificates?: 'expiring' | 'stuck';
  /** Share of the requests to the target, or on the edge, that are answered with 401. */
  readonly unauthorizedShare?: number;
  /** Only so many seconds of each period. */
  readonly pulse?: { readonly everySec: number; readonly forSec: number };
}

interface KindSpec {
  readonly target: string;
  readonly strength: number;
  describe(target: string, strength: number): string;
  effect(context: { cluster: Cluster; target: Target; strength: number; id: string }): Effect;
}

const EXFILTRATION_HOST = '203.0.113.66';
const BEACON_HOST = '198.51.100.99';
const LATERAL_DEFAULT = 'data/postgres';
/** A beacon's rhythm. */
const BEAT = { everySec: 120, forSec: 30 };
/** An edge's delay at strength 1. */
const EDGE_DELAY_MS = 50;

function exfiltrationCall(from: Workload): Call {
  return call({
    from: keyOf(from),
    to: { kind: 'passthrough', host: EXFILTRATION_HOST, port: 443 },
    protocol: 'tcp',
    peakRps: 1,
    bytes: [250_000, 900],
    connectionsPerUnit: 0.1,
    remote: { medianMs: 30, errorShare: 0 },
  });
}

function beaconCall(from: Workload): Call {
  return call({
    from: keyOf(from),
    to: { kind: 'passthrough', host: BEACON_HOST, port: 443 },
    protocol: 'tcp',
    peakRps: 1,
    bytes: [180, 120],
    connectionsPerUnit: 1,
    remote: { medianMs: 80, errorShare: 0 },
  });
}

/** A probing call to a service: mostly paths that are not there. */
function probe(from: Workload, service: Service): Call {
  const protocol = service.port.protocol;
  const operations: [string, string, number][] =
    protocol === 'http'
      ? [
          ['GET', '/admin', 0.4],
          ['GET', '/.env', 0.3],
          ['GET', '/', 0.3],
        ]
      : [];
  return call({
    from: keyOf(from),
    to: keyOf(service),
    protocol,
    peakRps: 1,
    operations,
    bytes: [180, 240],
    connectionsPerUnit: 1,
    notFound: 0.75,
    propagates: 0,
  });
}

function scanCalls(cluster: Cluster, from: Workload): Call[] {
  const known = new Set(cluster.lanes.filter((lane) => lane.source === from).map((lane) => destinationName(lane.call.to)));
  return Array.from(cluster.services.values())
    .filter(
      (service) =>
        service.backends.length > 0 && !known.has(keyOf(service)) && !service.backends.some((backend) => backend.workload === keyOf(from)),
    )
    .filter((service) => !['istio-system', 'linkerd', 'istio-ingress'].includes(service.namespace) && service.name !== 'waypoint')
    .map((service) => probe(from, service));
}

function lateralCall(cluster: Cluster, from: Workload, to: string): Call {
  const service = cluster.services.get(to);
  if (!service) throw new Error(`no service ${to} to move to`);
  const moving = call({
    from: keyOf(from),
    to,
    protocol: service.port.protocol,
    peakRps: 1,
    operations: [['POST', '/admin/export', 1]],
    bytes: [900, 24_000],
    connectionsPerUnit: 0.3,
    propagates: 0,
  });
  if (cluster.lanes.some((lane) => lane.call.id === moving.id))
    throw new Error(`${keyOf(from)} calls ${to} in normal times: pick a pair that does not talk`);
  return moving;
}

function denyPolicy(target: Target, id: string): KubeObject {
  const [to] = target.to ?? target.from;
  const from = target.to ? target.from : [];
  const principals = Array.from(new Set(from.map((workload) => `cluster.local/ns/${workload.namespace}/sa/${workload.serviceAccount}`)));
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: `fault-${id}`, namespace: to!.namespace },
    spec: {
      selector: { matchLabels: { app: to!.app } },
      action: 'DENY',
      rules: [principals.length > 0 ? { from: [{ source: { principals } }] } : {}],
    },
  };
}

const times = (strength: number): string => `${Number(strength.toFixed(2))} times`;
const percent = (share: number): string => `${Math.round(Math.min(1, share) * 100)} %`;

export const FAULT_KINDS: Record<DemoFaultKind, KindSpec> = {
  latency: {
    target: 'shop/payments',
    strength: 8,
    describe: (target, strength) =>
      target.includes('->')
        ? `${target} is delayed by ${strength * EDGE_DELAY_MS} ms on the way`
        : `${target} takes ${times(strength)} as long to answer`,
    effect: ({ target, strength }) => (target.to ? { laneDelayMs: strength * EDGE_DELAY_MS } : { ownLatencyFactor: strength }),
  },
  errors: {
    target: 'shop/catalog',
    strength: 0.35,
    describe: (target, strength) => `${percent(strength)} of the requests ${target.includes('->') ? 'on' : 'to'} ${target} fail`,
    effect: ({ target, strength }) => (target.to ? { laneErrorShare: Math.min(1, strength) } : { extraErrorShare: Math.min(1, strength) }),
  },
  spike: {
    target: 'istio-ingress/istio-ingressgateway->shop/storefront',
    strength: 4,
    describe: (target, strength) => `${times(strength)} the usual traffic ${target.includes('->') ? 'on' : 'to'} ${target}`,
    effect: ({ strength }) => ({ rateFactor: strength }),
  },
  exfiltration: {
    target: 'shop/accounts',
    strength: 1,
    describe: (target, strength) =>
      `${target} sends about ${(3 * strength).toFixed(1)} MB/s to ${EXFILTRATION_HOST}, which no service entry names`,
    effect: ({ target, strength }) => ({ calls: target.from.map((from) => ({ call: exfiltrationCall(from), rps: 12 * strength })) }),
  },
  scan: {
    target: 'shop/recommendations',
    strength: 1,
    describe: (target) => `${target} probes every service that it never called before`,
    effect: ({ cluster, target, strength }) => ({
      calls: target.from.flatMap((from) => scanCalls(cluster, from)).map((probing) => ({ call: probing, rps: 1.5 * strength })),
    }),
  },
  lateral: {
    target: `shop/recommendations->${LATERAL_DEFAULT}`,
    strength: 1,
    describe: (target) => `${target}: a call that is not part of the shop`,
    effect: ({ cluster, target, strength }) => ({
      calls: target.from.map((from) => ({ call: lateralCall(cluster, from, target.toKey ?? LATERAL_DEFAULT), rps: 4 * strength })),
    }),
  },
  flood: {
    target: 'istio-ingress/istio-ingressgateway->shop/storefront',
    strength: 14,
    describe: (target, strength) =>
      `${times(strength)} the usual traffic ${target.includes('->') ? 'on' : 'to'} ${target}, more than it can take`,
    effect: ({ strength }) => ({ rateFactor: strength }),
  },
  'brute-force': {
    target: 'istio-ingress/istio-ingressgateway->shop/accounts',
    strength: 0.7,
    describe: (target, strength) =>
      `${percent(strength)} of the requests ${target.includes('->') ? 'on' : 'to'} ${target} come with a wrong password`,
    effect: ({ strength }) => ({ unauthorizedShare: Math.min(1, strength), rateFactor: 2 }),
  },
  beacon: {
    target: 'shop/recommendations',
    strength: 1,
    describe: (target) => `${target} calls ${BEACON_HOST} every ${BEAT.everySec} s`,
    effect: ({ target, strength }) => ({
      pulse: BEAT,
      calls: target.from.map((from) => ({ call: beaconCall(from), rps: 0.15 * strength })),
    }),
  },
  'expiring-cert': {
    target: 'shop/cart',
    strength: 1,
    describe: (target, strength) => `the certificates of ${target} run out in ${Math.round(strength * 30)} min and are not renewed`,
    effect: () => ({ certificates: 'expiring' }),
  },
  'stuck-rotation': {
    target: 'shop/cart',
    strength: 1,
    describe: (target) => `the certificates of ${target} are past their renewal time and stay as they are`,
    effect: () => ({ certificates: 'stuck' }),
  },
  'policy-deny': {
    target: 'shop/checkout->shop/payments',
    strength: 1,
    describe: (target) => `an AuthorizationPolicy denies ${target.includes('->') ? target : `everything that calls ${target}`}`,
    effect: ({ target, id }) => ({ policy: denyPolicy(target, id) }),
  },
};

/** `namespace/name` as a workload's name or an app's; several workloads where an app has versions. */
function workloadsNamed(cluster: Cluster, key: string): Workload[] {
  const exact = cluster.workloads.get(key);
  if (exact) return [exact];
  return Array.from(cluster.workloads.values()).filter((workload) => `${workload.namespace}/${workload.app}` === key);
}

/** Throws with a sentence for people where the text names nothing of the cluster. */
export function parseTarget(cluster: Cluster, text: string): Target {
  const [fromKey, toKey, ...rest] = text.split('->').map((part) => part.trim());
  const from = workloadsNamed(cluster, fromKey ?? '');
  if (from.length === 0 || rest.length > 0)
    throw new Error(`no workload ${fromKey} in the demo mesh; write namespace/workload or namespace/a->namespace/b`);
  if (toKey === undefined) return { from };
  const to = workloadsNamed(cluster, toKey);
  if (to.length === 0) throw new Error(`no workload ${toKey} in the demo mesh`);
  return { from, to, toKey };
}

/** Whether the lane is the target edge, or leads to the target workload. */
export function aimsAt(target: Target, lane: Lane): boolean {
  if (target.to) return target.from.includes(lane.source) && lane.target !== null && target.to.includes(lane.target);
  return lane.target !== null && target.from.includes(lane.target);
}
