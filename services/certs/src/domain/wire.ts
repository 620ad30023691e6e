/** A chain that a port served, as an observation of whoever holds it. */
import type { Observation } from './observation.js';
import type { ParsedCertificate } from './parsed.js';
import type { Endpoint } from './targets.js';

export interface Served {
  readonly chain: readonly ParsedCertificate[];
  readonly protocol: string;
  readonly alpn?: string | undefined;
  readonly at: number;
}

/** `10.1.2.3:443 (shop.example)`. */
export const placeOf = ({ ip, port, sni }: Pick<Endpoint, 'ip' | 'port' | 'sni'>): string =>
  `${ip.includes(':') ? `[${ip}]` : ip}:${port}${sni === undefined ? '' : ` (${sni})`}`;

/** Undefined for a chain without a readable leaf. */
export function wireObservation(endpoint: Endpoint, { chain, protocol, alpn, at }: Served): Observation | undefined {
  const [leaf, ...sent] = chain;
  if (!leaf) return undefined;
  const { kind, id, mesh, cluster, namespace, name, workload, port, pod, sni, identity, host } = endpoint;
  return {
    source: 'wire',
    kind,
    id,
    mesh,
    cluster,
    namespace,
    name,
    workload,
    observedAt: at,
    leaf,
    sent,
    notBefore: leaf.notBefore,
    notAfter: leaf.notAfter,
    place: {
      place: placeOf(endpoint),
      namespace,
      pod,
      port,
      tlsVersion: protocol,
      ...(sni === undefined ? {} : { sni }),
      ...(alpn === undefined ? {} : { alpn }),
    },
    protocol,
    ...(identity === undefined ? {} : { identity }),
    ...(host === undefined ? {} : { host }),
  };
}
