import { ArrowLeftRight, ChevronLeft, ChevronRight, X } from 'lucide-react';
import { Slider } from 'radix-ui';
import { useEffect, useState } from 'react';
import { Button } from '../../components/button.js';
import { classes } from '../../components/classes.js';
import { absoluteTime, clockTime } from '../../lib/format.js';
import { usePreferences } from '../../lib/preferences.js';
import type { TimeMode } from '../../lib/time.js';
import { useNow } from '../../lib/use-now.js';
import { useTime } from '../../lib/use-time.js';
import { marks, shareOf, SPANS, spanHolding, timeAt, type TimeSpan } from './model/time-scale.js';

const iso = (at: number) => new Date(at).toISOString();
/** Steps of the slider itself: finer than a pixel on a wide screen. */
const RESOLUTION = 4000;

function timesOf(time: TimeMode, now: number): number[] {
  if (time.mode === 'compare') return [Date.parse(time.from), Date.parse(time.to)];
  return [time.mode === 'at' ? Date.parse(time.at) : now];
}

/** Back through the last week: one time, or two to compare. */
export function TimeTravel({ onClose, pending }: { onClose: () => void; pending: boolean }) {
  const { time, setTime } = useTime();
  const now = useNow();
  const [chosen, setChosen] = useState<TimeSpan | null>(null);
  const times = timesOf(time, now);
  const span = chosen ?? spanHolding(times, now);
  const go = (next: number[], replace = true) => {
    const [first, second] = next.toSorted((a, b) => a - b);
    if (first === undefined) return;
    if (second !== undefined) setTime({ mode: 'compare', from: iso(first), to: iso(second) }, { replace });
    else setTime(first >= now - span.stepSec * 500 ? { mode: 'live' } : { mode: 'at', at: iso(first) }, { replace });
  };
  const step = (by: number) => go(times.map((at) => Math.min(now, at + by * span.stepSec * 1000)));
  const compare = () =>
    time.mode === 'compare' ? go([times[1] ?? now], false) : go([Math.min(times[0] ?? now, now - 3_600_000), now], false);
  return (
    <section
      aria-label="Time travel"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line bg-surface px-3 py-2 max-md:gap-x-0"
    >
      <div role="group" aria-label="Reach of the slider" className="flex">
        {SPANS.map((each) => (
          <Button key={each.text} look="plain" className="px-2" aria-pressed={each === span} onClick={() => setChosen(each)}>
            {each.text}
          </Button>
        ))}
      </div>
      <Button look="plain" className="px-0" aria-label="Earlier" onClick={() => step(-1)}>
        <ChevronLeft size={15} aria-hidden />
      </Button>
      <TimeSlider times={times} span={span} now={now} onGo={go} />
      <Button look="plain" className="px-0" aria-label="Later" onClick={() => step(1)} disabled={time.mode === 'live'}>
        <ChevronRight size={15} aria-hidden />
      </Button>
      <Button look="plain" aria-pressed={time.mode === 'compare'} onClick={compare} title="Compare two times">
        <ArrowLeftRight size={14} aria-hidden /> <span className="max-md:sr-only">Compare</span>
      </Button>
      <Button look="plain" aria-pressed={time.mode === 'live'} onClick={() => setTime({ mode: 'live' })}>
        <span aria-hidden className={classes('size-1.5 rounded-full', time.mode === 'live' ? 'bg-accent' : 'bg-ink-3')} /> Live
      </Button>
      <Button
        look="plain"
        className="px-0"
        aria-label="Close time travel"
        onClick={() => {
          setTime({ mode: 'live' });
          onClose();
        }}
      >
        <X size={15} aria-hidden />
      </Button>
      {pending && (
        <span className="sr-only" role="status">
          Reading the graph of this time
        </span>
      )}
    </section>
  );
}

interface TimeSliderProps {
  times: number[];
  span: TimeSpan;
  now: number;
  onGo: (times: number[]) => void;
}

function TimeSlider({ times, span, now, onGo }: TimeSliderProps) {
  const zone = usePreferences((preferences) => preferences.zone);
  const [held, setHeld] = useState<number[] | null>(null);
  const key = times.join(' ');
  useEffect(() => setHeld(null), [key]);
  const shown = held ?? times;
  const offset = zone === 'utc' ? 0 : -new Date(now).getTimezoneOffset();
  return (
    <div className="relative min-w-52 flex-1 px-1 pb-4 max-md:order-last max-md:mt-5 max-md:w-full max-md:flex-none">
      <Slider.Root
        className="relative flex h-6 touch-none items-center"
        min={0}
        max={RESOLUTION}
        value={shown.map((at) => Math.round(shareOf(at, span, now) * RESOLUTION))}
        minStepsBetweenThumbs={1}
        onValueChange={(values) => setHeld(values.map((value) => timeAt(value / RESOLUTION, span, now)))}
        onValueCommit={(values) => onGo(values.map((value) => timeAt(value / RESOLUTION, span, now)))}
      >
        <Slider.Track className="relative h-1 grow rounded-full bg-inset">
          <Slider.Range className={classes('absolute h-full rounded-full', shown.length > 1 ? 'bg-accent/50' : 'bg-line-strong')} />
        </Slider.Track>
        {shown.map((at, index) => (
          <Slider.Thumb
            // Thumbs are told apart by their place alone.
            // oxlint-disable-next-line react/no-array-index-key
            key={index}
            aria-label={shown.length === 1 ? 'Time' : index === 0 ? 'Earlier time' : 'Later time'}
            aria-valuetext={absoluteTime(at, zone)}
            className="group relative block size-4 rounded-full border-2 border-accent bg-surface shadow-sm"
          >
            <span
              className={classes(
                'figures absolute bottom-full mb-1 rounded-sm whitespace-nowrap bg-ink px-1.5 text-xs text-bg group-[:not(:focus):not(:hover)]:max-md:hidden',
                bubblePlace(index, shown.length),
              )}
            >
              {now - at < span.stepSec * 500 ? 'now' : clockTime(at, zone, now)}
            </span>
          </Slider.Thumb>
        ))}
      </Slider.Root>
      <div aria-hidden className="figures absolute inset-x-1 bottom-0 h-4 text-xs text-ink-3">
        {marks(span, now, offset).map((at) => (
          <span key={at} className="absolute -translate-x-1/2" style={{ left: `${shareOf(at, span, now) * 100}%` }}>
            {span.seconds > 86_400
              ? new Intl.DateTimeFormat('en-GB', { weekday: 'short', ...(zone === 'utc' ? { timeZone: 'UTC' } : {}) }).format(at)
              : clockTime(at, zone, at)}
          </span>
        ))}
      </div>
    </div>
  );
}

/** Two bubbles lean away from each other, as their times may be close. */
function bubblePlace(index: number, count: number): string {
  if (count === 1) return 'left-1/2 -translate-x-1/2';
  return index === 0 ? '-right-1' : '-left-1';
}
