import type { ReactNode } from 'react';
import { SectionFrame } from '../../components/section-frame.js';

const SECTIONS = [
  { to: '/incidents', label: 'Incidents' },
  { to: '/incidents/timeline', label: 'Timeline' },
  { to: '/incidents/signals', label: 'Signals' },
  { to: '/incidents/suppressions', label: 'Suppressions' },
  { to: '/incidents/backtest', label: 'Backtest' },
] as const;

interface IncidentFrameProps {
  title: ReactNode;
  sentence?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** The pages about what is unusual, one beside the other. */
export function IncidentFrame(props: IncidentFrameProps) {
  return <SectionFrame label="About what is unusual" sections={SECTIONS} {...props} />;
}
