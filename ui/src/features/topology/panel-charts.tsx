import type { TopologyEdge, TopologyNode, TrafficSeries } from '@observatory/contracts';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { QueryView } from '../../components/query-view.js';
import { Skeleton } from '../../components/state-view.js';
import { TimeSeriesChart } from '../../components/time-series-chart.js';
import { edgeSeriesQuery, workloadSeriesQuery, type SeriesArgs } from '../../lib/queries.js';
import { endOf, stepSec } from '../../lib/time.js';
import { useTime } from '../../lib/use-time.js';

const HEIGHT = 84;

function useSpan(): SeriesArgs {
  const { time, range } = useTime();
  if (range.kind === 'span') return { from: range.from, to: range.to };
  return { to: endOf(time), lastSec: range.seconds, stepSec: stepSec(range.seconds) };
}

export function NodeCharts({ node }: { node: TopologyNode }) {
  const query = useQuery(workloadSeriesQuery(node, useSpan()));
  const sends = node.in.requestsPerSecond === 0 && node.in.bytesPerSecond === 0 && node.out.requestsPerSecond > 0;
  return <Charts query={query} pick={(data) => (sends ? data.out : data.in)} tcp={node.in.requestsPerSecond === 0 && !sends} />;
}

export function EdgeCharts({ edge }: { edge: TopologyEdge; windowSec: number }) {
  const query = useQuery(edgeSeriesQuery(edge.id, useSpan()));
  return <Charts query={query} pick={(data) => data.traffic} tcp={edge.protocol === 'tcp'} />;
}

interface ChartsProps<Data> {
  query: UseQueryResult<Data, Error>;
  pick: (data: Data) => TrafficSeries;
  tcp: boolean;
}

/** Rate, errors, latency; for TCP bytes and connections, as it has no requests. */
function Charts<Data>({ query, pick, tcp }: ChartsProps<Data>) {
  return (
    <div className="mt-4 flex flex-col gap-3">
      <QueryView query={query} skeleton={<Skeleton label="Reading the charts" className="h-72" />}>
        {(data) => (tcp ? <TcpCharts traffic={pick(data)} /> : <RequestCharts traffic={pick(data)} />)}
      </QueryView>
    </div>
  );
}

function RequestCharts({ traffic }: { traffic: TrafficSeries }) {
  return (
    <>
      <TimeSeriesChart
        title="Requests"
        unit="requests"
        at={traffic.at}
        height={HEIGHT}
        series={[{ label: 'rate', values: traffic.requestsPerSecond, colour: 'rate', look: 'area' }]}
      />
      <TimeSeriesChart
        title="Errors"
        unit="ratio"
        at={traffic.at}
        height={HEIGHT}
        series={[
          { label: 'errors', values: traffic.errorRatio, colour: 'errors' },
          { label: '4xx', values: traffic.clientErrorRatio, colour: 'client-errors', look: 'faint' },
        ]}
      />
      <TimeSeriesChart
        title="Latency"
        unit="milliseconds"
        at={traffic.at}
        height={HEIGHT}
        series={[
          { label: 'p50', values: traffic.latencyMsP50, colour: 'latency' },
          { label: 'p95', values: traffic.latencyMsP95, colour: 'latency', look: 'faint' },
          { label: 'mean', values: traffic.latencyMsMean, colour: 'latency', look: 'dashed' },
        ]}
      />
    </>
  );
}

function TcpCharts({ traffic }: { traffic: TrafficSeries }) {
  return (
    <>
      <TimeSeriesChart
        title="Bytes"
        unit="bytes"
        at={traffic.at}
        height={HEIGHT}
        series={[
          { label: 'sent', values: traffic.sentBytesPerSecond, colour: 'bytes' },
          { label: 'received', values: traffic.receivedBytesPerSecond, colour: 'bytes', look: 'faint' },
        ]}
      />
      <TimeSeriesChart
        title="Connections"
        unit="connections"
        at={traffic.at}
        height={HEIGHT}
        series={[{ label: 'opened', values: traffic.connectionsPerSecond, colour: 'rate' }]}
      />
    </>
  );
}
