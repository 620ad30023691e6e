import { useQuery } from '@tanstack/react-query';
import { Page } from '../../components/page.js';
import { QueryView } from '../../components/query-view.js';
import { Skeleton } from '../../components/state-view.js';
import { When } from '../../components/when.js';
import { useLiveConnection } from '../../lib/live.js';
import { clustersQuery, statusQuery } from '../../lib/queries.js';
import { ClusterPanel } from './cluster-panel.js';
import { suiteSentence } from './model/words.js';
import { ServicePanel } from './service-panel.js';

/** How the Observatory itself is: its parts, what they lean on, and how fresh each source is. */
export function StatusPage() {
  const status = useQuery(statusQuery());
  const clusters = useQuery(clustersQuery());
  return (
    <Page title="Status" sentence={status.data ? suiteSentence(status.data.services) : <Skeleton className="h-5 w-72" />}>
      <p className="text-sm text-ink-3">
        {status.data && `A window closes every ${status.data.windowSec} s. `}
        <LiveLine />
      </p>
      <QueryView query={status} skeleton={<Skeleton className="h-96" />} title="Services">
        {({ services }) => (
          <div className="grid gap-(--gap) md:grid-cols-2 2xl:grid-cols-3">
            {services.map((service) => (
              <ServicePanel key={service.service} service={service} />
            ))}
          </div>
        )}
      </QueryView>
      <QueryView query={clusters} skeleton={<Skeleton className="h-64" />} title="Clusters">
        {(list) => list.clusters.map((cluster) => <ClusterPanel key={cluster.name} cluster={cluster} />)}
      </QueryView>
    </Page>
  );
}

function LiveLine() {
  const { state, since, reason } = useLiveConnection();
  const at = new Date(since).toISOString();
  if (state === 'live')
    return (
      <>
        This page is on the live feed, connected <When at={at} />.
      </>
    );
  return (
    <span className="text-degraded-ink">
      The live feed is {state === 'cut' ? 'cut' : 'connecting'} (<When at={at} />
      {reason === undefined ? '' : `: ${reason}`}). Figures are asked for every 30 s instead.
    </span>
  );
}
