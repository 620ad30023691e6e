import { CircleHelp, Lock as LockIcon, LockOpen, ShieldAlert } from 'lucide-react';
import { percent } from '../lib/format.js';

interface LockProps {
  /** Share of requests (connections for tcp) under mutual TLS; null where the receiving side does not say. */
  ratio: number | null;
  labelled?: boolean;
}

/** What a share of encryption means: the lock is closed only where all of it is encrypted. */
export function encryptionWords(ratio: number | null): string {
  if (ratio === null) return 'Encryption unknown: the receiving side reports nothing';
  if (ratio === 1) return 'All encrypted with mutual TLS';
  return ratio === 0 ? 'Not encrypted' : `${percent(ratio)} encrypted with mutual TLS, the rest is plain text`;
}

export function Lock({ ratio, labelled = false }: LockProps) {
  const words = encryptionWords(ratio);
  const icon =
    ratio === null ? (
      <CircleHelp size={14} className="text-ink-3" aria-hidden />
    ) : ratio === 1 ? (
      <LockIcon size={14} className="text-encrypted" aria-hidden />
    ) : ratio === 0 ? (
      <LockOpen size={14} className="text-degraded" aria-hidden />
    ) : (
      <ShieldAlert size={14} className="text-degraded" aria-hidden />
    );
  const short = ratio === null ? 'unknown' : percent(ratio);
  return (
    <span className="inline-flex items-center gap-1.5 align-middle" title={words}>
      {icon}
      {labelled ? (
        <>
          <span aria-hidden>{short}</span>
          <span className="sr-only">{words}</span>
        </>
      ) : (
        <span className="sr-only">{words}</span>
      )}
    </span>
  );
}
