import type { CertificateTimeline } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Button } from '../../components/button.js';
import { CsvButton, DataTable } from '../../components/data-table.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { Segmented } from '../../components/segmented.js';
import { StaleBanner } from '../../components/source-freshness.js';
import { Skeleton } from '../../components/state-view.js';
import { certificateTimelineQuery } from '../../lib/certificate-queries.js';
import { absoluteTime } from '../../lib/format.js';
import { usePreferences } from '../../lib/preferences.js';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { useScope } from '../../lib/use-scope.js';
import { CERTIFICATE_COLUMNS } from './certificate-columns.js';
import { CertificateFrame } from './certificate-frame.js';
import {
  chosenBar,
  DEFAULT_DAYS,
  endsIn,
  parseDays,
  SPAN_PHRASES,
  SPAN_WORDS,
  SPANS,
  timelineBars,
  timelineSentence,
} from './model/timeline-view.js';
import { TimelineChart } from './timeline-chart.js';

const SPAN_OPTIONS = SPANS.map((days) => ({ value: String(days), label: SPAN_WORDS[days] }));

/** What ends when: what lives long by default, since leafs renew by themselves. */
export function CertificateTimelinePage() {
  const { cluster, namespaces } = useScope();
  const values = useUrlValues();
  const setUrl = useSetUrl();
  const days = parseDays(values);
  const leafs = values['leafs'] === 'on';
  const timeline = useQuery(certificateTimelineQuery({ cluster, namespaces, days, leafs: leafs || undefined }));
  return (
    <CertificateFrame
      title="Timeline"
      sentence={
        timeline.data ? (
          timelineSentence(timeline.data, SPAN_PHRASES[days])
        ) : timeline.isError ? undefined : (
          <Skeleton className="h-5 w-72" />
        )
      }
      actions={
        <div className="flex flex-wrap items-center gap-3">
          <label className="flex items-center gap-2 text-sm">
            <input
              type="checkbox"
              checked={leafs}
              onChange={() => setUrl({ leafs: leafs ? undefined : 'on', step: undefined })}
              className="size-4 accent-(--accent)"
            />
            With those of workloads
          </label>
          <Segmented
            label="How far ahead"
            value={String(days)}
            options={SPAN_OPTIONS}
            onChange={(next) => setUrl({ days: next === String(DEFAULT_DAYS) ? undefined : next, step: undefined })}
          />
        </div>
      }
    >
      {timeline.data && <StaleBanner sources={timeline.data.sources} />}
      <QueryView query={timeline} skeleton={<Skeleton className="h-96" />} title="Timeline">
        {(data) => <Timeline timeline={data} leafs={leafs} />}
      </QueryView>
    </CertificateFrame>
  );
}

function Timeline({ timeline, leafs }: { timeline: CertificateTimeline; leafs: boolean }) {
  const setUrl = useSetUrl();
  const values = useUrlValues();
  const zone = usePreferences((preferences) => preferences.zone);
  const bars = useMemo(() => timelineBars(timeline), [timeline]);
  const chosen = chosenBar(bars, values);
  const rows = chosen ? timeline.items.filter(({ notAfter }) => endsIn(chosen, notAfter)) : timeline.items;
  const quiet = bars.every(({ ends, renews }) => ends + renews === 0);
  return (
    <>
      <Panel
        title="What ends when"
        note={leafs ? 'with those of workloads, which renew by themselves' : 'without those of workloads'}
        flush
      >
        {quiet ? (
          <p className="px-4 py-6 text-center text-sm text-ink-3">
            Nothing that is seen ends or is renewed in this span{leafs ? '' : ', workloads aside'}.
          </p>
        ) : (
          <TimelineChart span={timeline} bars={bars} chosen={chosen} onChoose={(bar) => setUrl({ step: bar?.from })} />
        )}
      </Panel>
      {timeline.expired > 0 && (
        <p role="status" className="rounded-md bg-failing-soft px-3 py-2 text-sm text-failing-ink">
          {timeline.expired === 1 ? 'One certificate has' : `${timeline.expired} certificates have`} ended already and{' '}
          {timeline.expired === 1 ? 'is' : 'are'} in no bar:{' '}
          <Link to="/certificates/list" search={{ status: 'expired' }} className="underline">
            show
          </Link>
          .
        </p>
      )}
      <Panel
        title="In order"
        note={
          <span className="inline-flex flex-wrap items-center gap-x-2">
            <span>
              {rows.length}
              {timeline.itemsOmitted > 0 && ` of ${timeline.items.length + timeline.itemsOmitted}: the first to end`}
            </span>
            {chosen && (
              <>
                <span>
                  from {absoluteTime(chosen.from, zone)} to {absoluteTime(chosen.to, zone)}
                </span>
                <Button look="link" size="small" onClick={() => setUrl({ step: undefined })}>
                  Show all
                </Button>
              </>
            )}
          </span>
        }
        flush
        actions={<CsvButton fileName="certificates-that-end" rows={rows} columns={CERTIFICATE_COLUMNS} />}
      >
        <DataTable
          caption="Certificates in the order in which they end"
          rows={rows}
          columns={CERTIFICATE_COLUMNS}
          rowKey={({ id }) => id}
          initialOrder={{ id: 'remaining', direction: 'ascending' }}
          maxHeight={640}
          empty={chosen ? 'Nothing ends in the chosen bar: what it counts is renewed.' : 'Nothing that is seen ends in this span.'}
        />
      </Panel>
    </>
  );
}
