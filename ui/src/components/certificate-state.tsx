import type { CertificateStatus } from '@observatory/contracts';
import {
  CalendarClock,
  CircleCheck,
  Hourglass,
  type LucideIcon,
  OctagonAlert,
  OctagonX,
  RefreshCw,
  RefreshCwOff,
  ShieldX,
} from 'lucide-react';
import { classes } from './classes.js';
import { STATUS_WORDS } from '../lib/certificate-states.js';

/** Each state has a shape of its own, not only a colour. */
const ICONS: Record<CertificateStatus, LucideIcon> = {
  expired: OctagonX,
  untrusted: ShieldX,
  critical: OctagonAlert,
  rotationStuck: RefreshCwOff,
  notYetValid: CalendarClock,
  expiring: Hourglass,
  renewalDue: RefreshCw,
  valid: CircleCheck,
};
const COLOURS = { quiet: 'text-healthy', amber: 'text-degraded', red: 'text-failing' };
const WORDS = { quiet: '', amber: 'text-degraded-ink', red: 'text-failing-ink' };

interface CertificateStateProps {
  status: CertificateStatus;
  labelled?: boolean;
  size?: number;
  /** There is none of it: nothing to look at. */
  muted?: boolean;
  className?: string;
}

export function CertificateState({ status, labelled = false, size = 14, muted = false, className }: CertificateStateProps) {
  const { label, meaning, tone } = STATUS_WORDS[status];
  const Icon = ICONS[status];
  return (
    <span className={classes('inline-flex shrink-0 items-center gap-1.5 whitespace-nowrap', className)} title={`${label}: ${meaning}`}>
      <Icon size={size} aria-hidden className={classes('shrink-0', muted ? 'text-ink-3' : COLOURS[tone])} />
      <span className={labelled ? (muted ? '' : WORDS[tone]) : 'sr-only'}>{label}</span>
    </span>
  );
}
