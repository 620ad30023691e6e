import type { ReactNode } from 'react';
import { SectionFrame } from '../../components/section-frame.js';

const SECTIONS = [
  { to: '/policies', label: 'Policies' },
  { to: '/policies/coverage', label: 'Coverage' },
  { to: '/policies/sandbox', label: 'Sandbox' },
  { to: '/policies/what-if', label: 'What-if' },
  { to: '/policies/suggest', label: 'Suggest' },
  { to: '/policies/reach', label: 'Reach' },
] as const;

interface PolicyFrameProps {
  title: ReactNode;
  sentence?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** The pages about policies, one beside the other. */
export function PolicyFrame(props: PolicyFrameProps) {
  return <SectionFrame label="About policies" sections={SECTIONS} {...props} />;
}
