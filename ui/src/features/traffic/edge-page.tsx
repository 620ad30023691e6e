import type { TopologyEdge } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Page } from '../../components/page.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { RangePicker } from '../../components/range-picker.js';
import { StaleBanner } from '../../components/source-freshness.js';
import { Skeleton, StateView } from '../../components/state-view.js';
import { UnusualOf } from '../../components/unusual-of.js';
import { WorkloadLink } from '../../components/workload-link.js';
import { type NamedNode, parseEdgeId } from '../../lib/node-id.js';
import { edgeSeriesQuery, topologyQuery } from '../../lib/queries.js';
import { endOf } from '../../lib/time.js';
import { useSeriesArgs } from '../../lib/use-series-args.js';
import { useTime } from '../../lib/use-time.js';
import { EdgeFacts } from './edge-facts.js';
import { edgeSentence } from './model/sentence.js';
import { ResponseTable } from './response-table.js';
import { ChartPanelSkeleton, TrafficCharts } from './traffic-charts.js';

type Ends = NonNullable<ReturnType<typeof parseEdgeId>>;

export function EdgePage() {
  const { edgeId } = useParams({ from: '/edges/$edgeId' });
  const ends = parseEdgeId(edgeId);
  if (!ends)
    return (
      <StateView state="empty" title="This is not the address of an edge">
        An edge is named by its two ends and its protocol.{' '}
        <Link to="/map" className="text-accent underline">
          Choose one on the map
        </Link>
      </StateView>
    );
  return <EdgeView edgeId={edgeId} ends={ends} />;
}

function EdgeView({ edgeId, ends }: { edgeId: string; ends: Ends }) {
  const { time } = useTime();
  const namespace = ends.source.namespace || ends.target.namespace;
  const graph = useQuery(topologyQuery({ namespaces: namespace === '' ? [] : [namespace], at: endOf(time) }));
  const series = useQuery(edgeSeriesQuery(edgeId, useSeriesArgs()));
  const edge = graph.data?.edges.find(({ id }) => id === edgeId);
  return (
    <Page
      title={
        <span className="flex flex-wrap items-center gap-x-2">
          <End node={ends.source} /> <span aria-label="to">→</span> <End node={ends.target} />
        </span>
      }
      sentence={<Sentence ends={ends} edge={edge} />}
      actions={
        <div className="flex flex-wrap items-center gap-2">
          <Link to="/map" search={(before) => ({ ...before, sel: edgeId })} className="rounded-sm px-1 text-sm text-accent hover:underline">
            Show on the map
          </Link>
          <RangePicker />
        </div>
      }
    >
      {graph.data && <StaleBanner sources={graph.data.sources} />}
      <QueryView query={series} skeleton={<ChartPanelSkeleton title="Traffic" />} title="Traffic">
        {({ traffic }) => <TrafficCharts title="Traffic" traffic={traffic} empty="No traffic on this path in this span of time." />}
      </QueryView>
      <QueryView query={graph} skeleton={<Skeleton className="h-64" />} title="Responses and identity">
        {() => <Details edge={edge} />}
      </QueryView>
    </Page>
  );
}

function End({ node: { kind, cluster, namespace, name } }: { node: NamedNode }) {
  return kind === 'workload' ? <WorkloadLink cluster={cluster} namespace={namespace} name={name} /> : <span>{name}</span>;
}

function Sentence({ ends: { source, target, protocol }, edge }: { ends: Ends; edge: TopologyEdge | undefined }) {
  const place = ({ kind, namespace }: NamedNode) => namespace || kind;
  return (
    <>
      <p className="text-sm text-ink-3">
        {protocol} from {place(source)} to {place(target)}
      </p>
      {edge && <p>{edgeSentence(edge)}</p>}
    </>
  );
}

function Details({ edge }: { edge: TopologyEdge | undefined }) {
  if (!edge)
    return (
      <StateView state="empty" title="No traffic on this path at this time">
        The charts above show when there was some, if it was within their span.
      </StateView>
    );
  return (
    <div className="grid items-start gap-(--gap) xl:grid-cols-2">
      <ResponseTable edges={[edge]} />
      <div className="flex flex-col gap-(--gap)">
        <EdgeFacts edge={edge} />
        <Panel title="Unusual">
          <UnusualOf id={edge.id} />
        </Panel>
      </div>
    </div>
  );
}
