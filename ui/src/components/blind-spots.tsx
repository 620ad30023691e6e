import type { BaselineReply } from '@observatory/contracts';
import { EyeOff } from 'lucide-react';
import { blindSpots } from '../lib/watched.js';
import { Words } from './words.js';

/** Where nothing is judged, and why: an empty list must not read as an all-clear. */
export function BlindSpots({ baselines }: { baselines: BaselineReply | undefined }) {
  const lines = baselines === undefined ? [] : blindSpots(baselines);
  if (lines.length === 0) return null;
  return (
    <div role="status" className="flex items-start gap-2 rounded-md bg-degraded-soft px-3 py-2 text-sm text-degraded-ink">
      <EyeOff size={15} aria-hidden className="mt-0.5 shrink-0" />
      <ul>
        {lines.map((line) => (
          <li key={line}>
            <Words text={line} />.
          </li>
        ))}
      </ul>
    </div>
  );
}
