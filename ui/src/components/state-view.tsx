import { CircleSlash, CloudOff, Inbox, Lock, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiProblem } from '../lib/api.js';
import { Button } from './button.js';
import { classes } from './classes.js';

interface StateViewProps {
  state: 'loading' | 'empty' | 'error' | 'forbidden' | 'offline';
  title: string;
  /** Why, and what one can do. */
  children?: ReactNode;
  /** The stable code, for people who ask for help. */
  code?: string;
  onRetry?: (() => void) | undefined;
  className?: string;
}

const ICONS = { loading: CircleSlash, empty: Inbox, error: TriangleAlert, forbidden: Lock, offline: CloudOff };

/** What a view shows in place of data: always what, why, and what to do. */
export function StateView({ state, title, children, code, onRetry, className }: StateViewProps) {
  if (state === 'loading') return <Skeleton label={title} className={classes('h-40', className)} />;
  const Icon = ICONS[state];
  return (
    <div role={state === 'empty' ? undefined : 'alert'} className={classes('flex flex-col items-center px-4 py-8 text-center', className)}>
      <Icon size={20} strokeWidth={1.75} aria-hidden className={state === 'error' ? 'text-failing' : 'text-ink-3'} />
      <p className="mt-2 font-medium">{title}</p>
      {children !== undefined && <div className="mt-1 max-w-prose text-sm text-pretty text-ink-2">{children}</div>}
      {code !== undefined && <code className="mt-2 font-mono text-xs text-ink-3">{code}</code>}
      {onRetry && (
        <Button className="mt-3" onClick={onRetry}>
          Try again
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
export function ProblemView({ error, onRetry, className }: { error: Error; onRetry?: () => void; className?: string }) {
  if (!(error instanceof ApiProblem))
    return (
      <StateView state="error" title="This view failed" code="ui/bug" onRetry={onRetry} className={className ?? ''}>
        {error.message}
      </StateView>
    );
  const state = error.status === 403 ? 'forbidden' : error.status === 0 ? 'offline' : 'error';
  const detail =
    state === 'offline'
      ? 'The gateway cannot be reached. What is on the screen is the last that was read; this view comes back by itself.'
      : error.detail;
  return (
    <StateView state={state} title={error.title} code={error.code} onRetry={onRetry} className={className ?? ''}>
      {detail}
    </StateView>
  );
}
