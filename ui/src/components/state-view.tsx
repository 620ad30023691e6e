import { CircleSlash, CloudOff, Inbox, Lock, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiProblem } from '../lib/api.js';
import { problemDetail } from '../lib/problem-words.js';
import { useKnownMe } from '../lib/use-known-me.js';
import { Button } from './button.js';
import { classes } from './classes.js';
import { Words } from './words.js';

interface StateViewProps {
  state: 'loading' | 'empty' | 'error' | 'forbidden' | 'offline';
  title: string;
  /** Why, and what one can do. */
  children?: ReactNode;
  /** The stable code, for people who ask for help. */
  code?: string;
  onRetry?: (() => void) | undefined;
  /** It is being asked again. */
  asking?: boolean;
  className?: string;
}

const ICONS = { loading: CircleSlash, empty: Inbox, error: TriangleAlert, forbidden: Lock, offline: CloudOff };

/** What a view shows in place of data: always what, why, and what to do. */
export function StateView({ state, title, children, code, onRetry, asking = false, className }: StateViewProps) {
  if (state === 'loading') return <Skeleton label={title} className={classes('h-40', className)} />;
  const Icon = ICONS[state];
  return (
    <div role={state === 'empty' ? undefined : 'alert'} className={classes('flex flex-col items-center px-4 py-8 text-center', className)}>
      <Icon size={20} strokeWidth={1.75} aria-hidden className={state === 'error' ? 'text-failing' : 'text-ink-3'} />
      <p className="mt-2 font-medium">{title}</p>
      {children !== undefined && <div className="mt-1 max-w-prose text-sm text-pretty text-ink-2">{children}</div>}
      {code !== undefined && <code className="mt-2 font-mono text-xs text-ink-3">{code}</code>}
      {onRetry && (
        <Button className="mt-3" onClick={onRetry} disabled={asking}>
          {asking ? 'Asking again …' : 'Try again'}
        </Button>
      )}
    </div>
  );
}

/** A placeholder of the size of what is coming. */
export function Skeleton({ label = 'Loading', className }: { label?: string; className?: string }) {
  return (
    <div role="status" className={classes('skeleton', className)}>
      <span className="sr-only">{label}</span>
    </div>
  );
}

/** An error of the API as a view: forbidden, unreachable and broken read differently. */
export function ProblemView({ error, className, ...retry }: { error: Error } & Pick<StateViewProps, 'onRetry' | 'asking' | 'className'>) {
  const me = useKnownMe();
  if (!(error instanceof ApiProblem))
    return (
      <StateView state="error" title="This view failed" code="ui/bug" className={className ?? ''} {...retry}>
        {error.message}
      </StateView>
    );
  const state = error.status === 403 ? 'forbidden' : error.status === 0 ? 'offline' : 'error';
  const detail = problemDetail(error, me);
  // What is not there will not be there when asked again.
  const again = error.status === 404 ? {} : retry;
  return (
    <StateView state={state} title={error.title} code={error.code} className={className ?? ''} {...again}>
      {detail !== undefined && <Words text={detail} />}
    </StateView>
  );
}
