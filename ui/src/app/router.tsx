/** The pages and their addresses. Scope, time and range are kept from page to page. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, retainSearchParams } from '@tanstack/react-router';
import { parseSearch, stringifySearch, type UrlValues } from '../lib/url-values.js';
import { Root } from './root.js';
import { CrashView, NotFoundView } from './route-states.js';

/** What holds across pages (UI.md, Frame). */
const KEPT = ['cluster', 'ns', 'at', 'from', 'to', 'last', 'span'] as const;
type KeptValues = Partial<Record<(typeof KEPT)[number], string>>;

const rootRoute = createRootRoute({
  component: Root,
  errorComponent: CrashView,
  notFoundComponent: NotFoundView,
  validateSearch: (search: Record<string, unknown>): UrlValues & KeptValues => search as UrlValues,
  search: { middlewares: [retainSearchParams([...KEPT])] },
});

const page = <const Path extends string>(path: Path, component: React.ComponentType) =>
  createRoute({ getParentRoute: () => rootRoute, path, component: component as () => React.JSX.Element });

const routeTree = rootRoute.addChildren([
  page(
    '/',
    lazyRouteComponent(() => import('../features/overview/overview-page.js'), 'OverviewPage'),
  ),
  page(
    '/map',
    lazyRouteComponent(() => import('../features/topology/topology-page.js'), 'TopologyPage'),
  ),
  page(
    '/workloads/$cluster/$namespace/$name',
    lazyRouteComponent(() => import('../features/traffic/workload-page.js'), 'WorkloadPage'),
  ),
  page(
    '/edges/$edgeId',
    lazyRouteComponent(() => import('../features/traffic/edge-page.js'), 'EdgePage'),
  ),
  page(
    '/status',
    lazyRouteComponent(() => import('../features/status/status-page.js'), 'StatusPage'),
  ),
  page(
    '/incidents',
    lazyRouteComponent(() => import('../features/incidents/incident-list-page.js'), 'IncidentListPage'),
  ),
  page(
    '/incidents/timeline',
    lazyRouteComponent(() => import('../features/incidents/timeline-page.js'), 'TimelinePage'),
  ),
  page(
    '/incidents/signals',
    lazyRouteComponent(() => import('../features/incidents/signals-page.js'), 'SignalsPage'),
  ),
  page(
    '/incidents/suppressions',
    lazyRouteComponent(() => import('../features/incidents/suppressions-page.js'), 'SuppressionsPage'),
  ),
  page(
    '/incidents/backtest',
    lazyRouteComponent(() => import('../features/incidents/backtest-page.js'), 'BacktestPage'),
  ),
  page(
    '/incidents/$id',
    lazyRouteComponent(() => import('./incident-pages.js'), 'Incident'),
  ),
  page(
    '/certificates',
    lazyRouteComponent(() => import('../features/certificates/summary-page.js'), 'CertificateSummaryPage'),
  ),
  page(
    '/certificates/list',
    lazyRouteComponent(() => import('../features/certificates/list-page.js'), 'CertificateListPage'),
  ),
  page(
    '/certificates/timeline',
    lazyRouteComponent(() => import('../features/certificates/timeline-page.js'), 'CertificateTimelinePage'),
  ),
  page(
    '/certificates/alerts',
    lazyRouteComponent(() => import('../features/certificates/alerts-page.js'), 'CertificateAlertsPage'),
  ),
  page(
    '/certificates/coverage',
    lazyRouteComponent(() => import('../features/certificates/coverage-page.js'), 'CertificateCoveragePage'),
  ),
  page(
    '/certificates/$id',
    lazyRouteComponent(() => import('../features/certificates/certificate-page.js'), 'CertificatePage'),
  ),
  page(
    '/policies',
    lazyRouteComponent(() => import('../features/policy/policy-list-page.js'), 'PolicyListPage'),
  ),
  page(
    '/policies/coverage',
    lazyRouteComponent(() => import('../features/policy/coverage-page.js'), 'CoveragePage'),
  ),
  page(
    '/policies/sandbox',
    lazyRouteComponent(() => import('../features/policy/sandbox-page.js'), 'SandboxPage'),
  ),
  page(
    '/policies/what-if',
    lazyRouteComponent(() => import('./policy-pages.js'), 'WhatIf'),
  ),
  page(
    '/policies/suggest',
    lazyRouteComponent(() => import('./policy-pages.js'), 'Suggest'),
  ),
  page(
    '/policies/reach',
    lazyRouteComponent(() => import('../features/policy/reach-page.js'), 'ReachPage'),
  ),
  page(
    '/policies/$cluster/$namespace/$name',
    lazyRouteComponent(() => import('../features/policy/policy-page.js'), 'PolicyPage'),
  ),
  page(
    '/traces',
    lazyRouteComponent(() => import('../features/traces/traces-page.js'), 'TracesPage'),
  ),
  page(
    '/audit',
    lazyRouteComponent(() => import('../features/audit/audit-page.js'), 'AuditPage'),
  ),
]);

export function makeRouter() {
  return createRouter({
    routeTree,
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPendingMs: 300,
    scrollRestoration: false,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
