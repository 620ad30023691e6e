import { Fragment } from 'react';

/** A sentence whose names stand between backticks, as the services write them. */
export function Words({ text }: { text: string }) {
  return (
    <>
      {text.split('`').map((part, index) =>
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
