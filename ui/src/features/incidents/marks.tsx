import type { AnomalyState } from '@observatory/contracts';
import { classes } from '../../components/classes.js';
import { Tag } from '../../components/marks.js';
import { type Degree, degreeOf, scoreText, sureWords, goesOn } from '../../lib/scores.js';
import { STATE_WORDS } from './model/words.js';

export function StateTag({ state }: { state: AnomalyState }) {
  const tone = state === 'open' ? 'red' : goesOn(state) ? 'amber' : 'quiet';
  return <Tag tone={tone}>{STATE_WORDS[state]}</Tag>;
}

const FILLS: Record<Degree, string> = { alert: 'bg-failing', look: 'bg-degraded', usual: 'bg-healthy', unknown: 'bg-line-mid' };

/** A score as a number, a bar, and in words: how sure we are. */
export function Score({ score, threshold, words = false }: { score: number | null; threshold?: number; words?: boolean }) {
  const said = sureWords(score, threshold);
  return (
    <span className="inline-flex items-center gap-2" title={`${scoreText(score)} of 1: ${said}`}>
      <span className="figures">{scoreText(score)}</span>
      <span aria-hidden className="inline-block h-1.5 w-12 overflow-hidden rounded-full bg-inset">
        <span
          className={classes('block h-full rounded-full', FILLS[degreeOf(score, threshold)])}
          style={{ width: `${(score ?? 0) * 100}%` }}
        />
      </span>
      <span className={words ? 'text-ink-2' : 'sr-only'}>{said}</span>
    </span>
  );
}
