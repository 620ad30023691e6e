import type { TrafficSeries } from '@observatory/contracts';
import { Panel } from '../../components/panel.js';
import { Skeleton } from '../../components/state-view.js';
import { TimeSeriesChart } from '../../components/time-series-chart.js';
import { useTime } from '../../lib/use-time.js';
import { hasTraffic, trafficCharts } from './model/charts.js';

interface TrafficChartsProps {
  title: string;
  note?: string;
  traffic: TrafficSeries;
  /** What it means that there is nothing to draw. */
  empty: string;
}

/** Rate, errors, latency, bytes of one direction, side by side under one crosshair. */
export function TrafficCharts({ title, note, traffic, empty }: TrafficChartsProps) {
  const { setRange } = useTime();
  const zoom = (from: Date, to: Date) => setRange({ from: from.toISOString(), to: to.toISOString() });
  return (
    <Panel title={title} note={note}>
      {hasTraffic(traffic) ? (
        <div className="grid gap-x-8 gap-y-5 pt-1 lg:grid-cols-2 2xl:grid-cols-4">
          {trafficCharts(traffic).map((chart) => (
            <TimeSeriesChart key={chart.title} {...chart} at={traffic.at} onZoom={zoom} />
          ))}
        </div>
      ) : (
        <p className="py-6 text-center text-sm text-ink-3">{empty}</p>
      )}
    </Panel>
  );
}

export function ChartsSkeleton() {
  return ['a', 'b', 'c', 'd'].map((key) => <Skeleton key={key} className="h-[172px]" />);
}

export function ChartPanelSkeleton({ title }: { title: string }) {
  return (
    <Panel title={title}>
      <div className="grid gap-x-8 gap-y-5 pt-1 lg:grid-cols-2 2xl:grid-cols-4">
        <ChartsSkeleton />
      </div>
    </Panel>
  );
}
