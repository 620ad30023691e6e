/** Policies are decided in one cluster: the one in the scope, else the first that we know. */
import { useQuery } from '@tanstack/react-query';
import { clustersQuery } from './queries.js';
import { useScope } from './use-scope.js';

export function useCluster(): { cluster: string | undefined; others: number } {
  const { cluster } = useScope();
  const { data } = useQuery(clustersQuery());
  const known = data?.clusters.map(({ name }) => name) ?? [];
  return { cluster: cluster ?? known[0], others: Math.max(0, known.length - 1) };
}
