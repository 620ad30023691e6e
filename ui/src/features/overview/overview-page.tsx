import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Page } from '../../components/page.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { StaleBanner } from '../../components/source-freshness.js';
import { Skeleton } from '../../components/state-view.js';
import { baselinesQuery, incidentsQuery } from '../../lib/anomaly-queries.js';
import { clockTime } from '../../lib/format.js';
import { usePreferences } from '../../lib/preferences.js';
import { overviewQuery, statusQuery, topologyDiffQuery, topologyQuery } from '../../lib/queries.js';
import { endOf } from '../../lib/time.js';
import { useNow } from '../../lib/use-now.js';
import { useScope } from '../../lib/use-scope.js';
import { useTime } from '../../lib/use-time.js';
import { AttentionList } from './attention-list.js';
import { ChangeList } from './change-list.js';
import { GoldenSignals, GoldenSkeleton } from './golden-signals.js';
import { changeLines, nothingBefore } from './model/changes.js';
import { headline, needsAttention } from './model/headline.js';
import { namespaceRows } from './model/namespaces.js';
import { NamespaceTable } from './namespace-table.js';
import { OpenIncidents } from './open-incidents.js';
import { SuiteSummary } from './suite-summary.js';

const HOUR_SEC = 3600;
const MINUTE_MS = 60_000;

function useOverview() {
  const { cluster, namespaces } = useScope();
  const { time } = useTime();
  const to = endOf(time);
  const scope = { cluster, namespaces };
  const graph = useQuery(topologyQuery({ ...scope, at: to }));
  const signals = useQuery(overviewQuery({ cluster, to, lastSec: HOUR_SEC, stepSec: 60 }));
  const now = useNow();
  // By the minute: the difference is over an hour, and a new key each second would be a new request each second.
  const end = to ?? new Date(Math.floor(now / MINUTE_MS) * MINUTE_MS).toISOString();
  const from = time.mode === 'compare' ? time.from : new Date(Date.parse(end) - HOUR_SEC * 1000).toISOString();
  const changes = useQuery(topologyDiffQuery({ ...scope, from, to: end }));
  return { namespaces, time, graph, signals, changes, status: useQuery(statusQuery()), now };
}

export function OverviewPage() {
  const { namespaces, time, graph, signals, changes, status, now: clock } = useOverview();
  const zone = usePreferences((preferences) => preferences.zone);
  const nodes = graph.data?.nodes.filter((node) => namespaces.length === 0 || namespaces.includes(node.namespace));
  const inScope = signals.data?.namespaces.filter(({ namespace }) => namespaces.length === 0 || namespaces.includes(namespace)) ?? [];
  const only = namespaces.length === 1 ? inScope[0] : undefined;
  const live = time.mode === 'live';
  const rate = only?.traffic.requestsPerSecond.findLast((value) => value !== null) ?? signals.data?.now.requestsPerSecond ?? null;
  const since =
    time.mode === 'compare'
      ? `between ${clockTime(time.from, zone, clock)} and ${clockTime(time.to, zone, clock)}`
      : live
        ? 'in the last hour'
        : 'in the hour before';
  return (
    <Page
      title={only ? only.namespace : 'Mesh'}
      sentence={nodes === undefined ? <Skeleton className="h-5 w-96 max-w-full" /> : headline(nodes, live ? rate : null)}
    >
      {graph.data && <StaleBanner sources={graph.data.sources} />}
      <QueryView query={signals} skeleton={<GoldenSkeleton />} title="Golden signals">
        {({ mesh, now }) => (
          <div>
            <GoldenSignals traffic={only?.traffic ?? mesh} now={live && !only ? now : undefined} />
            {namespaces.length > 1 && (
              <p className="mt-1 text-sm text-ink-3">
                Of the whole mesh: sums over several chosen namespaces would count the traffic between them twice.
              </p>
            )}
          </div>
        )}
      </QueryView>
      {live && <Incidents />}
      <div className="grid gap-(--gap) lg:grid-cols-2">
        <Panel title="Needs attention" flush actions={<PanelLink to="/map">Open the map</PanelLink>}>
          <QueryView query={graph}>{() => <AttentionList items={needsAttention(nodes ?? [])} observed={nodes?.length ?? 0} />}</QueryView>
        </Panel>
        <Panel title="What changed" note={since} flush>
          <QueryView query={changes}>
            {(diff) =>
              nothingBefore(diff, graph.data?.edges.length ?? 0) ? (
                <p className="px-4 py-6 text-center text-sm text-ink-3">
                  No traffic is recorded of the time before, so nothing can be compared yet.
                </p>
              ) : (
                <ChangeList lines={changeLines(diff)} />
              )
            }
          </QueryView>
        </Panel>
      </div>
      <div className="grid items-start gap-(--gap) xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <QueryView query={graph} skeleton={<Skeleton className="h-64" />} title="Namespaces">
          {() => <NamespaceTable rows={namespaceRows(nodes ?? [], inScope)} />}
        </QueryView>
        <Panel title="The Observatory itself" flush actions={<PanelLink to="/status">Status</PanelLink>}>
          <QueryView query={status}>{({ services }) => <SuiteSummary services={services} />}</QueryView>
        </Panel>
      </div>
    </Page>
  );
}

/** Those of now: at another time the page is about what was. */
function Incidents() {
  const { cluster, namespaces } = useScope();
  const query = useInfiniteQuery(incidentsQuery({ cluster }));
  const baselines = useQuery(baselinesQuery({ cluster }));
  const within = (names: readonly string[]) => namespaces.length === 0 || names.some((name) => namespaces.includes(name));
  return (
    <Panel title="Incidents" flush actions={<PanelLink to="/incidents">All incidents</PanelLink>}>
      <QueryView query={query} skeleton={<Skeleton className="mx-4 mb-3 h-6" />}>
        {({ pages }) => (
          <OpenIncidents
            sources={pages[0]?.sources ?? []}
            incidents={pages.flatMap(({ incidents }) => incidents).filter((each) => within(each.namespaces))}
            baselines={baselines.data}
          />
        )}
      </QueryView>
    </Panel>
  );
}

function PanelLink({ to, children }: { to: '/map' | '/status' | '/incidents'; children: string }) {
  return (
    <Link to={to} className="rounded-sm px-1 text-sm text-accent hover:underline">
      {children}
    </Link>
  );
}
