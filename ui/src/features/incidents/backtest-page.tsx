import type { BacktestRequest, DetectionConfig } from '@observatory/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { BlindSpots } from '../../components/blind-spots.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { ProblemView, Skeleton } from '../../components/state-view.js';
import { baselinesQuery } from '../../lib/anomaly-queries.js';
import { api } from '../../lib/api.js';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { useScope } from '../../lib/use-scope.js';
import { BacktestForm } from './backtest-form.js';
import { BacktestResult } from './backtest-result.js';
import { IncidentFrame } from './incident-frame.js';

/** What the current or a changed configuration would have raised over stored history. */
export function BacktestPage() {
  const { cluster } = useScope();
  const baselines = useQuery(baselinesQuery({ cluster }));
  return (
    <IncidentFrame
      title="Backtest"
      sentence="What a configuration would have raised over stored history, beside what was raised. Nothing is changed by it."
    >
      <BlindSpots baselines={baselines.data} />
      <QueryView query={baselines} skeleton={<Skeleton className="h-64" />} title="Configuration">
        {(reply) => <Bench config={reply.config} />}
      </QueryView>
    </IncidentFrame>
  );
}

const HOURS = { '1h': 1, '6h': 6, '24h': 24, '3d': 72, '7d': 168 };
export type BacktestSpan = keyof typeof HOURS;
const asSpan = (text: string | undefined) => (Object.keys(HOURS) as BacktestSpan[]).find((span) => span === text) ?? '24h';

function Bench({ config }: { config: DetectionConfig }) {
  const { cluster, namespaces } = useScope();
  const span = asSpan(useUrlValues()['over']);
  const setUrl = useSetUrl();
  const leaving = useRef<AbortController>(null);
  // Nobody reads the answer then, and the next one can run.
  useEffect(() => () => leaving.current?.abort(), []);
  const run = useMutation({
    mutationFn: (body: BacktestRequest) => {
      leaving.current = new AbortController();
      return api('/anomalies/backtest', 'backtestReply', { method: 'POST', body, signal: leaving.current.signal });
    },
  });
  const [began, setBegan] = useState<string>();
  const start = (changed: Partial<DetectionConfig>) => {
    const now = Date.now();
    const from = new Date(now - HOURS[span] * 3_600_000).toISOString();
    setBegan(from);
    const differs = Object.keys(changed).length > 0;
    run.mutate({ from, to: new Date(now).toISOString(), namespaces, ...(cluster ? { cluster } : {}), ...(differs ? { changed } : {}) });
  };
  return (
    <>
      <BacktestForm
        config={config}
        span={span}
        spans={Object.keys(HOURS) as BacktestSpan[]}
        onSpan={(over) => setUrl({ over: over === '24h' ? undefined : over }, { replace: true })}
        pending={run.isPending}
        onRun={start}
      />
      {run.isPending && (
        <Panel title="Replaying stored windows">
          <p className="mb-2 text-sm text-ink-3">
            It learns from what came before first; seven days take a minute or two. Live windows are scored meanwhile.
          </p>
          <Skeleton label="Replaying stored windows" className="h-40" />
        </Panel>
      )}
      {run.isError && (
        <Panel title="Not run">
          <ProblemView error={run.error} />
        </Panel>
      )}
      {run.data && !run.isPending && <BacktestResult key={began} reply={run.data} cluster={cluster} />}
    </>
  );
}
