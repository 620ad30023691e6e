import type { OverviewReply, TrafficSeries } from '@observatory/contracts';
import { Skeleton } from '../../components/state-view.js';
import { Sparkline } from '../../components/sparkline.js';
import { byteRate, milliseconds, percent, quantity, requestRate, type Unit } from '../../lib/format.js';
import { newest } from '../../components/chart-model.js';

interface Signal {
  title: string;
  unit: Unit;
  value: number | null;
  note: string;
  series: readonly (number | null)[];
  colour: string;
}

const plus = (a: readonly (number | null)[], b: readonly (number | null)[]) =>
  a.map((value, index) => (value === null ? null : value + (b[index] ?? 0)));

/** `now` is the last five minutes where one looks live; at a past time the newest step stands in. */
function signals(traffic: TrafficSeries, now: OverviewReply['now'] | undefined): Signal[] {
  const pick = (live: number | null | undefined, series: readonly (number | null)[]) => (now ? (live ?? null) : newest(series));
  const bytes = plus(traffic.sentBytesPerSecond, traffic.receivedBytesPerSecond);
  const p95 = pick(now?.latencyMsP95, traffic.latencyMsP95);
  const median = pick(now?.latencyMsP50, traffic.latencyMsP50);
  const p99 = pick(now?.latencyMsP99, traffic.latencyMsP99);
  const known = traffic.requestsPerSecond.filter((value) => value !== null);
  const peak = known.length > 0 ? `peak ${requestRate(Math.max(...known))}` : 'no traffic known';
  return [
    {
      title: 'Requests',
      unit: 'requests',
      value: pick(now?.requestsPerSecond, traffic.requestsPerSecond),
      note: peak,
      series: traffic.requestsPerSecond,
      colour: 'rate',
    },
    {
      title: 'Errors',
      unit: 'ratio',
      value: pick(now?.errorRatio, traffic.errorRatio),
      note: `client errors ${percent(newest(traffic.clientErrorRatio))}`,
      series: traffic.errorRatio,
      colour: 'errors',
    },
    {
      title: 'Latency p95',
      unit: 'milliseconds',
      value: p95,
      note: `p50 ${milliseconds(median)}, p99 ${milliseconds(p99)}`,
      series: traffic.latencyMsP95,
      colour: 'latency',
    },
    {
      title: 'Throughput',
      unit: 'bytes',
      value: pick(now?.bytesPerSecond, bytes),
      note: `sent ${byteRate(newest(traffic.sentBytesPerSecond))}`,
      series: bytes,
      colour: 'bytes',
    },
    {
      title: 'Encrypted',
      unit: 'ratio',
      value: pick(now?.mtlsRatio, traffic.mtlsRatio),
      note: 'mutual TLS, as receivers report',
      series: traffic.mtlsRatio,
      colour: 'encrypted',
    },
  ];
}

const GRID =
  'grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line md:grid-cols-3 lg:grid-cols-5 *:last:max-lg:col-span-2';

export function GoldenSignals({ traffic, now }: { traffic: TrafficSeries; now: OverviewReply['now'] | undefined }) {
  return (
    <dl className={GRID} aria-label="Golden signals">
      {signals(traffic, now).map((signal) => (
        <SignalTile key={signal.title} signal={signal} />
      ))}
    </dl>
  );
}

function SignalTile({ signal }: { signal: Signal }) {
  const { figure, unit } = quantity(signal.value, signal.unit);
  return (
    <div className="flex min-w-0 flex-col bg-surface px-4 pt-3 pb-3">
      <dt className="text-sm text-ink-3">{signal.title}</dt>
      <dd className="mt-0.5">
        <span className="figures text-2xl font-semibold tracking-tight">{figure}</span>
        <span className="ml-1 text-ink-2">{unit}</span>
        <Sparkline
          className="mt-2"
          fluid
          height={32}
          width={200}
          values={signal.series}
          colour={signal.colour}
          label={`${signal.title} over the last hour`}
        />
        <span className="figures mt-1.5 block truncate text-sm text-ink-3">{signal.note}</span>
      </dd>
    </div>
  );
}

export function GoldenSkeleton() {
  return (
    <div className={GRID}>
      {['a', 'b', 'c', 'd', 'e'].map((key) => (
        <div key={key} className="bg-surface px-4 py-3">
          <Skeleton className="h-4 w-20" />
          <Skeleton className="mt-2 h-7 w-24" />
          <Skeleton className="mt-3 h-8" />
          <Skeleton className="mt-2 h-4 w-28" />
        </div>
      ))}
    </div>
  );
}
