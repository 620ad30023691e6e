import { useQuery } from '@tanstack/react-query';
import { Check, Link2, LogOut, Settings2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../components/button.js';
import { Floating } from '../components/floating.js';
import { Segmented } from '../components/segmented.js';
import { openOverlay } from '../lib/overlays.js';
import { usePreferences } from '../lib/preferences.js';
import { meQuery } from '../lib/queries.js';
import { signOut } from './sign-out.js';

const THEMES = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;
const DENSITIES = [
  { value: 'comfortable', label: 'Comfortable' },
  { value: 'compact', label: 'Compact' },
] as const;
const ZONES = [
  { value: 'local', label: 'Local' },
  { value: 'utc', label: 'UTC' },
] as const;
const SWITCH = [
  { value: 'on', label: 'On' },
  { value: 'off', label: 'Off' },
] as const;

export function SettingsMenu() {
  const { theme, density, zone, shortcuts, set } = usePreferences();
  const me = useQuery(meQuery());
  return (
    <Floating
      label="Settings"
      align="end"
      className="w-80"
      trigger={
        <Button look="plain" aria-label="Settings and person" title="Settings">
          <Settings2 size={16} aria-hidden />
        </Button>
      }
    >
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2 text-sm">
        <dt className="text-ink-3">Theme</dt>
        <dd className="justify-self-end">
          <Segmented label="Theme" value={theme} options={THEMES} onChange={(value) => set({ theme: value })} />
        </dd>
        <dt className="text-ink-3">Density</dt>
        <dd className="justify-self-end">
          <Segmented label="Density" value={density} options={DENSITIES} onChange={(value) => set({ density: value })} />
        </dd>
        <dt className="text-ink-3">Times in</dt>
        <dd className="justify-self-end">
          <Segmented label="Times in" value={zone} options={ZONES} onChange={(value) => set({ zone: value })} />
        </dd>
        <dt className="text-ink-3">Keys</dt>
        <dd className="flex items-center gap-1 justify-self-end">
          <Button look="plain" onClick={() => openOverlay('keys')}>
            Show
          </Button>
          <Segmented
            label="Keyboard shortcuts"
            value={shortcuts ? 'on' : 'off'}
            options={SWITCH}
            onChange={(value) => set({ shortcuts: value === 'on' })}
          />
        </dd>
      </dl>
      <hr className="my-3 border-line" />
      <p className="mb-1 text-sm">
        <span className="text-ink-3">Signed in as </span>
        {me.data ? `${me.data.name}, role ${me.data.role}` : 'unknown'}
      </p>
      <div className="-mx-1 flex items-center justify-between gap-1">
        <CopyLink />
        <Button look="plain" onClick={signOut}>
          <LogOut size={14} aria-hidden /> Sign out
        </Button>
      </div>
    </Floating>
  );
}

function CopyLink() {
  const [copied, setCopied] = useState(false);
  const copy = () => void navigator.clipboard.writeText(location.href).then(() => setCopied(true));
  const Icon = copied ? Check : Link2;
  return (
    <Button look="plain" onClick={copy} onBlur={() => setCopied(false)}>
      <Icon size={14} aria-hidden /> {copied ? 'Copied' : 'Copy link'}
    </Button>
  );
}
