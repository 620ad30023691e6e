/** The scope looked at, from and into the URL. */
import { useCallback, useMemo } from 'react';
import { parseScope, type Scope } from './scope.js';
import { useSetUrl, useUrlValues } from './url-state.js';

export function useScope(): Scope & { setScope: (scope: Partial<Scope>) => void } {
  const { cluster, ns } = useUrlValues();
  const setUrl = useSetUrl();
  const scope = useMemo(() => parseScope({ cluster, ns }), [cluster, ns]);
  const setScope = useCallback(
    (change: Partial<Scope>) => {
      const next = { ...scope, ...change };
      setUrl({ cluster: next.cluster, ns: next.namespaces.length > 0 ? next.namespaces.join(',') : undefined });
    },
    [scope, setUrl],
  );
  return { ...scope, setScope };
}
