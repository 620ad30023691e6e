import type { SignalSeriesReply } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { BellOff } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Button } from '../../components/button.js';
import { CopyName } from '../../components/copy-name.js';
import { BlindSpots } from '../../components/blind-spots.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { RangePicker } from '../../components/range-picker.js';
import { StaleBanner } from '../../components/source-freshness.js';
import { Skeleton } from '../../components/state-view.js';
import { baselinesQuery, scoresQuery, signalsQuery, subjectAnomaliesQuery } from '../../lib/anomaly-queries.js';
import { useUrlValues } from '../../lib/url-state.js';
import { useScope } from '../../lib/use-scope.js';
import { useSeriesArgs } from '../../lib/use-series-args.js';
import { AnomalyTable } from './anomaly-table.js';
import { IncidentFrame } from './incident-frame.js';
import { LearningPanel } from './learning-panel.js';
import { signalCharts, signalsSentence, stageSentence, subjectLabel, subjectSentence } from './model/signals.js';
import { ScoreTable } from './score-table.js';
import { SignalCharts } from './signal-charts.js';
import { SuppressDialog } from './suppress-dialog.js';

/** What is measured of a workload or an edge beside what was to be expected; without one, everything that is judged. */
export function SignalsPage() {
  const { of } = useUrlValues();
  return of === undefined || of === '' ? <Everything /> : <OneSubject key={of} subject={of} />;
}

function Everything() {
  const { cluster, namespaces } = useScope();
  const baselines = useQuery(baselinesQuery({ cluster }));
  const scores = useQuery(scoresQuery({ cluster, namespaces }));
  return (
    <IncidentFrame
      title="Signals"
      sentence="What is judged, how unusual it is now, and how much was learned of what is normal. Choose one to see its signals."
    >
      {baselines.data && <StaleBanner sources={baselines.data.sources} />}
      <BlindSpots baselines={baselines.data} />
      <QueryView query={baselines} skeleton={<Skeleton className="h-48" />} title="What was learned">
        {(reply) => <LearningPanel baselines={reply} />}
      </QueryView>
      <QueryView query={scores} skeleton={<Skeleton className="h-96" />} title="Scores now">
        {(reply) => <ScoreTable reply={reply} />}
      </QueryView>
    </IncidentFrame>
  );
}

function OneSubject({ subject }: { subject: string }) {
  const args = useSeriesArgs();
  const signals = useQuery(signalsQuery(subject, args));
  const anomalies = useQuery(subjectAnomaliesQuery(subject));
  const [suppressing, setSuppressing] = useState(false);
  const label = subjectLabel(subject);
  return (
    <IncidentFrame
      title={<CopyName text={label} />}
      sentence={
        signals.data ? <SubjectSentence reply={signals.data} /> : signals.isPending && <Skeleton className="h-10 w-96 max-w-full" />
      }
      actions={
        <div className="flex flex-wrap items-center gap-2">
          <PageLink reply={signals.data} />
          <Link
            to="/map"
            search={(before) => ({ ...before, of: undefined, sel: subject })}
            className="rounded-sm px-1 text-sm text-accent hover:underline"
          >
            Show on the map
          </Link>
          <Button onClick={() => setSuppressing(true)}>
            <BellOff size={14} aria-hidden /> Suppress …
          </Button>
          <RangePicker />
        </div>
      }
    >
      {signals.data && <StaleBanner sources={signals.data.sources} />}
      <Panel title="Signals" note="seen, and what was to be expected">
        <SignalCharts subject={subject} args={args} />
      </Panel>
      <QueryView query={anomalies} skeleton={<Skeleton className="h-40" />} title="What was unusual of it">
        {(reply) => (
          <AnomalyTable
            title="What was unusual of it"
            anomalies={reply.anomalies}
            empty="Nothing was raised about it, as far as is kept."
          />
        )}
      </QueryView>
      <SuppressDialog subject={subject} label={label} open={suppressing} onClose={() => setSuppressing(false)} />
    </IncidentFrame>
  );
}

function SubjectSentence({ reply }: { reply: SignalSeriesReply }) {
  const charts = useMemo(() => signalCharts(reply), [reply]);
  return (
    <>
      <p>{signalsSentence({ charts, threshold: reply.threshold })}</p>
      <p className="text-sm text-ink-3">
        {subjectSentence(reply.subject)} {stageSentence(reply)}
      </p>
    </>
  );
}

/** To the page of its traffic. */
function PageLink({ reply }: { reply: SignalSeriesReply | undefined }) {
  const look = 'rounded-sm px-1 text-sm text-accent hover:underline';
  if (!reply) return null;
  const { kind, id, cluster, namespace, name } = reply.subject;
  if (kind === 'edge')
    return (
      <Link to="/edges/$edgeId" params={{ edgeId: id }} className={look}>
        Its traffic
      </Link>
    );
  if (!id.startsWith('workload~') || namespace === '') return null;
  return (
    <Link to="/workloads/$cluster/$namespace/$name" params={{ cluster, namespace, name }} className={look}>
      Its traffic
    </Link>
  );
}
