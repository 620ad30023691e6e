import { Info, OctagonX, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes } from './classes.js';

export type TagTone = 'quiet' | 'amber' | 'red' | 'accent';
const TONES: Record<TagTone, string> = {
  quiet: 'bg-inset text-ink-2',
  amber: 'bg-degraded-soft text-degraded-ink',
  red: 'bg-failing-soft text-failing-ink',
  accent: 'bg-accent-soft text-ink',
};

/** A word in a quiet box. */
export function Tag({ children, tone = 'quiet', title }: { children: ReactNode; tone?: TagTone; title?: string }) {
  return (
    <span
      title={title}
      className={classes('inline-flex h-5 items-center rounded-sm px-1.5 text-xs font-medium whitespace-nowrap', TONES[tone])}
    >
      {children}
    </span>
  );
}

const SEVERITIES = {
  critical: { icon: OctagonX, colour: 'text-failing', word: 'Critical' },
  error: { icon: OctagonX, colour: 'text-failing', word: 'Error' },
  high: { icon: OctagonX, colour: 'text-failing', word: 'High' },
  warning: { icon: TriangleAlert, colour: 'text-degraded', word: 'Warning' },
  medium: { icon: TriangleAlert, colour: 'text-degraded', word: 'Medium' },
  low: { icon: Info, colour: 'text-ink-2', word: 'Low' },
  info: { icon: Info, colour: 'text-ink-3', word: 'Note' },
};

interface SeverityProps {
  of: keyof typeof SEVERITIES;
  labelled?: boolean;
  /** What is over needs no attention: it is drawn quietly. */
  over?: boolean;
}

export function Severity({ of, labelled = false, over = false }: SeverityProps) {
  const { icon: Icon, colour, word } = SEVERITIES[of];
  return (
    <span className="inline-flex shrink-0 items-center gap-1.5" title={word}>
      <Icon size={14} aria-hidden className={over ? 'text-ink-3' : colour} />
      <span className={labelled ? '' : 'sr-only'}>{word}</span>
    </span>
  );
}
