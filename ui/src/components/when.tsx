import { absoluteTime, relativeTime } from '../lib/format.js';
import { usePreferences } from '../lib/preferences.js';
import { useNow } from '../lib/use-now.js';

/** A time as people say it, with the exact one on hover. */
export function When({ at, className }: { at: string; className?: string }) {
  const now = useNow();
  const zone = usePreferences((preferences) => preferences.zone);
  return (
    <time dateTime={at} title={absoluteTime(at, zone)} className={className}>
      {relativeTime(at, now)}
    </time>
  );
}
