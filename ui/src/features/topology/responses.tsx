import type { TopologyEdge } from '@observatory/contracts';
import { percent, requestRate } from '../../lib/format.js';
import { responseRows } from '../../lib/responses.js';

/** How requests ended, by code and flag, with what the flags mean. */
export function Responses({ edges }: { edges: readonly TopologyEdge[] }) {
  const rows = responseRows(edges);
  if (rows.length === 0) return null;
  return (
    <section className="mt-4">
      <h3 className="text-sm">Responses</h3>
      <table className="mt-1 w-full text-sm">
        <tbody>
          {rows.map(({ key, name, flags, outcome, requestsPerSecond, share }) => (
            <tr key={key} className="align-top">
              <td className="py-0.5 pr-2">
                <span className={outcome === 'error' ? 'font-medium text-failing-ink' : undefined}>{name}</span>
                {flags.map(({ flag, words }) => (
                  <span key={flag} className="block text-ink-2">
                    <code className="font-mono text-xs">{flag}</code> {words ?? 'a flag that this version does not know'}
                  </span>
                ))}
              </td>
              <td className="figures py-0.5 pr-3 text-right text-ink-2">{percent(share)}</td>
              <td className="figures py-0.5 text-right text-ink-2">{requestRate(requestsPerSecond)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
