import type { DemoFaultKind, DemoFaultRequest } from '@observatory/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { Button } from '../../components/button.js';
import { api } from '../../lib/api.js';
import { FAULT_KINDS } from './fault-kinds.js';

const FIELD = 'h-(--control) min-w-0 rounded-md border border-line-strong bg-bg px-2 text-sm placeholder:text-ink-3';
const DURATIONS = [
  [120, '2 min'],
  [600, '10 min'],
  [3600, '1 h'],
] as const;

export function FaultForm() {
  const queries = useQueryClient();
  const id = useId();
  const [kind, setKind] = useState<DemoFaultKind>('errors');
  const [target, setTarget] = useState('');
  const [durationSec, setDurationSec] = useState(600);
  const inject = useMutation({
    mutationFn: (fault: DemoFaultRequest) => api('/demo/faults', 'demoFault', { method: 'POST', body: fault }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['faults'] }),
  });
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    inject.mutate({ kind, durationSec, ...(target.trim() === '' ? {} : { target: target.trim() }) });
  };
  return (
    <form onSubmit={submit} className="mt-3 grid grid-cols-[auto_1fr] items-center gap-x-3 gap-y-2 text-sm">
      <label htmlFor={`${id}-kind`} className="text-ink-3">
        Break
      </label>
      <select id={`${id}-kind`} value={kind} onChange={(event) => setKind(event.target.value as DemoFaultKind)} className={FIELD}>
        {Object.entries(FAULT_KINDS).map(([value, { label }]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <p className="col-start-2 -mt-1 text-ink-3">{FAULT_KINDS[kind].effect}</p>
      <label htmlFor={`${id}-target`} className="text-ink-3">
        Where
      </label>
      <input
        id={`${id}-target`}
        value={target}
        onChange={(event) => setTarget(event.target.value)}
        placeholder="namespace/workload; empty: a telling place"
        className={FIELD}
      />
      <label htmlFor={`${id}-duration`} className="text-ink-3">
        For
      </label>
      <div className="flex gap-2">
        <select
          id={`${id}-duration`}
          value={durationSec}
          onChange={(event) => setDurationSec(Number(event.target.value))}
          className={`${FIELD} flex-1`}
        >
          {DURATIONS.map(([seconds, label]) => (
            <option key={seconds} value={seconds}>
              {label}
            </option>
          ))}
        </select>
        <Button type="submit" look="solid" disabled={inject.isPending}>
          Inject
        </Button>
      </div>
      {inject.isError && (
        <p role="alert" className="col-span-2 text-failing-ink">
          Not injected: {inject.error.message}
        </p>
      )}
    </form>
  );
}
