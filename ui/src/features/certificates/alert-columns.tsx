import type { CertificateAlert } from '@observatory/contracts';
import type { DataColumn } from '../../components/data-table.js';
import { Severity } from '../../components/marks.js';
import { When } from '../../components/when.js';
import { asSentence } from '../../lib/format.js';
import { CertificateLink } from './certificate-link.js';
import { toldWords } from './model/alert-view.js';
import { RULE_WORDS } from './model/words.js';

const RANK = { critical: 3, high: 2, medium: 1, low: 0 };

export const ALERT_COLUMNS: DataColumn<CertificateAlert>[] = [
  {
    id: 'severity',
    header: 'Severity',
    value: ({ severity }) => RANK[severity],
    cell: ({ severity }) => (
      <span>
        <span className="@max-md:hidden">
          <Severity of={severity} labelled />
        </span>
        <span className="@md:hidden">
          <Severity of={severity} />
        </span>
      </span>
    ),
  },
  {
    id: 'title',
    header: 'What',
    value: ({ title, detail }) => `${title}: ${detail}`,
    cell: ({ certificateId, title, detail, namespace, cluster, withdrawnBecause }) => (
      <div className="min-w-40 py-1 text-pretty">
        {certificateId === undefined ? (
          <span className="font-medium">{title}</span>
        ) : (
          <CertificateLink certificate={{ id: certificateId, name: title, namespace }} className="font-medium" />
        )}
        <p className="text-ink-2">
          {asSentence(detail)} <span className="text-ink-3">{cluster}</span>
        </p>
        {withdrawnBecause !== undefined && <p className="text-ink-2">Withdrawn: {withdrawnBecause}</p>}
      </div>
    ),
  },
  {
    id: 'rule',
    header: 'Rule',
    value: ({ rule }) => RULE_WORDS[rule],
    cell: ({ rule }) => <span className="whitespace-nowrap text-ink-2">{RULE_WORDS[rule]}</span>,
    wideOnly: true,
  },
  {
    id: 'since',
    header: 'Since',
    align: 'right',
    value: ({ raisedAt }) => raisedAt,
    cell: ({ raisedAt, withdrawnAt }) => (
      <div className="py-1">
        <When at={raisedAt} />
        {withdrawnAt !== undefined && (
          <p className="text-ink-3">
            until <When at={withdrawnAt} />
          </p>
        )}
      </div>
    ),
  },
  {
    id: 'told',
    header: 'Webhooks',
    align: 'right',
    value: (alert) => toldWords(alert).words,
    cell: (alert) => {
      const { words, failing, lines } = toldWords(alert);
      return (
        <span title={lines.join('\n')} className={failing ? 'text-degraded-ink' : 'text-ink-3'}>
          {words}
        </span>
      );
    },
    wideOnly: true,
  },
];
