/** A small mesh whose every window is known: web > cart > payments > bank, web > catalog, with a little seeded noise and a daily rhythm. */
import { edgeId, nodeId, type EdgeSample, type EndpointIdentity } from '@observatory/contracts';

export const CLUSTER = 'east';
const BOUNDS = [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500];
const CALLS: readonly (readonly [string, string, number, number])[] = [
  ['shop/web', 'shop/cart', 20, 40],
  ['shop/web', 'shop/catalog', 30, 12],
  ['shop/cart', 'shop/payments', 10, 25],
  ['shop/payments', 'bank/ledger', 10, 8],
];

export interface Fault {
  /** A workload: all calls to it. */
  readonly at: string;
  readonly errorShare?: number;
  readonly latencyFactor?: number;
  /** Its callers feel so much of it. */
  readonly propagates?: number;
}

export const idOf = (path: string): string => nodeId('workload', CLUSTER, ...(path.split('/') as [string, string]));
export const edgeBetween = (from: string, to: string): string => edgeId(idOf(from), idOf(to), 'http');
const end = (path: string): EndpointIdentity => {
  const [namespace, name] = path.split('/') as [string, string];
  return { kind: 'workload', cluster: CLUSTER, namespace, name, app: name };
};

/** -1 to 1, the same for the same numbers. */
function noise(seed: number, at: number): number {
  const x = Math.sin(seed * 12.9898 + at * 78.233) * 43_758.5453;
  return 2 * (x - Math.floor(x)) - 1;
}

/** The window that ends at `atMs`. */
export function windowAt(atMs: number, fault?: Fault): EdgeSample[] {
  const day = 1 + 0.3 * Math.sin((2 * Math.PI * atMs) / 86_400_000);
  return CALLS.map(([from, to, rps, latencyMs], index) => {
    const requestsPerSecond = rps * day * (1 + 0.03 * noise(index + 1, atMs / 1000));
    const own = fault?.at === to ? 1 : fault && calls(to, fault.at) ? (fault.propagates ?? 0.5) : 0;
    const errorShare = 0.001 + own * (fault?.errorShare ?? 0);
    const mean = latencyMs * (1 + 0.03 * noise(index + 11, atMs / 1000)) * (1 + own * ((fault?.latencyFactor ?? 1) - 1));
    return sample({ from, to, requestsPerSecond, errorShare, mean, readAt: new Date(atMs).toISOString() });
  });
}

const calls = (from: string, to: string): boolean =>
  CALLS.some(([source, target]) => source === from && (target === to || calls(target, to)));

interface Rates {
  readonly from: string;
  readonly to: string;
  readonly requestsPerSecond: number;
  readonly errorShare: number;
  readonly mean: number;
  readonly readAt: string;
}

export function sample({ from, to, requestsPerSecond, errorShare, mean, readAt }: Rates): EdgeSample {
  const [source, target] = [end(from), end(to)];
  const errorsPerSecond = requestsPerSecond * errorShare;
  const ok = { code: '200', flags: '-', requestsPerSecond: requestsPerSecond - errorsPerSecond, outcome: 'ok' as const };
  const place = BOUNDS.findIndex((bound) => bound >= mean);
  return {
    id: edgeId(idOf(from), idOf(to), 'http', `${target.name}.${target.namespace}.svc.cluster.local`),
    source,
    target,
    protocol: 'http',
    mesh: 'istio',
    responses: [ok, { code: '500', flags: '-', requestsPerSecond: errorsPerSecond, outcome: 'error' }],
    requestsPerSecond,
    errorsPerSecond,
    clientErrorsPerSecond: 0,
    latencySumMsPerSecond: mean * requestsPerSecond,
    latencyCountPerSecond: requestsPerSecond,
    latency: { upperBoundsMs: BOUNDS, perSecond: [...BOUNDS.map((_, index) => (index === place ? requestsPerSecond : 0)), 0], readAt },
    sentBytesPerSecond: requestsPerSecond * 500,
    receivedBytesPerSecond: requestsPerSecond * 2000,
    connectionsPerSecond: requestsPerSecond * 0.05,
    mutualTlsPerSecond: requestsPerSecond,
    plaintextPerSecond: 0,
    sourcePrincipal: `spiffe://cluster.local/ns/${source.namespace}/sa/${source.name}`,
    reporters: ['source', 'destination'],
  };
}
