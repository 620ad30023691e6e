import type { PolicyVersion } from '@observatory/contracts';
import { useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { DiffView } from '../../components/diff-view.js';
import { SelectField } from '../../components/fields.js';
import { Panel } from '../../components/panel.js';
import { QueryView } from '../../components/query-view.js';
import { Skeleton } from '../../components/state-view.js';
import { When } from '../../components/when.js';
import { policyDiffQuery, type PolicyName, policyVersionsQuery } from '../../lib/policy-queries.js';
import { useSetUrl, useUrlValues } from '../../lib/url-state.js';
import { diffLines } from './model/diff-lines.js';

const CHANGES: Record<PolicyVersion['change'], string> = {
  found: 'found when watching began',
  created: 'created',
  changed: 'changed',
  deleted: 'deleted',
};

/** Every version that was seen, with what changed. `?v=3` opens one, `&base=1` compares it with another than the one before. */
export function PolicyVersions({ policy }: { policy: PolicyName }) {
  const query = useQuery(policyVersionsQuery(policy));
  const values = useUrlValues();
  const setUrl = useSetUrl();
  const open = Number(values['v']);
  return (
    <QueryView query={query} skeleton={<Skeleton className="h-32" />} title="Versions">
      {({ versions, nextCursor }) => (
        <Panel title="Versions" note={`${versions.length}${nextCursor === undefined ? '' : ', and older ones'}`} flush>
          {versions.length === 0 && (
            <p className="px-4 py-4 text-sm text-ink-3">No version is kept: it was not seen while the database could be reached.</p>
          )}
          <ul className="divide-y divide-line border-t border-line text-sm">
            {versions.map((version) => (
              <li key={version.version}>
                <button
                  type="button"
                  aria-expanded={open === version.version}
                  onClick={() =>
                    setUrl({ v: open === version.version ? undefined : String(version.version), base: undefined }, { replace: true })
                  }
                  className="flex min-h-10 w-full flex-wrap items-center gap-x-3 px-4 py-1 text-left hover:bg-inset/50"
                >
                  <ChevronRight size={14} aria-hidden className={open === version.version ? 'rotate-90 text-ink-3' : 'text-ink-3'} />
                  <VersionLine version={version} />
                </button>
                {open === version.version && (
                  <Changes policy={policy} version={version} versions={versions} base={Number(values['base'])} />
                )}
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </QueryView>
  );
}

function VersionLine({ version: { version, change, seenAt, changedBy, changedAt, linesAdded, linesRemoved } }: { version: PolicyVersion }) {
  return (
    <>
      <span className="figures w-8 font-medium">{version}</span>
      <span className={change === 'deleted' ? 'text-degraded-ink' : ''}>
        {CHANGES[change]}
        {changedBy !== undefined && <span className="text-ink-2"> by {changedBy}</span>}
      </span>
      <span className="text-ink-3">
        seen <When at={seenAt} />
        {changedAt !== undefined && (
          <>
            , written <When at={changedAt} />
          </>
        )}
      </span>
      <span className="figures ml-auto text-ink-2">
        +{linesAdded} −{linesRemoved}
      </span>
    </>
  );
}

interface ChangesProps {
  policy: PolicyName;
  version: PolicyVersion;
  versions: readonly PolicyVersion[];
  base: number;
}

function Changes({ policy, version, versions, base }: ChangesProps) {
  const setUrl = useSetUrl();
  const others = versions.filter((each) => each.version !== version.version);
  const chosen = others.find((each) => each.version === base);
  return (
    <div className="flex flex-col gap-2 px-4 pb-3">
      {others.length > 0 && (
        <p className="flex items-center gap-2 text-ink-2">
          compared with
          <SelectField
            label="Compare with"
            value={chosen ? String(chosen.version) : ''}
            options={[
              { value: '', label: 'the one before' },
              ...others.map((each) => ({ value: String(each.version), label: `version ${each.version}` })),
            ]}
            onChange={(next) => setUrl({ base: next || undefined }, { replace: true })}
          />
        </p>
      )}
      {chosen ? (
        <Between policy={policy} from={chosen.version} to={version.version} />
      ) : (
        <DiffView label={`What version ${version.version} changed`} lines={diffLines(version.diff)} />
      )}
    </div>
  );
}

function Between({ policy, from, to }: { policy: PolicyName; from: number; to: number }) {
  const query = useQuery(policyDiffQuery(policy, { from, to }));
  return (
    <QueryView query={query} skeleton={<Skeleton className="h-40" />}>
      {({ diff }) =>
        diffLines(diff).length === 0 ? (
          <p className="text-ink-3">The two versions say the same.</p>
        ) : (
          <DiffView label={`From version ${from} to ${to}`} lines={diffLines(diff)} />
        )
      }
    </QueryView>
  );
}
