import { ChevronDown, History, Radio } from 'lucide-react';
import { Button } from '../components/button.js';
import { Floating } from '../components/floating.js';
import { Segmented } from '../components/segmented.js';
import { absoluteTime, clockTime, type Zone } from '../lib/format.js';
import { type LiveConnection, useLiveConnection } from '../lib/live.js';
import { usePreferences } from '../lib/preferences.js';
import { fromInputText, toInputText } from '../lib/time-input.js';
import type { TimeMode } from '../lib/time.js';
import { useTime } from '../lib/use-time.js';

const MINUTE_MS = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS).toISOString();

function timeLabel(time: TimeMode, zone: Zone, connection: LiveConnection['state']): string {
  const at = (instant: string) => clockTime(instant, zone, Date.now());
  if (time.mode === 'at') return `At ${at(time.at)}`;
  if (time.mode === 'compare') return `${at(time.from)} ↔ ${at(time.to)}`;
  return connection === 'cut' ? 'Live, reconnecting' : 'Live';
}

/** Live, the mesh at one time, or two times side by side. */
export function TimeControl() {
  const { time, setTime } = useTime();
  const zone = usePreferences((preferences) => preferences.zone);
  const connection = useLiveConnection();
  const label = timeLabel(time, zone, connection.state);
  const live = time.mode === 'live';
  return (
    <div className="flex items-center">
      <Floating
        label="Time"
        className="w-80"
        trigger={
          <Button look="plain" aria-pressed={!live} aria-label={`Time: ${label}`}>
            {live ? <LiveDot connection={connection} /> : <History size={15} aria-hidden />}
            <span className="figures">{label}</span>
            <ChevronDown size={13} aria-hidden />
          </Button>
        }
      >
        <TimePicker time={time} zone={zone} onChange={setTime} />
        {connection.state === 'cut' && (
          <p className="mt-3 text-sm text-ink-2">
            The live feed is cut since {absoluteTime(new Date(connection.since), zone)}: {connection.reason}. Until it is back, figures are
            asked for every 30 s.
          </p>
        )}
      </Floating>
      {!live && (
        <Button look="link" onClick={() => setTime({ mode: 'live' })}>
          <span>
            <span className="max-sm:sr-only">Back to </span>live
          </span>
        </Button>
      )}
    </div>
  );
}

function LiveDot({ connection }: { connection: LiveConnection }) {
  const cut = connection.state === 'cut';
  return <Radio size={15} aria-hidden className={cut ? 'text-degraded' : 'text-accent'} />;
}

const MODES = [
  { value: 'live', label: 'Live' },
  { value: 'at', label: 'At a time' },
  { value: 'compare', label: 'Compare' },
] as const;

interface TimePickerProps {
  time: TimeMode;
  zone: Zone;
  onChange: (time: TimeMode) => void;
}

function TimePicker({ time, zone, onChange }: TimePickerProps) {
  const choose = (mode: TimeMode['mode']) => {
    if (mode === 'live') onChange({ mode });
    if (mode === 'at') onChange({ mode, at: time.mode === 'compare' ? time.to : ago(60) });
    if (mode === 'compare') onChange({ mode, from: time.mode === 'at' ? time.at : ago(60), to: ago(0) });
  };
  return (
    <div className="flex flex-col gap-3">
      <Segmented label="Time" value={time.mode} options={MODES} onChange={choose} />
      {time.mode === 'live' && <p className="text-sm text-ink-2">The mesh as it is: figures of the last five minutes, new every window.</p>}
      {time.mode === 'at' && (
        <>
          <Instant label="At" value={time.at} zone={zone} onChange={(at) => onChange({ mode: 'at', at })} />
          <Quick
            options={[
              ['15 min ago', 15],
              ['1 h ago', 60],
              ['6 h ago', 360],
              ['A day ago', 1440],
            ]}
            onChoose={(minutes) => onChange({ mode: 'at', at: ago(minutes) })}
          />
        </>
      )}
      {time.mode === 'compare' && (
        <>
          <Instant label="Before" value={time.from} zone={zone} onChange={(from) => onChange({ ...time, from })} />
          <Instant label="After" value={time.to} zone={zone} onChange={(to) => onChange({ ...time, to })} />
          <p className="text-sm text-ink-3">Compare now with</p>
          <Quick
            options={[
              ['15 min ago', 15],
              ['1 h ago', 60],
              ['A day ago', 1440],
              ['A week ago', 10_075],
            ]}
            onChoose={(minutes) => onChange({ mode: 'compare', from: ago(minutes), to: ago(0) })}
          />
        </>
      )}
    </div>
  );
}

interface InstantProps {
  label: string;
  value: string;
  zone: Zone;
  onChange: (at: string) => void;
}

function Instant({ label, value, zone, onChange }: InstantProps) {
  const change = (text: string) => {
    const at = fromInputText(text, zone);
    if (at !== undefined) onChange(at);
  };
  return (
    <label className="flex items-center gap-2 text-sm">
      <span className="w-14 text-ink-3">{label}</span>
      <input
        type="datetime-local"
        value={toInputText(value, zone)}
        max={toInputText(ago(0), zone)}
        onChange={(event) => change(event.target.value)}
        className="h-(--control) flex-1 rounded-md border border-line-strong bg-bg px-2 text-sm"
      />
      <span className="text-xs text-ink-3">{zone === 'utc' ? 'UTC' : 'local'}</span>
    </label>
  );
}

interface QuickProps {
  options: readonly (readonly [label: string, minutes: number])[];
  onChoose: (minutes: number) => void;
}

function Quick({ options, onChoose }: QuickProps) {
  return (
    <div className="flex flex-wrap gap-1.5">
      {options.map(([label, minutes]) => (
        <Button key={label} onClick={() => onChoose(minutes)} className="px-2">
          {label}
        </Button>
      ))}
    </div>
  );
}
