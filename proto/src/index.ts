/** Where the .proto files are, and the types generated from them (`npm run proto`). */
import { join } from 'node:path';

/** Folder that `import "observatory/…"` is relative to. */
export const PROTO_ROOT = join(import.meta.dirname, '..');

export function protoFile(service: string): string {
  return join(PROTO_ROOT, 'observatory', service, 'v1', `${service}.proto`);
}

export { sourcesToProto } from './sources.js';
export type * as CommonProto from './generated/observatory/common/v1/common.js';
export type * as TopologyProto from './generated/observatory/topology/v1/topology.js';
export type * as MetricsProto from './generated/observatory/metrics/v1/metrics.js';
export type * as AnomalyProto from './generated/observatory/anomaly/v1/anomaly.js';
export type * as PolicyProto from './generated/observatory/policy/v1/policy.js';
export type * as CertsProto from './generated/observatory/certs/v1/certs.js';
