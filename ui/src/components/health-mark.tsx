import type { HealthState } from '@observatory/contracts';
import { classes } from './classes.js';

/** Shape and fill differ, not only colour: ring, triangle, square, dash, question. */
const MARKS: Record<HealthState, { label: string; colour: string; shape: React.ReactNode }> = {
  healthy: { label: 'Healthy', colour: 'text-healthy', shape: <circle cx="8" cy="8" r="4" fill="currentColor" /> },
  degraded: { label: 'Degraded', colour: 'text-degraded', shape: <path d="M8 2.5 14 13.5H2Z" fill="currentColor" /> },
  failing: {
    label: 'Failing',
    colour: 'text-failing',
    shape: (
      <>
        <rect x="2" y="2" width="12" height="12" rx="2" fill="currentColor" />
        <path d="m5.5 5.5 5 5m0-5-5 5" stroke="var(--surface)" strokeWidth="1.8" strokeLinecap="round" />
      </>
    ),
  },
  idle: { label: 'Idle', colour: 'text-idle', shape: <circle cx="8" cy="8" r="4" fill="none" stroke="currentColor" strokeWidth="1.6" /> },
  unknown: {
    label: 'Unknown',
    colour: 'text-unknown',
    shape: <circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2.6 2" />,
  },
};

export const healthLabel = (state: HealthState) => MARKS[state].label;

interface HealthMarkProps {
  state: HealthState;
  /** Shows the word beside the mark; otherwise it is only for screen readers. */
  labelled?: boolean;
  size?: number;
  className?: string;
}

export function HealthMark({ state, labelled = false, size = 14, className }: HealthMarkProps) {
  const mark = MARKS[state];
  return (
    <span className={classes('inline-flex shrink-0 items-center gap-1.5', className)} title={mark.label}>
      <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden className={mark.colour}>
        {mark.shape}
      </svg>
      <span className={labelled ? undefined : 'sr-only'}>{mark.label}</span>
    </span>
  );
}
