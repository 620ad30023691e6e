/** Who is signed in. A one-time link (`/?signin=<token>`) is exchanged for the session cookie once, then leaves the URL. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, ApiProblem } from '../../lib/api.js';
import { meQuery } from '../../lib/queries.js';

export type Session =
  | { state: 'checking' }
  | { state: 'signedIn'; name: string }
  | { state: 'signedOut'; problem: ApiProblem | undefined; retry: () => void };

/** Kept outside React: the link works once, and an effect may run twice. */
let exchange: Promise<void> | undefined;

function linkToken(): string | undefined {
  return new URLSearchParams(location.search).get('signin') ?? undefined;
}

function forgetLink(): void {
  const url = new URL(location.href);
  url.searchParams.delete('signin');
  history.replaceState(history.state, '', url);
}

async function exchangeLink(link: string): Promise<void> {
  await api('/auth/login', 'signedIn', { method: 'POST', body: { link } }).finally(forgetLink);
}

export function useSession(): Session {
  const queries = useQueryClient();
  const [waiting, setWaiting] = useState(() => linkToken() !== undefined);
  const [problem, setProblem] = useState<ApiProblem>();
  useEffect(() => {
    const link = linkToken();
    if (link === undefined && exchange === undefined) return;
    exchange ??= exchangeLink(link ?? '');
    exchange.catch((error: unknown) => setProblem(error instanceof ApiProblem ? error : undefined)).finally(() => setWaiting(false));
  }, []);
  const me = useQuery({ ...meQuery(), enabled: !waiting });
  if (waiting || me.isPending) return { state: 'checking' };
  if (me.data) return { state: 'signedIn', name: me.data.name };
  const own = me.error instanceof ApiProblem && me.error.code !== 'auth/unauthenticated' ? me.error : undefined;
  return { state: 'signedOut', problem: problem ?? own, retry: () => void queries.invalidateQueries({ queryKey: ['me'] }) };
}
