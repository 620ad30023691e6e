/** Every route, in one list: OpenAPI is written from it, and 405 is told from 404 by it. */
import { ANOMALY_ROUTES } from '../anomaly/anomaly.routes.js';
import { AUDIT_ROUTES } from '../audit/audit.routes.js';
import { AUTH_ROUTES } from '../auth/auth.routes.js';
import { CERTS_ROUTES } from '../certs/certs.routes.js';
import { DEMO_ROUTES } from '../demo/demo.routes.js';
import { METRICS_ROUTES } from '../metrics/metrics.routes.js';
import { POLICY_ROUTES } from '../policy/policy.routes.js';
import { SUITE_ROUTES } from '../suite/suite.routes.js';
import { TOPOLOGY_ROUTES } from '../topology/topology.routes.js';
import type { HttpMethod, Route } from './route.js';

export const ROUTES: readonly Route[] = [
  ...TOPOLOGY_ROUTES,
  ...METRICS_ROUTES,
  ...POLICY_ROUTES,
  ...ANOMALY_ROUTES,
  ...CERTS_ROUTES,
  ...SUITE_ROUTES,
  ...AUDIT_ROUTES,
  ...AUTH_ROUTES,
  ...DEMO_ROUTES,
];

const patterns = ROUTES.map((route) => ({
  method: route.method,
  pattern: new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`),
}));

const large = new Map<string, number>(
  ROUTES.flatMap(({ path, bodyMaxBytes }) =>
    bodyMaxBytes === undefined ? [] : [[path.replaceAll(/\{(\w+)\}/g, ':$1'), bodyMaxBytes] as const],
  ),
);

/** Of the route as it was registered; undefined: the server's own limit. */
export function bodyMaxOf(registeredPath: string): number | undefined {
  return large.get(registeredPath);
}

/** The methods that a path answers to; none: there is no such path. */
export function methodsOf(path: string): HttpMethod[] {
  return [...new Set(patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))];
}
