import type { DecisionBody } from '@observatory/contracts';
import { useState } from 'react';
import { Dialog, ExpiryField, NoteField } from './dialog.js';
import { type Expiry, expiresAt } from './model/expiry.js';
import { useDecide } from './use-changes.js';

export type Deed = DecisionBody['state'];

const DEEDS: Record<Deed, { title: string; action: string; words: string }> = {
  acknowledged: {
    title: 'Acknowledge this incident',
    action: 'Acknowledge',
    words: 'Others see that somebody looks after it. It goes on being judged, and comes back if it grows worse.',
  },
  resolved: {
    title: 'Resolve this incident',
    action: 'Resolve',
    words: 'It is over as far as people are concerned. If the same is seen again, it comes back.',
  },
  suppressed: {
    title: 'Suppress this incident',
    action: 'Suppress',
    words: 'Nobody is told about it until the suppression ends. It is still judged and shown.',
  },
};

interface DecideDialogProps {
  incidentId: string;
  deed: Deed | undefined;
  onClose: () => void;
}

/** What somebody decides about an incident. Who, when and why are kept in its history and in the audit trail. */
export function DecideDialog({ incidentId, deed, onClose }: DecideDialogProps) {
  const decide = useDecide(incidentId);
  const [note, setNote] = useState('');
  const [expiry, setExpiry] = useState<Expiry>('1d');
  const { title, action, words } = DEEDS[deed ?? 'acknowledged'];
  const suppressing = deed === 'suppressed';
  const close = () => {
    decide.reset();
    setNote('');
    onClose();
  };
  const submit = () => {
    if (deed === undefined) return;
    const said = note.trim() === '' ? {} : { note: note.trim() };
    decide.mutate({ state: deed, ...said, ...(suppressing ? { expiresAt: expiresAt(expiry, Date.now()) } : {}) }, { onSuccess: close });
  };
  return (
    <Dialog
      title={title}
      open={deed !== undefined}
      onClose={close}
      action={action}
      ready={!suppressing || note.trim() !== ''}
      pending={decide.isPending}
      error={decide.error}
      onSubmit={submit}
    >
      <p className="text-pretty text-ink-2">{words}</p>
      {suppressing && <ExpiryField value={expiry} onChange={setExpiry} />}
      <NoteField label={suppressing ? 'Why' : 'Note, if you like'} value={note} onChange={setNote} />
    </Dialog>
  );
}
