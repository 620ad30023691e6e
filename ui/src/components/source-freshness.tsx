import type { SourceFreshness as Source } from '@observatory/contracts';
import { Clock, CloudOff, Info } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type Freshness, freshness, sourceSentence } from '../lib/freshness.js';
import { usePreferences } from '../lib/preferences.js';
import { useNow } from '../lib/use-now.js';
import { classes } from './classes.js';

export function useFreshness(sources: readonly Source[]): Freshness {
  const now = useNow();
  const zone = usePreferences((preferences) => preferences.zone);
  return freshness(sources, zone, now);
}

/** A chip that says how old the data is; stale data cannot be mistaken for fresh. Details on demand. */
export function SourceFreshness({ sources }: { sources: readonly Source[] }) {
  const fresh = useFreshness(sources);
  const now = useNow();
  const zone = usePreferences((preferences) => preferences.zone);
  const isLimited = fresh.state === 'fresh' && fresh.limits.length > 0;
  const Icon = isLimited ? Info : fresh.state === 'fresh' ? Clock : CloudOff;
  const look = {
    fresh: 'text-ink-3 hover:bg-inset',
    stale: 'bg-degraded-soft text-degraded-ink',
    down: 'bg-failing-soft text-failing-ink',
  };
  return (
    <Popover.Root>
      <Popover.Trigger
        className={classes(
          'inline-flex h-6 items-center gap-1.5 rounded-full px-2 text-sm whitespace-nowrap',
          isLimited ? look.stale : look[fresh.state],
        )}
      >
        <Icon size={13} aria-hidden />
        <span className="sr-only">Data: </span>
        {fresh.short}
        {isLimited && <span className="sr-only">, with limits</span>}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-sm rounded-lg border border-line bg-surface p-3 text-sm shadow-(--shadow)"
        >
          <p className="mb-1.5 font-medium">Newest data by source</p>
          <ul className="flex flex-col gap-1 text-ink-2">
            {sources.map((source) => (
              <li key={`${source.cluster} ${source.name}`}>{sourceSentence(source, zone, now)}</li>
            ))}
          </ul>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** A line above data that is not fresh, or whose numbers are not of all that they should be: since when, and why. Nothing where all is as it should be. */
export function StaleBanner({ sources }: { sources: readonly Source[] }) {
  const fresh = useFreshness(sources);
  if (sources.length === 0 || (fresh.state === 'fresh' && fresh.cautions.length === 0)) return null;
  const look = fresh.state === 'down' ? 'bg-failing-soft text-failing-ink' : 'bg-degraded-soft text-degraded-ink';
  return (
    <div role="status" className={classes('flex items-start gap-2 rounded-md px-3 py-2 text-sm', look)}>
      <CloudOff size={15} aria-hidden className="mt-0.5 shrink-0" />
      <ul>
        {fresh.sentences.map((sentence) => (
          <li key={sentence}>{sentence}. What is shown is the last that was read.</li>
        ))}
        {fresh.cautions.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </div>
  );
}
