import type { CertificateDetail } from '@observatory/contracts';
import { Link } from '@tanstack/react-router';
import { Anchor, CircleHelp, CircleX, Link2, ShieldCheck, ShieldQuestion, ShieldX } from 'lucide-react';
import { classes } from '../../components/classes.js';
import { CopyName } from '../../components/copy-name.js';
import { Panel } from '../../components/panel.js';
import { asSentence } from '../../lib/format.js';
import { useNow } from '../../lib/use-now.js';
import { TimeLeft } from './certificate-columns.js';
import { chainRows, type ChainRow, fromWords, keyWords } from './model/detail-view.js';

const TRUST = {
  trusted: { icon: ShieldCheck, colour: 'text-encrypted', word: 'Trusted' },
  untrusted: { icon: ShieldX, colour: 'text-failing', word: 'Not trusted' },
  unknown: { icon: ShieldQuestion, colour: 'text-unknown', word: 'Not known' },
};

/** Leaf to root, each link with who signed it and whether that was verified. */
export function ChainPanel({ detail }: { detail: CertificateDetail }) {
  const now = useNow();
  const rows = chainRows(detail, now);
  const { icon: Icon, colour, word } = TRUST[detail.trust.state];
  return (
    <Panel title="Chain" note={rows.length === 0 ? 'not seen' : 'from the leaf to the root'}>
      <p className="flex items-start gap-2 text-sm text-pretty">
        <Icon size={16} aria-hidden className={classes('mt-px shrink-0', colour)} />
        <span>
          <span className={classes('font-medium', detail.trust.state === 'untrusted' && 'text-failing-ink')}>{word}:</span>{' '}
          {asSentence(detail.trust.message).replace(/^./u, (first) => first.toLowerCase())}
        </span>
      </p>
      {rows.length > 0 && (
        <ol className="mt-3 flex flex-col">
          {rows.map((row, index) => (
            <Item key={row.link.fingerprint} row={row} last={index === rows.length - 1} own={detail.certificate.id} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

const CHECKS = {
  signed: { icon: Link2, colour: 'text-encrypted', ink: 'text-ink-2' },
  anchor: { icon: Anchor, colour: 'text-encrypted', ink: 'text-ink-2' },
  failed: { icon: CircleX, colour: 'text-failing', ink: 'text-failing-ink' },
  unchecked: { icon: CircleHelp, colour: 'text-unknown', ink: 'text-ink-3' },
};

function Item({ row: { link, role, name, check, ended }, last, own }: { row: ChainRow; last: boolean; own: string }) {
  const { icon: Icon, colour, ink } = CHECKS[check.state];
  const linked = link.certificateId !== undefined && link.certificateId !== own;
  return (
    <li className="relative flex gap-3 pb-4 last:pb-0">
      <span className="flex w-4 shrink-0 flex-col items-center">
        <Icon size={16} aria-hidden className={classes('shrink-0', colour)} />
        {!last && <span aria-hidden className="mt-1 w-px flex-1 bg-line-mid" />}
      </span>
      <div className="min-w-0 flex-1 text-sm">
        <p>
          <span className="text-ink-3">{role}</span>{' '}
          {linked ? (
            <Link
              to="/certificates/$id"
              params={{ id: link.certificateId ?? '' }}
              className="font-medium break-all hover:text-accent hover:underline"
            >
              {name}
            </Link>
          ) : (
            <span className="font-medium break-all">{name}</span>
          )}
        </p>
        <p className={classes('text-pretty', ink)}>{asSentence(check.message)}</p>
        <p className="text-ink-2">
          {keyWords(link)} · {link.signatureAlgorithm} · {fromWords(link)} ·{' '}
          <span className={ended ? 'font-medium text-failing-ink' : ''}>
            <TimeLeft notAfter={link.notAfter} />
          </span>
        </p>
        <p className="flex min-w-0 items-center gap-1 text-ink-3">
          <span className="shrink-0">SHA-256</span>
          <CopyName text={link.fingerprint} className="font-mono text-xs">
            {link.fingerprint.slice(0, 32)}…
          </CopyName>
        </p>
      </div>
    </li>
  );
}
