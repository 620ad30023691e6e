import { FlaskConical } from 'lucide-react';
import { useQuery } from '@tanstack/react-query';
import { Button } from '../../components/button.js';
import { Floating } from '../../components/floating.js';
import { QueryView } from '../../components/query-view.js';
import { counted } from '../../lib/format.js';
import { faultsQuery } from '../../lib/queries.js';
import { FaultForm } from './fault-form.js';
import { FaultList } from './fault-list.js';

/** Says in one quiet line that the mesh is simulated; behind it, what is broken on purpose. */
export function DemoPanel() {
  const faults = useQuery(faultsQuery(true));
  const count = faults.data?.faults.length ?? 0;
  return (
    <Floating
      label="Demo mesh"
      align="end"
      className="w-[min(26rem,calc(100vw-1rem))]"
      trigger={
        <Button look="plain" className="text-ink-3">
          <FlaskConical size={15} aria-hidden />
          <span className="max-lg:sr-only">Demo mesh{count > 0 && ` · ${counted(count, 'fault')}`}</span>
        </Button>
      }
    >
      <h2 className="text-base">Demo mesh</h2>
      <p className="mt-1 mb-3 text-sm text-ink-2">This mesh is simulated; everything else is real. Break something and see how it shows.</p>
      <QueryView query={faults}>{(list) => <FaultList faults={list.faults} />}</QueryView>
      <FaultForm />
    </Floating>
  );
}
