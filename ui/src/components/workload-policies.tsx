import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { coverageQuery } from '../lib/policy-queries.js';
import { asSentence } from '../lib/format.js';
import { Skeleton } from './state-view.js';
import { coveredSentence } from './workload-policies-model.js';

const LINK = 'rounded-sm text-accent hover:underline';

/** What decides about a workload, and the questions that one would ask next. */
export function WorkloadPolicies({ cluster, id }: { cluster: string; id: string }) {
  const coverage = useQuery(coverageQuery({ cluster }));
  const workload = coverage.data?.workloads.find((each) => each.id === id);
  if (coverage.isPending) return <Skeleton className="h-12" />;
  if (!workload)
    return (
      <p className="text-sm text-ink-3">
        {coverage.isError ? `Not known: ${coverage.error.message}` : 'Not known: the API server does not show this workload.'}
      </p>
    );
  return (
    <div className="text-sm">
      <p className="text-pretty text-ink-2">{asSentence(coveredSentence(workload))}</p>
      <ul className="mt-1">
        {workload.policies.map(({ kind, namespace, name }) => (
          <li key={`${kind} ${namespace}/${name}`}>
            <Link
              to="/policies/$cluster/$namespace/$name"
              params={{ cluster, namespace, name }}
              search={{ kind }}
              className="hover:text-accent hover:underline"
            >
              <span className="text-ink-3">{namespace}/</span>
              {name}
            </Link>{' '}
            <span className="text-ink-3">{kind}</span>
          </li>
        ))}
        {workload.policies.length === 0 && <li className="text-ink-3">No policy selects it.</li>}
      </ul>
      <p className="mt-1.5 flex flex-wrap gap-x-4">
        <Link to="/policies/reach" search={{ workload: id }} className={LINK}>
          Who can reach it
        </Link>
        <Link to="/policies/sandbox" search={{ target: id }} className={LINK}>
          Try a request
        </Link>
        <Link to="/policies/suggest" search={{ workload: id }} className={LINK}>
          Suggest a policy
        </Link>
      </p>
    </div>
  );
}
