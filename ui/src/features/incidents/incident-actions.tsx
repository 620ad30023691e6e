import type { FeedbackBody, IncidentDetail } from '@observatory/contracts';
import { BellOff, Check, CheckCheck, ThumbsDown, ThumbsUp } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.js';
import { DecideDialog, type Deed } from './decide-dialog.js';
import { useFeedback } from './use-changes.js';
import { goesOn } from '../../lib/scores.js';

/** What one can do about an incident, and whether it was worth knowing. */
export function IncidentActions({ incident }: { incident: IncidentDetail }) {
  const [deed, setDeed] = useState<Deed>();
  const open = goesOn(incident.state);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Feedback incidentId={incident.id} />
      {open && (
        <>
          {incident.state !== 'acknowledged' && (
            <Button look="solid" onClick={() => setDeed('acknowledged')}>
              <Check size={14} aria-hidden /> Acknowledge …
            </Button>
          )}
          <Button onClick={() => setDeed('resolved')}>
            <CheckCheck size={14} aria-hidden /> Resolve …
          </Button>
          {incident.state !== 'suppressed' && (
            <Button onClick={() => setDeed('suppressed')}>
              <BellOff size={14} aria-hidden /> Suppress …
            </Button>
          )}
        </>
      )}
      <DecideDialog incidentId={incident.id} deed={deed} onClose={() => setDeed(undefined)} />
    </div>
  );
}

const SAID: Record<FeedbackBody['verdict'], string> = {
  useful: 'Thank you: alerts like this stay as they are',
  useless: 'Thank you: alerts like this now need more',
};

function Feedback({ incidentId }: { incidentId: string }) {
  const feedback = useFeedback(incidentId);
  const verdict = feedback.isSuccess ? feedback.variables.verdict : undefined;
  const vote = (each: FeedbackBody['verdict']) => () => feedback.mutate({ verdict: each });
  return (
    <span role="group" aria-label="Was it worth knowing?" className="inline-flex items-center gap-1 text-sm text-ink-3">
      <span role="status" className={feedback.isError ? 'text-failing-ink' : ''}>
        {feedback.isError ? `Not kept: ${feedback.error.message}` : verdict === undefined ? 'Worth knowing?' : SAID[verdict]}
      </span>
      <Button look="plain" aria-pressed={verdict === 'useful'} disabled={feedback.isPending} onClick={vote('useful')} title="Useful">
        <ThumbsUp size={14} aria-hidden /> <span className="sr-only">Useful</span>
      </Button>
      <Button look="plain" aria-pressed={verdict === 'useless'} disabled={feedback.isPending} onClick={vote('useless')} title="Useless">
        <ThumbsDown size={14} aria-hidden /> <span className="sr-only">Useless</span>
      </Button>
    </span>
  );
}
