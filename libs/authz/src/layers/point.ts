/** One proxy that decides about a request. A request passes when every proxy on its way lets it. */
import type { Workload } from '../model/policy.js';

/** `none`: out of the mesh, where only the network decides. */
export type Enforcer = 'sidecar' | 'gateway' | 'waypoint' | 'ztunnel' | 'linkerd' | 'none';
export interface Point {
  readonly enforcer: Enforcer;
  readonly workload: Workload;
  /** Whom this proxy sees as the client, where that is not the caller. */
  readonly client?: string;
  /** The labels of that client's pod. */
  readonly clientLabels?: Readonly<Record<string, string>>;
}
