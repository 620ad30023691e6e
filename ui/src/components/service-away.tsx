import type { ServiceName } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { CloudOff } from 'lucide-react';
import { statusQuery } from '../lib/queries.js';
import { When } from './when.js';

/** For answers that carry no sources of their own: who does not answer, since when, and that what is shown may be old. */
export function ServiceAway({ service }: { service: ServiceName }) {
  const { data } = useQuery(statusQuery());
  const away = data?.services.find((each) => each.service === service && each.state === 'down');
  if (!away) return null;
  return (
    <div role="status" className="flex items-start gap-2 rounded-md bg-degraded-soft px-3 py-2 text-sm text-degraded-ink">
      <CloudOff size={15} aria-hidden className="mt-0.5 shrink-0" />
      <p>
        The {service} service went away <When at={away.since} />. What is shown is the last that was read, and nothing can be changed until
        it is back.
      </p>
    </div>
  );
}
