import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../../components/page.js';

const SECTIONS = [
  { to: '/incidents', label: 'Incidents' },
  { to: '/incidents/timeline', label: 'Timeline' },
  { to: '/incidents/signals', label: 'Signals' },
  { to: '/incidents/suppressions', label: 'Suppressions' },
  { to: '/incidents/backtest', label: 'Backtest' },
] as const;

const LINK =
  'inline-flex h-9 items-center border-b-2 border-transparent px-1 whitespace-nowrap text-ink-2 hover:text-ink ' +
  'aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink';

interface IncidentFrameProps {
  title: ReactNode;
  sentence?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** The pages about what is unusual, one beside the other. */
export function IncidentFrame({ title, sentence, actions, children }: IncidentFrameProps) {
  return (
    <>
      <nav aria-label="About what is unusual" className="sticky top-0 z-20 overflow-x-auto border-b border-line bg-bg px-(--gap)">
        <ul className="mx-auto flex max-w-[1728px] gap-5 text-sm">
          {SECTIONS.map(({ to, label }) => (
            <li key={to}>
              <Link to={to} activeOptions={{ exact: true, includeSearch: false }} className={LINK}>
                {label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <Page title={title} sentence={sentence} actions={actions}>
        {children}
      </Page>
    </>
  );
}
