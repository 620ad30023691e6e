import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { SelectField } from '../../components/fields.js';
import { policiesQuery } from '../../lib/policy-queries.js';
import { useDraft } from './draft.js';
import { KIND_NAMES, parseRef, refText } from './model/kinds.js';
import { PolicyLink } from './policy-link.js';

/** Applied policies that the change takes away. */
export function Deletions({ cluster }: { cluster: string }) {
  const { deletions, set } = useDraft();
  const list = useQuery(policiesQuery({ cluster }));
  const left = (list.data?.policies ?? []).filter((policy) => !deletions.includes(refText(policy)));
  return (
    <div className="flex flex-wrap items-center gap-2 text-sm">
      <SelectField
        label="Delete an applied policy"
        value=""
        options={[
          { value: '', label: 'Delete an applied policy …' },
          ...left.map((policy) => ({ value: refText(policy), label: `${policy.namespace}/${policy.name} (${KIND_NAMES[policy.kind]})` })),
        ]}
        onChange={(ref) => ref !== '' && set({ deletions: [...deletions, ref] })}
        className="max-w-72"
      />
      <ul aria-label="To be deleted" className="flex flex-wrap gap-1.5">
        {deletions.map((ref) => {
          const policy = parseRef(ref);
          return (
            <li key={ref} className="inline-flex h-7 items-center gap-1.5 rounded-md bg-degraded-soft pl-2 text-degraded-ink">
              <span className="sr-only">Delete </span>
              {policy ? (
                <PolicyLink cluster={cluster} policy={policy} full className="line-through" />
              ) : (
                <span>{ref}: not the name of a policy</span>
              )}
              <button
                type="button"
                aria-label={`Keep ${ref}`}
                title="Keep it"
                onClick={() => set({ deletions: deletions.filter((each) => each !== ref) })}
                className="inline-flex size-7 items-center justify-center rounded-sm hover:bg-inset"
              >
                <X size={13} aria-hidden />
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
