import type { IncidentTimelineReply } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { classes } from '../../components/classes.js';
import { BlindSpots } from '../../components/blind-spots.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { RangePicker } from '../../components/range-picker.js';
import { StaleBanner } from '../../components/source-freshness.js';
import { Skeleton } from '../../components/state-view.js';
import { TimeSeriesChart } from '../../components/time-series-chart.js';
import { Severity } from '../../components/marks.js';
import { Words } from '../../components/words.js';
import { baselinesQuery, timelineQuery } from '../../lib/anomaly-queries.js';
import { absoluteTime, clockTime, counted } from '../../lib/format.js';
import { usePreferences } from '../../lib/preferences.js';
import { useScope } from '../../lib/use-scope.js';
import { useSeriesArgs } from '../../lib/use-series-args.js';
import { useTime } from '../../lib/use-time.js';
import { emptyWords } from '../../lib/watched.js';
import { goesOn } from '../../lib/scores.js';
import { IncidentFrame } from './incident-frame.js';
import { axisTicks, openSeries, type TimelineBar, timelineBars } from './model/timeline.js';
import { STATE_WORDS } from './model/words.js';

/** When was something unusual, and what fell together? */
export function TimelinePage() {
  const { cluster } = useScope();
  const timeline = useQuery(timelineQuery({ ...useSeriesArgs(), cluster }));
  const baselines = useQuery(baselinesQuery({ cluster }));
  return (
    <IncidentFrame title="Timeline" sentence="When something was unusual, and what fell together." actions={<RangePicker />}>
      {timeline.data && <StaleBanner sources={timeline.data.sources} />}
      <BlindSpots baselines={baselines.data} />
      <QueryView query={timeline} skeleton={<Skeleton className="h-96" />} title="Timeline">
        {(reply) =>
          reply.incidents.length === 0 ? (
            <Panel title="No incident in this span of time">
              <p className="text-sm text-ink-2">{emptyWords(baselines.data)} A longer span, or an earlier one, may have some.</p>
            </Panel>
          ) : (
            <>
              <OpenChart reply={reply} />
              <Bars reply={reply} />
            </>
          )
        }
      </QueryView>
    </IncidentFrame>
  );
}

function OpenChart({ reply }: { reply: IncidentTimelineReply }) {
  const { setRange } = useTime();
  const { namespaces } = useScope();
  const series = useMemo(() => openSeries(reply.open), [reply]);
  return (
    <Panel title="Open at once" note={namespaces.length > 0 ? 'of all namespaces' : undefined}>
      <TimeSeriesChart
        title="Incidents"
        unit="count"
        at={reply.at}
        series={series}
        height={130}
        onZoom={(from, to) => setRange({ from: from.toISOString(), to: to.toISOString() })}
      />
    </Panel>
  );
}

const TICKS = 6;
const FILLS = { critical: 'bg-failing', warning: 'bg-degraded', info: 'bg-healthy' };

function Bars({ reply }: { reply: IncidentTimelineReply }) {
  const zone = usePreferences((preferences) => preferences.zone);
  const { namespaces } = useScope();
  const { bars, omitted } = timelineBars(reply, namespaces);
  return (
    <Panel title="Incidents" note={counted(bars.length + omitted, 'incident')} flush>
      <ol className="text-sm">
        {bars.map((bar) => (
          <BarRow key={bar.incident.id} bar={bar} />
        ))}
      </ol>
      <div
        aria-hidden
        className="mx-4 grid grid-cols-[minmax(0,1fr)] border-t border-line pt-1 md:grid-cols-[minmax(0,20rem)_minmax(0,1fr)]"
      >
        <span className="max-md:hidden" />
        <div className="relative h-5 text-xs text-ink-3">
          {axisTicks(reply, TICKS, zone === 'utc' ? 0 : -new Date(reply.to).getTimezoneOffset()).map(({ at, left }) => (
            <span key={at} className="figures absolute -translate-x-1/2" style={{ left: `${left}%` }} title={absoluteTime(at, zone)}>
              {clockTime(at, zone, Date.parse(reply.to))}
            </span>
          ))}
        </div>
      </div>
      {omitted > 0 && <p className="px-4 pt-1 text-sm text-ink-3">and {omitted} that began earlier: choose a shorter span to see them</p>}
    </Panel>
  );
}

function BarRow({ bar: { incident, left, width, before, after } }: { bar: TimelineBar }) {
  const zone = usePreferences((preferences) => preferences.zone);
  const over = !goesOn(incident.state);
  const ends = incident.closedAt === undefined ? STATE_WORDS[incident.state].toLowerCase() : `to ${absoluteTime(incident.closedAt, zone)}`;
  const words = `${absoluteTime(incident.startedAt, zone)} ${ends}`;
  return (
    <li>
      <Link
        to="/incidents/$id"
        params={{ id: incident.id }}
        title={words}
        className="mx-1 grid min-h-9 grid-cols-[minmax(0,1fr)] items-center gap-x-2 rounded-md px-3 py-1 hover:bg-inset/60 md:grid-cols-[minmax(0,20rem)_minmax(0,1fr)]"
      >
        <span className="flex min-w-0 items-center gap-2">
          <Severity of={incident.severity} over={over} />
          <span className="truncate">
            <Words text={incident.title} />
          </span>
          <span className="sr-only">{words}</span>
        </span>
        <span className="relative h-3.5 rounded-sm bg-inset/60">
          <span
            className={classes(
              'absolute inset-y-0 min-w-1.5',
              FILLS[incident.severity],
              incident.state === 'suppressed' && 'opacity-40',
              !before && 'rounded-l-sm',
              !after && 'rounded-r-sm',
            )}
            style={{ left: `${left}%`, width: `${width}%` }}
          />
        </span>
      </Link>
    </li>
  );
}
