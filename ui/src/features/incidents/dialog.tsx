import { type ReactNode, useId } from 'react';
import { Button } from '../../components/button.js';
import { FIELD, SelectField } from '../../components/fields.js';
import { Modal } from '../../components/floating.js';
import { ProblemLine } from '../../components/problem-line.js';
import { EXPIRIES, type Expiry } from './model/expiry.js';

interface DialogProps {
  title: string;
  open: boolean;
  onClose: () => void;
  /** What the button that does it says. */
  action: string;
  ready: boolean;
  pending: boolean;
  error: Error | null;
  onSubmit: () => void;
  children: ReactNode;
}

/** A small form over the page. Escape, the backdrop and Cancel let all be as it was. */
export function Dialog({ title, open, onClose, action, ready, pending, error, onSubmit, children }: DialogProps) {
  return (
    <Modal open={open} onClose={onClose} label={title} className="m-auto w-[min(34rem,calc(100vw-2rem))]">
      <form
        method="dialog"
        className="flex flex-col gap-3 p-4 text-sm"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !pending) onSubmit();
        }}
      >
        <h2 className="text-base text-pretty">{title}</h2>
        {children}
        {error && (
          <p>
            <ProblemLine what="Not done" error={error} />
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="solid" disabled={!ready || pending}>
            {pending ? 'Sending …' : action}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

interface NoteFieldProps {
  label: string;
  value: string;
  onChange: (text: string) => void;
  placeholder?: string;
}

const NOTE_MAX = 1000;

export function NoteField({ label, value, onChange, placeholder }: NoteFieldProps) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-ink-3">
        {label}
      </label>
      <textarea
        id={id}
        value={value}
        rows={3}
        maxLength={NOTE_MAX}
        placeholder={placeholder}
        onChange={(event) => onChange(event.target.value)}
        className={`${FIELD} h-auto py-1.5`}
      />
    </div>
  );
}

/** A select names itself to screen readers; this is its name for everybody else. */
export function ChoiceField({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1">
      <span aria-hidden className="text-ink-3">
        {label}
      </span>
      {children}
    </div>
  );
}

export function ExpiryField({ value, onChange }: { value: Expiry; onChange: (expiry: Expiry) => void }) {
  return (
    <ChoiceField label="Until when">
      <SelectField label="Until when" value={value} options={EXPIRIES} onChange={onChange} className="self-start" />
    </ChoiceField>
  );
}
