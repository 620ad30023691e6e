import { Button } from '../../components/button.js';
import type { ApiProblem } from '../../lib/api.js';

interface SignInProps {
  problem: ApiProblem | undefined;
  onRetry: () => void;
}

const LINK_CODES = new Set(['auth/link-used', 'request/invalid']);

/** The landing page: what this is, and how one gets in. */
export function SignIn({ problem, onRetry }: SignInProps) {
  return (
    <main className="flex min-h-full items-center justify-center p-6">
      <div className="w-full max-w-xl">
        <Constellation />
        <h1 className="mt-6 text-2xl tracking-tight">Service Mesh Observatory</h1>
        <p className="mt-2 max-w-prose text-lg text-pretty text-ink-2">
          Who talks to whom in your mesh, how well, and how safely: now, an hour ago, last Tuesday. It reads only; nothing in your cluster
          is changed.
        </p>
        {problem && <Refused problem={problem} onRetry={onRetry} />}
        <section aria-labelledby="how" className="mt-6 rounded-lg border border-line bg-surface p-5">
          <h2 id="how">Sign in with the one-time link</h2>
          <p className="mt-1 text-ink-2">
            The terminal where the Observatory was started shows a link that ends in <code className="font-mono text-sm">/?signin=…</code>.
            Open it in this browser. It works once and keeps you signed in here.
          </p>
          <h3 className="mt-4 text-sm text-ink-3">No link at hand?</h3>
          <p className="mt-1 text-sm text-ink-2">
            Start the Observatory again (Ctrl-C, then <code className="font-mono">npm start</code>): each start prints a new link. Programs
            send <code className="font-mono">Authorization: Bearer</code> with the administrator token in place of a session.
          </p>
        </section>
        <p className="mt-4 text-sm text-ink-3">
          The REST API describes itself at{' '}
          <a className="text-accent underline" href="/api/docs">
            /api/docs
          </a>
          .
        </p>
      </div>
    </main>
  );
}

function Refused({ problem, onRetry }: { problem: ApiProblem; onRetry: () => void }) {
  const link = LINK_CODES.has(problem.code);
  return (
    <div role="alert" className="mt-6 flex items-start gap-3 rounded-lg border border-degraded bg-degraded-soft p-4 text-degraded-ink">
      <div className="flex-1">
        <p className="font-medium">{link ? 'This link was used already, or is not from this Observatory' : problem.title}</p>
        <p className="mt-0.5 text-sm">
          {link
            ? 'A link works once. If you signed in with it before in another browser, ask there for a new start, or take the newest link from the terminal.'
            : problem.message}
        </p>
        <code className="mt-1 block font-mono text-xs">{problem.code}</code>
      </div>
      {!link && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

/** The product's mark, large: three workloads and who talks to whom. */
function Constellation() {
  return (
    <svg width="64" height="64" viewBox="0 0 32 32" aria-hidden>
      <g stroke="var(--accent)" strokeWidth="1.25" fill="none">
        <path d="M7 9 25 8M7 9l7 16M25 8 14 25" />
      </g>
      <g fill="var(--ink)">
        <circle cx="7" cy="9" r="3.4" />
        <circle cx="25" cy="8" r="2.4" />
        <circle cx="14" cy="25" r="4.2" />
      </g>
    </svg>
  );
}
