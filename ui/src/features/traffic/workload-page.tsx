import type { Topology, TopologyNode } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { CopyName } from '../../components/copy-name.js';
import { HealthMark } from '../../components/health-mark.js';
import { Page } from '../../components/page.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { RangePicker } from '../../components/range-picker.js';
import { StaleBanner } from '../../components/source-freshness.js';
import { Skeleton, StateView } from '../../components/state-view.js';
import { WorkloadCertificates } from '../../components/workload-certificates.js';
import { UnusualOf } from '../../components/unusual-of.js';
import { WorkloadPolicies } from '../../components/workload-policies.js';
import { ApiProblem } from '../../lib/api.js';
import { topologyQuery, workloadSeriesQuery } from '../../lib/queries.js';
import { endOf } from '../../lib/time.js';
import { useSeriesArgs } from '../../lib/use-series-args.js';
import { useTime } from '../../lib/use-time.js';
import { findWorkload, partners } from './model/partners.js';
import { workloadSentence } from './model/sentence.js';
import { PartnerTable } from './partner-table.js';
import { ResponseTable } from './response-table.js';
import { ChartPanelSkeleton, TrafficCharts } from './traffic-charts.js';
import { WorkloadFacts } from './workload-facts.js';

export function WorkloadPage() {
  const who = useParams({ from: '/workloads/$cluster/$namespace/$name' });
  const { time } = useTime();
  const graph = useQuery(topologyQuery({ cluster: who.cluster, namespaces: [who.namespace], at: endOf(time) }));
  const series = useQuery(workloadSeriesQuery(who, useSeriesArgs()));
  const node = graph.data && findWorkload(graph.data, who);
  return (
    <Page
      title={<Title name={who.name} node={node} />}
      sentence={<Sentence graph={graph.data} node={node} place={`${who.namespace} · ${who.cluster}`} />}
      actions={
        <div className="flex flex-wrap items-center gap-2">
          {node && <MapLink id={node.id} />}
          <RangePicker />
        </div>
      }
    >
      {graph.data && <StaleBanner sources={graph.data.sources} />}
      {!(graph.data && !node && isMissing(series.error)) && (
        <QueryView query={series} skeleton={<ChartPanelSkeleton title="Incoming" />} title="Traffic">
          {(data) => (
            <>
              <TrafficCharts
                title="Incoming"
                note="what callers ask of it"
                traffic={data.in}
                empty="Nobody called it in this span of time, as far as its mesh reports."
              />
              <TrafficCharts
                title="Outgoing"
                note="what it asks of others"
                traffic={data.out}
                empty="It called nobody in this span of time, as far as its mesh reports."
              />
            </>
          )}
        </QueryView>
      )}
      <QueryView query={graph} skeleton={<Skeleton className="h-64" />} title="Callers and callees">
        {(data) => <Neighbourhood graph={data} node={node} name={who.name} />}
      </QueryView>
    </Page>
  );
}

/** The history does not know it either: one explanation is enough, and the graph gives it. */
const isMissing = (error: Error | null) => error instanceof ApiProblem && error.status === 404;

function Title({ name, node }: { name: string; node: TopologyNode | undefined }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      {node && <HealthMark state={node.health.state} size={16} />}
      <CopyName text={name} />
    </span>
  );
}

function Sentence({ graph, node, place }: { graph: Topology | undefined; node: TopologyNode | undefined; place: string }) {
  const words = graph && node && workloadSentence(node, edgesOf(graph, node.id, 'target'), edgesOf(graph, node.id, 'source'));
  return (
    <>
      <p className="text-sm text-ink-3">{[place, node?.version && `version ${node.version}`, node?.role].filter(Boolean).join(' · ')}</p>
      {words && <p>{words}</p>}
      {node?.explanation && <p>{node.explanation}</p>}
    </>
  );
}

const edgesOf = (graph: Topology, id: string, end: 'source' | 'target') => graph.edges.filter((edge) => edge[end] === id);

function MapLink({ id }: { id: string }) {
  return (
    <Link to="/map" search={(before) => ({ ...before, sel: id })} className="rounded-sm px-1 text-sm text-accent hover:underline">
      Show on the map
    </Link>
  );
}

function Neighbourhood({ graph, node, name }: { graph: Topology; node: TopologyNode | undefined; name: string }) {
  if (!node)
    return (
      <StateView state="empty" title={`${name} is not in the mesh at this time`}>
        No pod of it runs and nothing reported traffic with it. It may have been renamed or removed; an earlier time may show it.
      </StateView>
    );
  const callers = partners(graph, node.id, 'callers');
  return (
    <>
      <div className="grid items-start gap-(--gap) xl:grid-cols-2">
        <PartnerTable title="Callers" rows={callers} empty="Nobody calls it in this window." />
        <PartnerTable title="Callees" rows={partners(graph, node.id, 'callees')} empty="It calls nobody in this window." />
      </div>
      <div className="grid items-start gap-(--gap) xl:grid-cols-2">
        <ResponseTable title="How its answers ended" edges={callers.map(({ edge }) => edge)} />
        <div className="flex flex-col gap-(--gap)">
          <WorkloadFacts node={node} callers={callers} />
          <Panel title="Certificates">
            <WorkloadCertificates cluster={node.cluster} id={node.id} />
          </Panel>
          <Panel title="Unusual">
            <UnusualOf id={node.id} />
          </Panel>
          <Panel title="Policies">
            <WorkloadPolicies cluster={node.cluster} id={node.id} />
          </Panel>
        </div>
      </div>
    </>
  );
}
