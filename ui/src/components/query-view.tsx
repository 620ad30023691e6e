import type { UseQueryResult } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button.js';
import { Panel } from './panel.js';
import { ProblemView, Skeleton } from './state-view.js';
import { When } from './when.js';

interface QueryViewProps<Data> {
  query: UseQueryResult<Data, Error>;
  children: (data: Data) => ReactNode;
  /** Of the size of what is coming. */
  skeleton?: ReactNode;
  /** Where the data brings its own panels, an error needs one: with this title. */
  title?: string;
}

/** Loading, error, or the data; data that could not be refreshed stays, and says so. */
export function QueryView<Data>({ query, children, skeleton, title }: QueryViewProps<Data>) {
  const retry = () => void query.refetch();
  if (query.data !== undefined)
    return (
      <>
        {query.isError && <RefreshFailed at={query.dataUpdatedAt} error={query.error} onRetry={retry} />}
        {children(query.data)}
      </>
    );
  if (query.isError) {
    const problem = <ProblemView error={query.error} onRetry={retry} />;
    return title === undefined ? problem : <Panel title={title}>{problem}</Panel>;
  }
  return skeleton ?? <Skeleton className="h-40" />;
}

function RefreshFailed({ at, error, onRetry }: { at: number; error: Error; onRetry: () => void }) {
  return (
    <p role="status" className="mb-2 flex flex-wrap items-center gap-2 rounded-md bg-degraded-soft px-3 py-1 text-sm text-degraded-ink">
      <TriangleAlert size={14} aria-hidden />
      <span>
        Read <When at={new Date(at).toISOString()} />; since then: {error.message}
      </span>
      <Button look="plain" onClick={onRetry} className="ml-auto">
        Try again
      </Button>
    </p>
  );
}
