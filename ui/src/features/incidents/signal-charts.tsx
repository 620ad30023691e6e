import type { SignalSeriesReply } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ChartSpan } from '../../components/chart-model.js';
import { QueryView } from '../../components/query-view.js';
import { Skeleton } from '../../components/state-view.js';
import { TimeSeriesChart } from '../../components/time-series-chart.js';
import { signalsQuery } from '../../lib/anomaly-queries.js';
import type { SeriesArgs } from '../../lib/queries.js';
import { useTime } from '../../lib/use-time.js';
import { signalCharts } from './model/signals.js';

interface SignalChartsProps {
  subject: string;
  args: SeriesArgs;
  /** Moments worth a line across every chart. */
  marks?: readonly ChartSpan[];
}

/** Every signal of a subject with what was to be expected; windows that were unusual stand out. */
export function SignalCharts({ subject, args, marks = [] }: SignalChartsProps) {
  const query = useQuery(signalsQuery(subject, args));
  return (
    <QueryView query={query} skeleton={<ChartSkeletons />}>
      {(reply) => <Drawn reply={reply} marks={marks} />}
    </QueryView>
  );
}

function Drawn({ reply, marks }: { reply: SignalSeriesReply; marks: readonly ChartSpan[] }) {
  const { setRange } = useTime();
  const charts = useMemo(() => signalCharts(reply).map((chart) => ({ ...chart, spans: [...chart.spans, ...marks] })), [reply, marks]);
  if (charts.length === 0) return <p className="py-6 text-center text-sm text-ink-3">Nothing was measured of it in this span of time.</p>;
  return (
    <div className="grid gap-x-8 gap-y-5 pt-1 lg:grid-cols-2 2xl:grid-cols-3">
      {charts.map(({ key, title, unit, series, spans }) => (
        <TimeSeriesChart
          key={key}
          title={title}
          unit={unit}
          at={reply.at}
          series={series}
          spans={spans}
          onZoom={(from, to) => setRange({ from: from.toISOString(), to: to.toISOString() })}
        />
      ))}
    </div>
  );
}

function ChartSkeletons() {
  return (
    <div className="grid gap-x-8 gap-y-5 pt-1 lg:grid-cols-2 2xl:grid-cols-3">
      {['a', 'b', 'c'].map((key) => (
        <Skeleton key={key} className="h-[172px]" />
      ))}
    </div>
  );
}
