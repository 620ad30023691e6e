import { Outlet, useMatches } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Skeleton } from '../components/state-view.js';
import { SignIn } from '../features/session/sign-in.js';
import { useSession } from '../features/session/use-session.js';
import { statusQuery } from '../lib/queries.js';
import { Commands } from './commands.js';
import { Keys } from './keys.js';
import { LiveBridge } from './live-bridge.js';
import { PAGES } from './pages.js';
import { Rail } from './rail.js';
import { TopBar } from './top-bar.js';

/** The frame around every page; without a session, the sign-in page in its place. */
export function Root() {
  const session = useSession();
  if (session.state === 'checking') return <Skeleton label="Signing in" className="m-4 h-12" />;
  if (session.state === 'signedOut') return <SignIn problem={session.problem} onRetry={session.retry} />;
  return <Frame />;
}

function Frame() {
  usePageTitle();
  // Read by most pages; asked for at once so that the frame knows whether this is a demo.
  useQuery(statusQuery());
  return (
    <div className="flex h-full">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the page
      </a>
      <LiveBridge />
      <Keys />
      <Commands />
      <Rail />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar />
        <main id="main" tabIndex={-1} className="relative min-h-0 flex-1 overflow-y-auto outline-none">
          <Outlet />
        </main>
      </div>
    </div>
  );
}

function usePageTitle(): void {
  const pathname = useMatches({ select: (matches) => matches.at(-1)?.pathname ?? '/' });
  useEffect(() => {
    const page = PAGES.find(({ path }) => path === pathname)?.title ?? decodeURIComponent(pathname.split('/').at(-1) ?? '');
    document.title = `${page} · Service Mesh Observatory`;
  }, [pathname]);
}
