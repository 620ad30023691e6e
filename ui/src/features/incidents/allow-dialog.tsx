import type { SecurityType } from '@observatory/contracts';
import { useState } from 'react';
import { SelectField } from '../../components/fields.js';
import { ChoiceField, Dialog, ExpiryField, NoteField } from './dialog.js';
import { type Expiry, expiresAt } from './model/expiry.js';
import { SECURITY_TYPES, TYPE_WORDS } from './model/words.js';
import { SubjectField, useSubjectNames } from './subject-field.js';
import { useAllow } from './use-changes.js';

/** A pattern that is expected between two workloads: a backup, a scanner of one's own. */
export function AllowDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const allow = useAllow();
  const names = useSubjectNames(true);
  const [type, setType] = useState<SecurityType>('scanning');
  const [source, setSource] = useState('');
  const [target, setTarget] = useState('');
  const [reason, setReason] = useState('');
  const [expiry, setExpiry] = useState<Expiry>('30d');
  const [from, to] = [names.get(source), names.get(target)];
  const ready = from !== undefined && (target === '' || to !== undefined) && reason.trim() !== '';
  const submit = () =>
    from !== undefined &&
    allow.mutate(
      { type, source: from, ...(to === undefined ? {} : { target: to }), reason: reason.trim(), expiresAt: expiresAt(expiry, Date.now()) },
      { onSuccess: onClose },
    );
  return (
    <Dialog
      title="Allow a pattern"
      open={open}
      onClose={onClose}
      action="Allow"
      ready={ready}
      pending={allow.isPending}
      error={allow.error}
      onSubmit={submit}
    >
      <p className="text-pretty text-ink-2">It is not looked for between these two until it ends. Everything else is.</p>
      <ChoiceField label="What kind">
        <SelectField
          label="What kind"
          value={type}
          options={SECURITY_TYPES.map((each) => ({ value: each as SecurityType, label: TYPE_WORDS[each] }))}
          onChange={setType}
          className="self-start"
        />
      </ChoiceField>
      <SubjectField label="From" value={source} onChange={setSource} workloadsOnly placeholder="namespace/workload" />
      <SubjectField label="To" value={target} onChange={setTarget} workloadsOnly placeholder="whatever it talks to" />
      <ExpiryField value={expiry} onChange={setExpiry} />
      <NoteField label="Why" value={reason} onChange={setReason} placeholder="The nightly backup reads every database" />
    </Dialog>
  );
}
