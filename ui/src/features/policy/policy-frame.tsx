import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../../components/page.js';

const SECTIONS = [
  { to: '/policies', label: 'Policies' },
  { to: '/policies/coverage', label: 'Coverage' },
  { to: '/policies/sandbox', label: 'Sandbox' },
  { to: '/policies/what-if', label: 'What-if' },
  { to: '/policies/suggest', label: 'Suggest' },
  { to: '/policies/reach', label: 'Reach' },
] as const;

const LINK =
  'inline-flex h-9 items-center border-b-2 border-transparent px-1 whitespace-nowrap text-ink-2 hover:text-ink ' +
  'aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink';

interface PolicyFrameProps {
  title: ReactNode;
  sentence?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** The pages about policies, one beside the other. */
export function PolicyFrame({ title, sentence, actions, children }: PolicyFrameProps) {
  return (
    <>
      <nav aria-label="About policies" className="sticky top-0 z-20 overflow-x-auto border-b border-line bg-bg px-(--gap)">
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
