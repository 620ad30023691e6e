import type { ReactNode } from 'react';
import { SectionFrame } from '../../components/section-frame.js';
import { useTime } from '../../lib/use-time.js';

const SECTIONS = [
  { to: '/certificates', label: 'Summary' },
  { to: '/certificates/list', label: 'Certificates' },
  { to: '/certificates/timeline', label: 'Timeline' },
  { to: '/certificates/alerts', label: 'Alerts' },
  { to: '/certificates/coverage', label: 'Coverage' },
] as const;

interface CertificateFrameProps {
  title: ReactNode;
  sentence?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** The pages about certificates. They know the present only, and say so when somebody looks at the past. */
export function CertificateFrame({ children, ...rest }: CertificateFrameProps) {
  const { isLive } = useTime();
  return (
    <SectionFrame label="About certificates" sections={SECTIONS} {...rest}>
      {!isLive && (
        <p role="status" className="rounded-md bg-accent-soft px-3 py-2 text-sm">
          Certificates are shown as they are now, not at the time that is chosen above. What one was before stands in its history.
        </p>
      )}
      {children}
    </SectionFrame>
  );
}
