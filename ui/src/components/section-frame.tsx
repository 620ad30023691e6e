import { Link, type LinkProps } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { Page } from './page.js';

const LINK =
  'inline-flex h-9 items-center border-b-2 border-transparent px-1 whitespace-nowrap text-ink-2 hover:text-ink ' +
  'aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink';

interface SectionFrameProps {
  /** What the pages are about, for screen readers: `About certificates`. */
  label: string;
  sections: readonly { to: NonNullable<LinkProps['to']>; label: string }[];
  title: ReactNode;
  sentence?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** Pages about one thing, one beside the other. */
export function SectionFrame({ label, sections, title, sentence, actions, children }: SectionFrameProps) {
  const nav = useRef<HTMLElement>(null);
  // On a phone the last ones are outside the view: the one that one is at must not be.
  useEffect(() => {
    // No expression: newer browsers answer with a promise, which is no cleanup.
    nav.current?.querySelector('[aria-current=page]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, []);
  return (
    <>
      <nav ref={nav} aria-label={label} className="sticky top-0 z-20 overflow-x-auto border-b border-line bg-bg px-(--gap)">
        <ul className="mx-auto flex max-w-[1728px] gap-5 text-sm">
          {sections.map((section) => (
            <li key={section.to}>
              <Link to={section.to} activeOptions={{ exact: true, includeSearch: false }} className={LINK}>
                {section.label}
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
