/**
 * The audit trail in words: what happened, and whether the chain of hashes holds.
 * Invariant: a trail that was not checked to its end never reads as intact.
 */
import type { AuditPage, AuditRecord } from '@observatory/contracts';
import { counted } from '../../../lib/format.js';
import type { UrlValues } from '../../../lib/url-values.js';

const NOUNS: Record<string, string> = { session: 'Session', fault: 'Fault of the demo mesh', renewal: 'Renewal of a certificate' };

/** `fault.injected` as `Fault of the demo mesh injected`; what we have no word for stays as it is written. */
export function actionWords(action: string): string {
  const parts = action.split('.');
  const noun = parts.slice(0, -1).join(' ').replaceAll('-', ' ');
  const known = NOUNS[parts[0] ?? ''] ?? noun.charAt(0).toUpperCase() + noun.slice(1);
  return `${known} ${(parts.at(-1) ?? '').replaceAll('-', ' ')}`.trim();
}

/** What it was done to. */
export function targetWords({ kind, id, cluster, namespace, name }: AuditRecord['target']): string {
  const place = [cluster, namespace, name].filter((part) => part !== undefined && part !== '').join('/');
  if (place !== '') return `${kind} ${place}`;
  return id === kind || id === '' ? kind : `${kind} ${id}`;
}

export interface ChainWords {
  state: AuditPage['chain']['state'];
  sentence: string;
}

export function chainWords(chain: AuditPage['chain']): ChainWords {
  const { state, entries, firstBroken } = chain;
  if (state === 'broken')
    return {
      state,
      sentence: `The trail was tampered with: entry ${firstBroken ?? entries + 1} does not fit the one before it. The ${entries === 1 ? 'entry' : `${entries} entries`} before it ${entries === 1 ? 'is' : 'are'} as recorded.`,
    };
  if (state === 'unchecked')
    return {
      state,
      sentence: `The first ${counted(entries, 'entry', 'entries')} fit together; the rest is checked when this page is read again.`,
    };
  return entries === 0
    ? { state, sentence: 'Nothing is recorded yet, so there is nothing to check.' }
    : {
        state,
        sentence: `Every hash was computed anew: all ${counted(entries, 'entry', 'entries')} are as recorded, in order, with none left out.`,
      };
}

/** Local time as a form writes it, `2026-06-03T14:02`; what does not parse asks for nothing. */
function instant(text: string | undefined): string | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

export interface AuditFilter {
  actor: string | undefined;
  action: string | undefined;
  from: string | undefined;
  to: string | undefined;
}

/** `since` and `until`: `from` and `to` compare two times of the mesh, on every page. */
export function parseAuditFilter(values: UrlValues): AuditFilter {
  const [from, to] = [instant(values['since']), instant(values['until'])];
  const inOrder = from === undefined || to === undefined || from < to;
  return {
    actor: values['actor'] || undefined,
    action: values['action'] || undefined,
    from: inOrder ? from : to,
    to: inOrder ? to : from,
  };
}
