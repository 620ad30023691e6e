import type { AnomalyType } from '@observatory/contracts';
import { type ReactNode, useState } from 'react';
import { SelectField } from '../../components/fields.js';
import { ChoiceField, Dialog, ExpiryField, NoteField } from './dialog.js';
import { type Expiry, expiresAt } from './model/expiry.js';
import { ANOMALY_TYPES, TYPE_WORDS } from './model/words.js';
import { SubjectField, useSubjectNames } from './subject-field.js';
import { useSuppress } from './use-changes.js';

interface SuppressDialogProps {
  /** Id of a workload or an edge. */
  subject: string;
  label: string;
  open: boolean;
  onClose: () => void;
}

/** Nobody is told about a subject for a while; it is still judged and shown. */
export function SuppressDialog({ subject, label, open, onClose }: SuppressDialogProps) {
  return <SuppressForm title={`Tell nobody about ${label}`} subject={subject} open={open} onClose={onClose} />;
}

/** The same where the subject is chosen first. */
export function SuppressSomething({ open, onClose }: Pick<SuppressDialogProps, 'open' | 'onClose'>) {
  const names = useSubjectNames(false);
  const [name, setName] = useState('');
  return (
    <SuppressForm title="Tell nobody about a workload or an edge" subject={names.get(name)} open={open} onClose={onClose}>
      <SubjectField label="Whom" value={name} onChange={setName} placeholder="namespace/workload" />
    </SuppressForm>
  );
}

interface SuppressFormProps {
  title: string;
  /** Undefined while none is chosen. */
  subject: string | undefined;
  open: boolean;
  onClose: () => void;
  children?: ReactNode;
}

function SuppressForm({ title, subject, open, onClose, children }: SuppressFormProps) {
  const suppress = useSuppress();
  const [type, setType] = useState<AnomalyType | ''>('');
  const [reason, setReason] = useState('');
  const [expiry, setExpiry] = useState<Expiry>('1d');
  const done = () => {
    setReason('');
    onClose();
  };
  const submit = () => {
    if (subject === undefined) return;
    const body = { subject, ...(type === '' ? {} : { type }), reason: reason.trim(), expiresAt: expiresAt(expiry, Date.now()) };
    suppress.mutate(body, { onSuccess: done });
  };
  return (
    <Dialog
      title={title}
      open={open}
      onClose={onClose}
      action="Suppress"
      ready={subject !== undefined && reason.trim() !== ''}
      pending={suppress.isPending}
      error={suppress.error}
      onSubmit={submit}
    >
      <p className="text-pretty text-ink-2">
        It is still judged and shown. No alert is sent until the suppression ends or somebody ends it.
      </p>
      {children}
      <ChoiceField label="What about it">
        <SelectField
          label="What about it"
          value={type}
          options={[{ value: '', label: 'Whatever it is' }, ...ANOMALY_TYPES.map((each) => ({ value: each, label: TYPE_WORDS[each] }))]}
          onChange={setType}
          className="self-start"
        />
      </ChoiceField>
      <ExpiryField value={expiry} onChange={setExpiry} />
      <NoteField label="Why" value={reason} onChange={setReason} placeholder="A load test until the evening" />
    </Dialog>
  );
}
