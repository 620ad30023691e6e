import { CircleCheck, CircleHelp, CircleX, Info, OctagonX, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from '../../components/classes.js';

/** A word in a quiet box. */
export function Tag({
  children,
  tone = 'quiet',
  title,
}: {
  children: ReactNode;
  tone?: 'quiet' | 'amber' | 'red' | 'accent';
  title?: string;
}) {
  const look = {
    quiet: 'bg-inset text-ink-2',
    amber: 'bg-degraded-soft text-degraded-ink',
    red: 'bg-failing-soft text-failing-ink',
    accent: 'bg-accent-soft text-ink',
  };
  return (
    <span
      title={title}
      className={classes('inline-flex h-5 items-center rounded-sm px-1.5 text-xs font-medium whitespace-nowrap', look[tone])}
    >
      {children}
    </span>
  );
}

const SEVERITIES = {
  error: { icon: OctagonX, colour: 'text-failing', word: 'Error' },
  high: { icon: OctagonX, colour: 'text-failing', word: 'High' },
  warning: { icon: TriangleAlert, colour: 'text-degraded', word: 'Warning' },
  medium: { icon: TriangleAlert, colour: 'text-degraded', word: 'Medium' },
  low: { icon: Info, colour: 'text-ink-2', word: 'Low' },
  info: { icon: Info, colour: 'text-ink-3', word: 'Note' },
};

export function Severity({ of, labelled = false }: { of: keyof typeof SEVERITIES; labelled?: boolean }) {
  const { icon: Icon, colour, word } = SEVERITIES[of];
  return (
    <span className="inline-flex shrink-0 items-center gap-1.5" title={word}>
      <Icon size={14} aria-hidden className={colour} />
      <span className={labelled ? '' : 'sr-only'}>{word}</span>
    </span>
  );
}

const DECISIONS = {
  ALLOW: { icon: CircleCheck, colour: 'text-ink-2', word: 'Allowed' },
  DENY: { icon: CircleX, colour: 'text-failing', word: 'Denied' },
  INDETERMINATE: { icon: CircleHelp, colour: 'text-unknown', word: 'Not decidable' },
};

export function Decision({ of, size = 14, className }: { of: keyof typeof DECISIONS; size?: number; className?: string }) {
  const { icon: Icon, colour, word } = DECISIONS[of];
  return (
    <span className={classes('inline-flex shrink-0 items-center gap-1.5 whitespace-nowrap', className)}>
      <Icon size={size} aria-hidden className={colour} />
      <span className={of === 'DENY' ? 'text-failing-ink' : ''}>{word}</span>
    </span>
  );
}
