import { useQuery } from '@tanstack/react-query';
import { useId, useMemo } from 'react';
import { FIELD } from '../../components/fields.js';
import { scoresQuery } from '../../lib/anomaly-queries.js';
import { scoreRows } from './model/signals.js';

interface SubjectFieldProps {
  label: string;
  /** As people say it: `shop/cart`. */
  value: string;
  onChange: (label: string) => void;
  workloadsOnly?: boolean;
  placeholder?: string;
}

const OFFERED_MAX = 400;

/** Names that are judged now, to choose from by typing. */
export function useSubjectNames(workloadsOnly: boolean): ReadonlyMap<string, string> {
  const scores = useQuery(scoresQuery());
  return useMemo(() => {
    const rows = scores.data ? scoreRows(scores.data) : [];
    return new Map(rows.filter(({ kind }) => !workloadsOnly || kind === 'workload').map(({ id, label }) => [label, id]));
  }, [scores.data, workloadsOnly]);
}

export function SubjectField({ label, value, onChange, workloadsOnly = false, placeholder }: SubjectFieldProps) {
  const id = useId();
  const names = useSubjectNames(workloadsOnly);
  const offered = useMemo(
    () =>
      [...names.keys()]
        .filter((name) => name.toLowerCase().includes(value.toLowerCase()))
        .toSorted()
        .slice(0, OFFERED_MAX),
    [names, value],
  );
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-ink-3">
        {label}
      </label>
      <input
        id={id}
        list={`${id}-names`}
        value={value}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
        className={FIELD}
      />
      <datalist id={`${id}-names`}>
        {offered.map((name) => (
          <option key={name} value={name} label={name} aria-label={name} />
        ))}
      </datalist>
      {value !== '' && !names.has(value) && <p className="text-ink-3">Nothing of this name is judged now: choose one of the list.</p>}
    </div>
  );
}
