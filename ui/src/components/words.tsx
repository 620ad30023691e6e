import { Fragment } from 'react';
import { withArrows, withClockTimes } from '../lib/format.js';
import { usePreferences } from '../lib/preferences.js';
import { useNow } from '../lib/use-now.js';

/** A sentence as the services write it: names stand between backticks, instants are RFC 3339, edges have arrows of two letters. */
export function Words({ text }: { text: string }) {
  const now = useNow();
  const zone = usePreferences((preferences) => preferences.zone);
  return (
    <>
      {withArrows(withClockTimes(text, zone, now))
        .split('`')
        .map((part, index) =>
          index % 2 === 1 ? (
            // oxlint-disable-next-line react/no-array-index-key -- parts of one sentence, in order
            <code key={index} className="rounded-sm bg-inset px-1 font-mono text-[0.92em] break-words">
              {part}
            </code>
          ) : (
            // oxlint-disable-next-line react/no-array-index-key -- parts of one sentence, in order
            <Fragment key={index}>{part}</Fragment>
          ),
        )}
    </>
  );
}
