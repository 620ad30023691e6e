import { ChevronDown, ChevronUp } from 'lucide-react';
import { useState, type Ref } from 'react';
import { compactNumber, counted, percent } from '../../lib/format.js';
import type { MapPaint } from '../../lib/map-paint.js';
import type { MapView } from './model/level-of-detail.js';
import type { MapState } from './model/map-url.js';
import { OVERLAY_NAMES, overlayLegend, type LegendEntry } from './model/overlay.js';
import type { Tone } from './model/scene-types.js';

/** Design token of a tone, as the canvas reads it. */
const TONE_TOKENS: Record<Tone, string> = {
  quiet: 'healthy',
  idle: 'line-strong',
  degraded: 'degraded',
  failing: 'failing',
  unknown: 'unknown',
  accent: 'accent',
  added: 'accent',
  removed: 'before',
  changed: 'latency',
  encrypted: 'encrypted',
  scale0: 'line-strong',
  scale1: 'latency',
  scale2: 'latency',
  scale3: 'degraded',
  scale4: 'failing',
  istio: 'rate',
  ambient: 'bytes',
  linkerd: 'latency',
};
const COMPARE: LegendEntry[] = [
  { tone: 'added', words: 'added', of: 'node' },
  { tone: 'removed', words: 'gone', of: 'node' },
  { tone: 'changed', words: 'changed', of: 'node' },
  { tone: 'idle', words: 'the same', of: 'node' },
];

interface MapLegendProps {
  state: MapState;
  view: MapView | null;
  comparing: boolean;
  paint: MapPaint | undefined;
  ref: Ref<HTMLElement>;
}

export function MapLegend({ state, view, comparing, paint, ref }: MapLegendProps) {
  const [open, setOpen] = useState(() => matchMedia('(min-width: 900px)').matches);
  const Icon = open ? ChevronDown : ChevronUp;
  const entries = comparing ? COMPARE : (paint?.legend ?? overlayLegend(state.overlay));
  return (
    <section
      ref={ref}
      data-map-control
      aria-label="Legend"
      className="absolute bottom-3 left-3 z-10 max-w-[calc(100%-72px)] rounded-md border border-line bg-surface text-sm shadow-(--shadow)"
    >
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex h-8 w-full items-center gap-2 rounded-md px-3 text-ink-2 hover:text-ink"
      >
        <span className="font-medium">{comparing ? 'What changed' : (paint?.title ?? OVERLAY_NAMES[state.overlay])}</span>
        {view && <Drawn view={view} />}
        <Icon size={14} aria-hidden className="ml-auto" />
      </button>
      {open && (
        <div className="flex flex-wrap gap-x-4 gap-y-1 border-t border-line px-3 py-2 text-ink-2 md:max-w-[560px]">
          <LegendEntries entries={entries} />
          {(state.overlay === 'health' || comparing) && <Dashes locks={state.locks} />}
        </div>
      )}
    </section>
  );
}

export function LegendEntries({ entries }: { entries: readonly LegendEntry[] }) {
  return entries.map(({ tone, words, of }) => (
    <span key={`${of}${words}`} className="inline-flex items-center gap-1.5">
      <Swatch tone={tone} of={of} /> {words}
    </span>
  ));
}

/** What level of detail left out, counted. */
function Drawn({ view }: { view: MapView }) {
  const { edges, omitted } = view;
  if (omitted.edges === 0) return null;
  const total = edges.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0) + omitted.requestsPerSecond;
  const share = total > 0 ? `, ${percent(omitted.requestsPerSecond / total)} of the requests` : '';
  return (
    <span className="figures text-ink-3" title={`${counted(omitted.edges, 'edge')} that carry least are not drawn${share}`}>
      {compactNumber(edges.length)} of {compactNumber(edges.length + omitted.edges)} edges
    </span>
  );
}

function Swatch({ tone, of }: { tone: Tone; of: LegendEntry['of'] }) {
  const colour = `var(--${TONE_TOKENS[tone]})`;
  if (of === 'edge')
    return (
      <svg width="20" height="8" aria-hidden opacity={tone === 'scale1' ? 0.6 : 1}>
        <path d="M0 4h14" stroke={colour} strokeWidth="2.2" />
        <path d="M20 4l-7-3.4v6.8z" fill={colour} />
      </svg>
    );
  return (
    <svg width="14" height="14" aria-hidden>
      <rect x="1" y="1" width="12" height="12" rx="4" fill="var(--surface)" stroke={colour} strokeWidth="1.8" />
      {tone === 'failing' && <path d="m4.8 4.8 4.4 4.4m0-4.4-4.4 4.4" stroke={colour} strokeWidth="1.6" />}
      {tone === 'degraded' && <path d="M7 3.6 10.4 10H3.6Z" fill={colour} />}
    </svg>
  );
}

function Dashes({ locks }: { locks: boolean }) {
  const line = (dash: string) => (
    <svg width="24" height="8" aria-hidden>
      <path
        d="M0 4h24"
        stroke="var(--healthy)"
        strokeWidth="1.8"
        strokeDasharray={dash}
        strokeLinecap={dash === '0.1 5' ? 'round' : 'butt'}
      />
    </svg>
  );
  return (
    <>
      <span className="inline-flex items-center gap-1.5">
        {line('')} {locks ? 'encrypted (lock)' : 'encrypted'}
      </span>
      <span className="inline-flex items-center gap-1.5">{line('5 3')} a part</span>
      <span className="inline-flex items-center gap-1.5">{line('0.1 5')} not, or unknown</span>
    </>
  );
}
