import { CircleCheck, CircleHelp, CircleX } from 'lucide-react';
import { classes } from '../../components/classes.js';

export { Severity, Tag } from '../../components/marks.js';

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
