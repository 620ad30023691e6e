import { problemLine } from '../lib/problem-words.js';
import { useKnownMe } from '../lib/use-known-me.js';
import { Words } from './words.js';

/** What went wrong, in one line beside what was tried: `Not done: …`. */
export function ProblemLine({ what, error }: { what: string; error: Error }) {
  const me = useKnownMe();
  return (
    <span role="alert" className="text-failing-ink">
      {what}: <Words text={problemLine(error, me)} />
    </span>
  );
}
