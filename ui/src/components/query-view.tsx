import type { UseQueryResult } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { asSentence } from '../lib/format.js';
import { isPassing } from '../lib/queries.js';
import { Button } from './button.js';
import { Panel } from './panel.js';
import { ProblemView, Skeleton } from './state-view.js';
import { When } from './when.js';
import { Words } from './words.js';

interface QueryViewProps<Data> {
  query: UseQueryResult<Data, Error>;
  children: (data: Data) => ReactNode;
  /** Of the size of what is coming. */
  skeleton?: ReactNode;
  /** Where the data brings its own panels, an error needs one: with this title. */
  title?: string;
}

/** One failure is a hiccup; from the second on it is worth a line, long before the view gives up. */
const SAID_FROM = 2;

/** Loading, error, or the data; data that could not be refreshed stays, and says so. */
export function QueryView<Data>({ query, children, skeleton, title }: QueryViewProps<Data>) {
  const retry = () => void query.refetch();
  const lastProblem = useLastProblem(query);
  const failing = query.error ?? (query.failureCount >= SAID_FROM ? query.failureReason : null);
  if (query.data !== undefined)
    return (
      <>
        {failing && <RefreshFailed at={query.dataUpdatedAt} error={failing} onRetry={retry} />}
        {children(query.data)}
      </>
    );
  const problemNow = query.error ?? lastProblem;
  if (problemNow) {
    const problem = <ProblemView error={problemNow} onRetry={retry} asking={query.isFetching} />;
    return title === undefined ? problem : <Panel title={title}>{problem}</Panel>;
  }
  return (
    <>
      {failing && isPassing(failing) && <Late of={title} error={failing} />}
      {skeleton ?? <Skeleton className="h-40" />}
    </>
  );
}

/** The query forgets its problem when it asks again: the view keeps it until there is an answer, and does not jump. */
function useLastProblem<Data>({ error, data }: UseQueryResult<Data, Error>): Error | undefined {
  const [last, setLast] = useState<Error>();
  useEffect(() => {
    if (data !== undefined) setLast(undefined);
    else if (error) setLast(error);
  }, [error, data]);
  return data === undefined ? last : undefined;
}

const LINE = 'mb-2 flex flex-wrap items-center gap-2 rounded-md bg-degraded-soft px-3 py-1 text-sm text-degraded-ink';

/** Right after a start, or on a busy machine: not an error yet, and not nothing either. */
function Late({ of, error }: { of: string | undefined; error: Error }) {
  return (
    <p role="status" className={LINE}>
      <TriangleAlert size={14} aria-hidden />
      <span>
        {of === undefined ? 'Still waiting' : `${of}: still waiting`}, asked again every few seconds.{' '}
        <Words text={asSentence(error.message)} />
      </span>
    </p>
  );
}

function RefreshFailed({ at, error, onRetry }: { at: number; error: Error; onRetry: () => void }) {
  return (
    <p role="status" className={LINE}>
      <TriangleAlert size={14} aria-hidden />
      <span>
        Read <When at={new Date(at).toISOString()} />; since then: <Words text={error.message} />
      </span>
      <Button look="plain" onClick={onRetry} className="ml-auto">
        Try again
      </Button>
    </p>
  );
}
