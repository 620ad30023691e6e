import type { LayerDecision, PolicyDecision, PolicySimulateReply } from '@observatory/contracts';
import type { UseQueryResult } from '@tanstack/react-query';
import { classes } from '../../components/classes.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { Skeleton } from '../../components/state-view.js';
import { Words } from '../../components/words.js';
import { asSentence } from '../../lib/format.js';
import { Decision } from './marks.js';
import { FACT_WORDS } from './model/request-form.js';
import { DecidedBy } from './policy-link.js';

const LAYERS: Record<LayerDecision['layer'], { name: string; question: string }> = {
  networkPolicy: { name: 'NetworkPolicy', question: 'Does the network let the connection through?' },
  peerAuthentication: { name: 'PeerAuthentication', question: 'Is the connection taken: mutual TLS or plain text?' },
  requestAuthentication: { name: 'RequestAuthentication', question: 'Is the token, if there is one, valid?' },
  authorizationPolicy: { name: 'AuthorizationPolicy', question: 'May this caller do this?' },
  linkerd: { name: 'Linkerd', question: 'Does a policy of Linkerd allow it?' },
};

const BEFORE = { ALLOW: 'allowed', DENY: 'denied', INDETERMINATE: 'not decidable' };
const BOXES = {
  ALLOW: 'border-line-mid bg-inset/60',
  DENY: 'border-failing bg-failing-soft',
  INDETERMINATE: 'border-unknown bg-inset/60',
};

interface DecisionPanelProps {
  query: UseQueryResult<PolicySimulateReply, Error>;
  cluster: string;
  /** What becomes of it under what is applied; undefined where that is what is asked, or not known. */
  before: PolicyDecision | undefined;
  /** What is shown is of before: the answer to the newest question is on its way. */
  pending: boolean;
}

/** What becomes of the request: all layers together, then each apart, for each says something else to whoever must fix it. */
export function DecisionPanel({ query, cluster, before, pending }: DecisionPanelProps) {
  return (
    <Panel title="Decision" note={pending ? 'deciding …' : undefined}>
      <QueryView query={query} skeleton={<Skeleton className="h-44" />}>
        {({ results }) => {
          const [result] = results;
          if (!result) return <p className="text-ink-3">No decision came back.</p>;
          return (
            <div aria-live="polite" aria-busy={pending} className={pending ? 'opacity-60' : undefined}>
              <div data-decision={result.decision} className={classes('rounded-md border px-3 py-2', BOXES[result.decision])}>
                <span className="flex flex-wrap items-baseline gap-x-3">
                  <Decision of={result.decision} size={18} className="text-lg font-semibold" />
                  {before !== undefined && (
                    <span className="text-sm text-ink-2">{before === result.decision ? 'as now' : `now: ${BEFORE[before]}`}</span>
                  )}
                </span>
                <p className="mt-0.5 text-pretty">
                  <Words text={asSentence(result.reason)} />
                </p>
                <p className="mt-0.5 text-sm text-ink-2">
                  Decided by <DecidedBy cluster={cluster} by={result.decidedBy} />
                </p>
                <Missing facts={result.missing} />
              </div>
              {result.layers && (
                <ul aria-label="Layer by layer" className="mt-3 divide-y divide-line text-sm">
                  {result.layers.map((layer) => (
                    <Layer key={layer.layer} layer={layer} cluster={cluster} />
                  ))}
                </ul>
              )}
              <NotAsked layers={result.layers ?? []} />
            </div>
          );
        }}
      </QueryView>
    </Panel>
  );
}

function Layer({ layer: { layer, decision, decidedBy, reason, missing }, cluster }: { layer: LayerDecision; cluster: string }) {
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 py-2" data-layer={layer} data-decision={decision}>
      <span className="w-44 shrink-0">
        <span className="block font-medium">{LAYERS[layer].name}</span>
        <Decision of={decision} />
      </span>
      <span className="min-w-0 flex-1 basis-60 text-pretty">
        <span className="block text-ink-3">{LAYERS[layer].question}</span>
        <Words text={asSentence(reason)} />
        <span className="block text-ink-2">
          Decided by <DecidedBy cluster={cluster} by={decidedBy} />
        </span>
        <Missing facts={missing} />
      </span>
    </li>
  );
}

function Missing({ facts }: { facts: readonly string[] | undefined }) {
  if (!facts || facts.length === 0) return null;
  return (
    <p className="text-sm text-ink-2">It hangs on: {facts.map((fact) => FACT_WORDS[fact] ?? fact).join(', ')}. Say what it is above.</p>
  );
}

/** A layer without a policy is not passed in silence. */
function NotAsked({ layers }: { layers: readonly LayerDecision[] }) {
  const silent = (['networkPolicy', 'requestAuthentication'] as const).filter((name) => !layers.some(({ layer }) => layer === name));
  if (silent.length === 0) return null;
  return (
    <p className="mt-1 text-sm text-ink-3">
      {silent.map((name) => LAYERS[name].name).join(' and ')} {silent.length === 1 ? 'does' : 'do'} not come into it: no such policy selects
      the workload.
    </p>
  );
}
