/**
 * What does an edge say in a few characters? Figures of the chosen kind with unit; a share of errors is added wherever
 * it is past the threshold. Invariant: what is not known is no label, never a zero.
 */
import { byteRate, milliseconds, percent, requestRate } from '../../../lib/format.js';
import type { MapEdge } from './level-of-detail.js';

export const LABEL_MODES = ['off', 'rate', 'p95', 'mean', 'errors', 'bytes'] as const;
export type LabelMode = (typeof LABEL_MODES)[number];

function figure(edge: MapEdge, mode: LabelMode): string {
  switch (mode) {
    case 'off':
      return '';
    case 'rate':
      if (edge.requestsPerSecond > 0) return requestRate(edge.requestsPerSecond);
      return edge.bytesPerSecond > 0 ? byteRate(edge.bytesPerSecond) : '';
    case 'p95':
      return edge.latencyMsP95 === null ? '' : milliseconds(edge.latencyMsP95);
    case 'mean':
      return edge.latencyMsMean === null ? '' : milliseconds(edge.latencyMsMean);
    case 'errors':
      return edge.errorRatio === null || edge.requestsPerSecond === 0 ? '' : percent(edge.errorRatio);
    case 'bytes':
      return edge.bytesPerSecond > 0 ? byteRate(edge.bytesPerSecond) : '';
  }
}

/** `short` is what must be said where there is little room: the share of errors past the threshold, else nothing. */
export function edgeLabel(edge: MapEdge, mode: LabelMode, attention: boolean): { text: string; short: string } {
  const text = figure(edge, mode);
  if (!attention || edge.errorRatio === null) return { text, short: '' };
  const share = percent(edge.errorRatio);
  if (mode === 'errors') return { text, short: share };
  return { text: text === '' ? `${share} errors` : `${text} · ${share}`, short: share };
}
