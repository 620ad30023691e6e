/** One proxy that decides about a request. A request passes when every proxy on its way lets it. */
import type { Workload } from '../model/policy.js';

export type Enforcer = 'sidecar' | 'gateway' | 'waypoint' | 'ztunnel' | 'linkerd';
export interface Point {
  readonly enforcer: Enforcer;
  readonly workload: Workload;
  /** Whom this proxy sees as the client, where that is not the caller. */
  readonly client?: string;
}
