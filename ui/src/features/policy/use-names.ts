/** Names of the mesh that the editor and the request builder offer. What cannot be read is simply not offered. */
import type { PolicyFlowsReply } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { coverageQuery } from '../../lib/policy-queries.js';
import { clustersQuery } from '../../lib/queries.js';
import type { LiveNames } from './model/complete.js';

/** Labels that a person would select by; the rest is of machines. */
const SELECTABLE = /^(app|version|tier|component|app\.kubernetes\.io\/.+)$/u;

export function useNames(cluster: string | undefined, flows: PolicyFlowsReply | undefined): LiveNames {
  const coverage = useQuery({ ...coverageQuery({ cluster }), enabled: cluster !== undefined });
  const clusters = useQuery(clustersQuery());
  return useMemo(() => {
    const info = clusters.data?.clusters.find(({ name }) => name === cluster);
    const accounts = (coverage.data?.workloads ?? []).flatMap(({ namespace, serviceAccount }) =>
      serviceAccount === undefined ? [] : [{ namespace, serviceAccount }],
    );
    const sorted = (values: string[]) => [...new Set(values)].toSorted();
    const labels = Object.values(flows?.workloads ?? {}).flatMap((workload) =>
      Object.entries(workload.labels).flatMap(([key, value]) => (SELECTABLE.test(key) ? [`${key}: ${value}`] : [])),
    );
    return {
      principals: sorted(
        accounts.map(({ namespace, serviceAccount }) => `${info?.trustDomain ?? 'cluster.local'}/ns/${namespace}/sa/${serviceAccount}`),
      ),
      serviceAccounts: sorted(accounts.map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`)),
      namespaces: sorted(info?.namespaces ?? []),
      labels: sorted(labels),
      hosts: sorted((flows?.flows ?? []).flatMap(({ request }) => request.host ?? [])),
    };
  }, [cluster, clusters.data, coverage.data, flows]);
}
