/**
 * How unusual everything is now, as colours on the map. Invariant: what is as usual stays quiet, and what is not judged yet
 * is marked as not known, never as usual.
 */
import type { ScoresReply } from '@observatory/contracts';
import type { MapPaint, PaintTone } from '../../../lib/map-paint.js';
import { degreeOf, isHardlyJudged, scoreText, sureWords, type Degree } from '../../../lib/scores.js';

const TONES: Record<Degree, PaintTone | undefined> = { alert: 'failing', look: 'degraded', usual: undefined, unknown: 'unknown' };

type Scored = Pick<ScoresReply['nodes'][number], 'id' | 'score' | 'stage'>;

export function anomalyPaint({ nodes, edges, threshold }: Pick<ScoresReply, 'nodes' | 'edges' | 'threshold'>): MapPaint {
  const tones = (scored: readonly Scored[], unknown: boolean) =>
    Object.fromEntries(
      scored.flatMap(({ id, score, stage }) => {
        const tone = TONES[isHardlyJudged(score, stage) ? 'unknown' : degreeOf(score, threshold)];
        return tone === undefined || (tone === 'unknown' && !unknown) ? [] : [[id, tone] as const];
      }),
    );
  return {
    title: 'Anomalies',
    legend: [
      { tone: 'failing', words: 'unusual enough to alert', of: 'node' },
      { tone: 'degraded', words: 'unusual, no alert', of: 'node' },
      { tone: 'unknown', words: 'not judged yet, or only its errors', of: 'node' },
      { tone: 'failing', words: 'unusual edge', of: 'edge' },
      { tone: 'idle', words: 'as usual, or not judged', of: 'edge' },
    ],
    nodes: tones(nodes, true),
    // Most edges are young or too quiet to be judged: colouring them would hide what is unusual.
    edges: tones(edges, false),
    words: Object.fromEntries([...nodes, ...edges].map((scored) => [scored.id, wordsOf(scored, threshold)])),
  };
}

function wordsOf({ score, stage }: Scored, threshold: number): string {
  if (score === null) return 'not judged yet';
  return isHardlyJudged(score, stage) ? 'new: only its errors are judged yet' : `${scoreText(score)}, ${sureWords(score, threshold)}`;
}
