import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { incidentsQuery } from '../lib/anomaly-queries.js';
import { compactNumber, counted } from '../lib/format.js';
import { classes } from '../components/classes.js';
import { PAGES } from './pages.js';

const LINK =
  'flex h-9 items-center gap-3 rounded-md px-2.5 text-ink-2 hover:bg-inset hover:text-ink ' +
  'aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-ink';

/** The pages, always in sight: icons with words where there is room, icons alone on a tablet, behind the menu button on a phone. */
export function Rail() {
  return (
    <nav aria-label="Pages" className="hidden w-14 shrink-0 flex-col border-r border-line bg-surface p-2 md:flex xl:w-(--rail)">
      <Mark />
      <PageLinks />
    </nav>
  );
}

export function PageLinks({ labelled = false, onGo }: { labelled?: boolean; onGo?: () => void }) {
  return (
    <ul className="flex flex-col gap-0.5">
      {PAGES.map(({ path, title, icon: Icon }) => (
        <li key={path}>
          <Link to={path} activeOptions={{ exact: path === '/', includeSearch: false }} className={LINK} title={title} onClick={onGo}>
            <Icon size={17} strokeWidth={1.75} aria-hidden className="shrink-0" />
            <span className={labelled ? undefined : 'max-xl:sr-only'}>{title}</span>
            {path === '/incidents' && <OpenCount labelled={labelled} />}
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** Incidents that nobody looked after yet; nothing while there are none, or while it is not known. */
function OpenCount({ labelled }: { labelled: boolean }) {
  const { data } = useInfiniteQuery(incidentsQuery());
  const open = data?.pages.flatMap(({ incidents }) => incidents).filter(({ state }) => state === 'open').length ?? 0;
  if (open === 0) return null;
  return (
    <span
      className={classes(
        'ml-auto rounded-full bg-failing-soft px-1.5 text-xs font-medium text-failing-ink',
        !labelled && 'max-xl:absolute max-xl:mt-[-14px] max-xl:ml-3',
      )}
      title={`${counted(open, 'incident')} nobody looks after`}
    >
      <span aria-hidden className="figures">
        {compactNumber(open)}
      </span>
      <span className="sr-only">, {counted(open, 'open incident')}</span>
    </span>
  );
}

export function Mark() {
  return (
    <Link to="/" className="mb-2 flex h-9 items-center gap-2.5 rounded-md px-2" aria-label="Service Mesh Observatory">
      <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden className="shrink-0">
        <g stroke="var(--accent)" strokeWidth="2" fill="none">
          <path d="M7 9 25 8M7 9l7 16M25 8 14 25" />
        </g>
        <g fill="var(--ink)">
          <circle cx="7" cy="9" r="4.2" />
          <circle cx="25" cy="8" r="3.2" />
          <circle cx="14" cy="25" r="5" />
        </g>
      </svg>
      <span className="text-base font-semibold tracking-tight max-xl:hidden">Observatory</span>
    </Link>
  );
}
