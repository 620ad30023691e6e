/** The vocabulary of the simulated cluster: what a workload, a service, a call and a lane are. Data only. */

export type Mesh = 'istio' | 'ambient' | 'linkerd' | 'none';
export type Protocol = 'http' | 'grpc' | 'tcp';
export type ControllerKind = 'Deployment' | 'StatefulSet' | 'DaemonSet';
export type Role = 'gateway' | 'waypoint' | 'ztunnel' | 'controlPlane';
export type ShapeName = 'shoppers' | 'office' | 'steady';

export interface Port {
  readonly name: string;
  readonly port: number;
  readonly protocol: Protocol;
}

export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly app: string;
  readonly version?: string;
  readonly kind: ControllerKind;
  readonly replicas: number;
  readonly serviceAccount: string;
  readonly mesh: Mesh;
  readonly role?: Role;
  readonly ports: readonly Port[];
  /** Median time that the workload itself needs for a request, without what it waits for. */
  readonly ownMedianMs: number;
  /** Shape of the log-normal latency. */
  readonly sigma: number;
  /** Share of requests that fail of its own making. */
  readonly ownErrorShare: number;
  /** Requests per second of the whole workload at which queueing doubles the latency. */
  readonly capacityRps: number;
}

export interface Backend {
  readonly workload: string;
  readonly weight: number;
}

export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly port: Port;
  readonly backends: readonly Backend[];
  /** Requests go through the namespace's waypoint. */
  readonly waypoint?: boolean;
}

/** What a client's proxy knows of the place that it sends to. */
export type Destination =
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'serviceEntry'; readonly host: string; readonly name: string; readonly namespace: string; readonly port: number }
  | { readonly kind: 'passthrough'; readonly host: string; readonly port: number }
  | { readonly kind: 'blackhole'; readonly host: string; readonly port: number }
  | { readonly kind: 'noRoute'; readonly host: string; readonly port: number }
  | { readonly kind: 'noEndpoints'; readonly service: string };

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly weight: number;
}

export interface Call {
  readonly id: string;
  readonly from: string;
  readonly to: Destination;
  readonly protocol: Protocol;
  /** Per request that the caller serves, or requests per second of its own at the daily peak. */
  readonly rate: { readonly perRequest: number } | { readonly peakRps: number; readonly shape: ShapeName };
  readonly operations: readonly Operation[];
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Connections opened per unit of traffic; matters for TCP and for what ztunnel and Linkerd count. */
  readonly connectionsPerUnit: number;
  /** Share of answers that are 404 in normal times. */
  readonly notFoundShare: number;
  /** Share of failures of this call that fail the caller's own request. */
  readonly propagates: number;
  readonly timeoutMs: number;
  /** Latency and error share of a place outside of the cluster. */
  readonly remote?: { readonly medianMs: number; readonly errorShare: number };
}

/** One call to one backend: what the metrics know as an edge. */
export interface Lane {
  readonly id: string;
  readonly call: Call;
  readonly source: Workload;
  readonly target: Workload | null;
  readonly service: { readonly host: string; readonly name: string; readonly namespace: string };
  readonly port: number;
  readonly weight: number;
  /** The waypoint that the request passes, where the service has one. */
  readonly waypoint: Workload | null;
}

export interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly workload: Workload;
  readonly index: number;
  readonly node: string;
  readonly templateHash: string;
  readonly uid: string;
}

export const keyOf = (thing: { namespace: string; name: string }): string => `${thing.namespace}/${thing.name}`;
