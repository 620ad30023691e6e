import type { PolicyCoverageReply } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Button } from '../../components/button.js';
import { QueryView } from '../../components/query-view.js';
import { StaleBanner } from '../../components/source-freshness.js';
import { Skeleton, StateView } from '../../components/state-view.js';
import { complianceQuery, coverageQuery } from '../../lib/policy-queries.js';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { useScope } from '../../lib/use-scope.js';
import { CompliancePanel } from './compliance-panel.js';
import {
  coverageSentence,
  LACKS,
  namespaceRows,
  parsePlace,
  placeText,
  workloadRows,
  type Lack,
  type Place,
} from './model/coverage-view.js';
import { NamespaceCoverageTable } from './namespace-coverage.js';
import { PolicyFrame } from './policy-frame.js';
import { UnusedRules } from './unused-rules.js';
import { WorkloadCoverageTable } from './workload-coverage.js';

/** How each namespace and workload is covered, and where the mesh falls short of rules. */
export function CoveragePage() {
  const { cluster } = useScope();
  const values = useUrlValues();
  const place = parsePlace(values['in']);
  const coverage = useQuery(coverageQuery({ cluster }));
  const compliance = useQuery(complianceQuery({ cluster }));
  return (
    <PolicyFrame
      title="Coverage"
      sentence={coverage.data ? coverageSentence(coverage.data.workloads) : <Skeleton className="h-5 w-96" />}
      actions={
        <Link to="/map" search={{ overlay: 'policies' }} className="rounded-sm px-1 text-sm text-accent hover:underline">
          Show on the map
        </Link>
      }
    >
      {coverage.data && <StaleBanner sources={coverage.data.sources} />}
      <QueryView query={coverage} skeleton={<Skeleton className="h-96" />} title="Coverage">
        {(reply) => <Tables reply={reply} place={place} compliance={compliance.data} />}
      </QueryView>
      <QueryView query={compliance} skeleton={<Skeleton className="h-64" />} title="Compliance">
        {(reply) => <CompliancePanel reply={reply} place={place} />}
      </QueryView>
      {coverage.data && <UnusedRules reply={coverage.data} place={place} />}
    </PolicyFrame>
  );
}

interface TablesProps {
  reply: PolicyCoverageReply;
  place: Place | undefined;
  compliance: Parameters<typeof namespaceRows>[1];
}

function Tables({ reply, place, compliance }: TablesProps) {
  const { namespaces } = useScope();
  const setUrl = useSetUrl();
  const text = useUrlValues()['lack'];
  const lack: Lack = LACKS.find((each) => each === text) ?? 'any';
  const byNamespace = useMemo(() => namespaceRows(reply, compliance, namespaces), [reply, compliance, namespaces]);
  const workloads = useMemo(() => workloadRows(reply.workloads, { place, lack, namespaces }), [reply, place, lack, namespaces]);
  if (reply.workloads.length === 0)
    return (
      <StateView state="empty" title="No workload is known">
        The API server has not been read yet, or no pod runs in this scope. Status says which source is missing.
      </StateView>
    );
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-(--gap) 2xl:grid-cols-2">
      <NamespaceCoverageTable rows={byNamespace} place={place} onChoose={(next) => setUrl({ in: next && placeText(next) })} />
      <WorkloadCoverageTable
        rows={workloads}
        lack={lack}
        onLack={(next) => setUrl({ lack: next === 'any' ? undefined : next })}
        note={
          place && (
            <span className="inline-flex items-center gap-1">
              of {place.namespace}
              <Button look="link" size="small" onClick={() => setUrl({ in: undefined })}>
                Show all
              </Button>
            </span>
          )
        }
      />
    </div>
  );
}
