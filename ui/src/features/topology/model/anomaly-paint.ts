/**
 * How unusual everything is now, as colours on the map. Invariant: what is as usual stays quiet, and what is not judged yet
 * is marked as not known, never as usual.
 */
import type { ScoresReply } from '@observatory/contracts';
import type { MapPaint, PaintTone } from '../../../lib/map-paint.js';
import { degreeOf, scoreText, sureWords, type Degree } from '../../../lib/scores.js';

const TONES: Record<Degree, PaintTone | undefined> = { alert: 'failing', look: 'degraded', usual: undefined, unknown: 'unknown' };

export function anomalyPaint({ nodes, edges, threshold }: Pick<ScoresReply, 'nodes' | 'edges' | 'threshold'>): MapPaint {
  const tones = (scored: readonly { id: string; score: number | null }[], unknown: boolean) =>
    Object.fromEntries(
      scored.flatMap(({ id, score }) => {
        const tone = TONES[degreeOf(score, threshold)];
        return tone === undefined || (tone === 'unknown' && !unknown) ? [] : [[id, tone] as const];
      }),
    );
  return {
    title: 'Anomalies',
    legend: [
      { tone: 'failing', words: 'unusual enough to alert', of: 'node' },
      { tone: 'degraded', words: 'unusual, no alert', of: 'node' },
      { tone: 'unknown', words: 'not judged yet', of: 'node' },
      { tone: 'failing', words: 'the same of edges', of: 'edge' },
      { tone: 'idle', words: 'as usual, or not judged', of: 'edge' },
    ],
    nodes: tones(nodes, true),
    // Most edges are young or too quiet to be judged: colouring them would hide what is unusual.
    edges: tones(edges, false),
    words: Object.fromEntries([...nodes, ...edges].map(({ id, score }) => [id, wordsOf(score, threshold)])),
  };
}

const wordsOf = (score: number | null, threshold: number) =>
  score === null ? 'not judged yet' : `${scoreText(score)}, ${sureWords(score, threshold)}`;
