import type { DemoFault } from '@observatory/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from '../../components/button.js';
import { When } from '../../components/when.js';
import { apiCommand } from '../../lib/api.js';
import { FAULT_KINDS } from './fault-kinds.js';

export function FaultList({ faults }: { faults: readonly DemoFault[] }) {
  const queries = useQueryClient();
  const stop = useMutation({
    mutationFn: (id: string) => apiCommand(`/demo/faults/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['faults'] }),
  });
  if (faults.length === 0)
    return (
      <p className="rounded-md bg-inset/60 px-3 py-2 text-sm text-ink-2">
        No fault is injected: what looks ill belongs to an ordinary day of this mesh.
      </p>
    );
  return (
    <ul className="flex flex-col divide-y divide-line rounded-md border border-line">
      {faults.map((fault) => (
        <li key={fault.id} className="flex items-center gap-3 px-3 py-2 text-sm">
          <div className="min-w-0 flex-1">
            <p className="font-medium">
              {FAULT_KINDS[fault.kind].label} <span className="font-normal text-ink-3">{fault.target}</span>
            </p>
            <p className="text-ink-2">{fault.description}</p>
            <p className="text-ink-3">
              began <When at={fault.startedAt} />, ends <When at={fault.endsAt} />
            </p>
          </div>
          <Button onClick={() => stop.mutate(fault.id)} disabled={stop.isPending}>
            Stop
          </Button>
        </li>
      ))}
      {stop.isError && (
        <li role="alert" className="px-3 py-2 text-sm text-failing-ink">
          Could not stop it: {stop.error.message}
        </li>
      )}
    </ul>
  );
}
