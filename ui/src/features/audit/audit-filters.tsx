import type { AuditRecord } from '@observatory/contracts';
import { useCallback } from 'react';
import { Button } from '../../components/button.js';
import { FIELD, SearchField, SelectField } from '../../components/fields.js';
import { usePreferences } from '../../lib/preferences.js';
import { fromInputText, toInputText } from '../../lib/time-input.js';
import { useSetUrl } from '../../lib/url-state.js';
import { actionWords, type AuditFilter } from './model/audit-view.js';

/** By name, deed and time, asked of the whole trail and not of the page that is shown. */
export function AuditFilters({ filter, rows }: { filter: AuditFilter; rows: readonly AuditRecord[] }) {
  const setUrl = useSetUrl();
  const setActor = useCallback((actor: string) => setUrl({ actor: actor.trim() || undefined }, { replace: true }), [setUrl]);
  const known = [...new Set([...rows.map(({ action }) => action), ...(filter.action ? [filter.action] : [])])].toSorted();
  const any = Object.values(filter).some((value) => value !== undefined);
  return (
    <div className="flex flex-wrap items-center gap-2 px-4 pb-2 text-sm">
      <SearchField label="Who" placeholder="Who: the whole name" value={filter.actor ?? ''} onChange={setActor} className="w-48" />
      <SelectField
        label="What"
        value={filter.action ?? ''}
        options={[{ value: '', label: 'Everything' }, ...known.map((action) => ({ value: action, label: actionWords(action) }))]}
        onChange={(action) => setUrl({ action: action || undefined })}
      />
      <Instant label="Since" value={filter.from} onChange={(since) => setUrl({ since })} />
      <Instant label="Until" value={filter.to} onChange={(until) => setUrl({ until })} />
      {any && (
        <Button look="plain" onClick={() => setUrl({ actor: undefined, action: undefined, since: undefined, until: undefined })}>
          Clear
        </Button>
      )}
    </div>
  );
}

function Instant({ label, value, onChange }: { label: string; value: string | undefined; onChange: (at: string | undefined) => void }) {
  const zone = usePreferences((preferences) => preferences.zone);
  return (
    <label className="flex items-center gap-1.5">
      <span className="text-ink-3">{label}</span>
      <input
        type="datetime-local"
        value={value === undefined ? '' : toInputText(value, zone)}
        onChange={(event) => onChange(event.target.value === '' ? undefined : fromInputText(event.target.value, zone))}
        className={FIELD}
      />
    </label>
  );
}
