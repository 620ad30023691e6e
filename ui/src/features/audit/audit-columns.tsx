import type { AuditRecord } from '@observatory/contracts';
import { CopyName } from '../../components/copy-name.js';
import type { DataColumn } from '../../components/data-table.js';
import { When } from '../../components/when.js';
import { actionWords, targetWords } from './model/audit-view.js';

const KINDS = { person: 'person', token: 'token', service: 'part of the suite' };
const OUTCOMES: Record<AuditRecord['outcome'], { words: string; look: string }> = {
  requested: { words: 'requested', look: 'text-ink-2' },
  done: { words: 'done', look: 'text-ink-2' },
  failed: { words: 'failed', look: 'font-medium text-failing-ink' },
  refused: { words: 'refused', look: 'font-medium text-degraded-ink' },
};
const HASH_SHOWN = 10;

export const AUDIT_COLUMNS: DataColumn<AuditRecord>[] = [
  { id: 'seq', header: 'No.', align: 'right', value: ({ seq }) => seq, cell: ({ seq }) => <span className="text-ink-3">{seq}</span> },
  { id: 'at', header: 'When', value: ({ at }) => at, cell: ({ at }) => <When at={at} className="whitespace-nowrap" /> },
  {
    id: 'actor',
    header: 'Who',
    value: ({ actor }) => actor.name,
    cell: ({ actor }) => (
      <span>
        <span className="font-medium">{actor.name}</span> <span className="text-ink-3 @max-md:hidden">{KINDS[actor.kind]}</span>
      </span>
    ),
  },
  {
    id: 'action',
    header: 'What',
    value: ({ action }) => action,
    cell: ({ action, target, detail }) => (
      <div className="min-w-40 py-1" title={action}>
        {actionWords(action)}
        {targetWords(target) !== action.split('.')[0] && <span className="text-ink-3"> · {targetWords(target)}</span>}
        {detail !== undefined && <p className="text-pretty text-ink-2">{detail}</p>}
      </div>
    ),
  },
  {
    id: 'outcome',
    header: 'Outcome',
    value: ({ outcome }) => outcome,
    cell: ({ outcome }) => <span className={OUTCOMES[outcome].look}>{OUTCOMES[outcome].words}</span>,
  },
  {
    id: 'hash',
    header: 'Hash',
    value: ({ hash }) => hash,
    cell: ({ hash }) => (
      <CopyName text={hash} className="font-mono text-xs text-ink-3">
        {hash.slice(0, HASH_SHOWN)}
      </CopyName>
    ),
    wideOnly: true,
  },
];
