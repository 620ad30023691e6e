/**
 * How does a signal look beside what was to be expected, and which windows stand out? The band is what the detection itself
 * learned, from the answer and not drawn up here. Invariant: what is not known stays a gap, in the line and in the band.
 */
import type { AnomalySubject, ScoresReply, SignalSeries, SignalSeriesReply } from '@observatory/contracts';
import type { ChartSeries, ChartSpan } from '../../../components/chart-model.js';
import { span, type Unit } from '../../../lib/format.js';
import { parseEdgeId, parseNodeId } from '../../../lib/node-id.js';
import { degreeOf, scoreText } from '../../../lib/scores.js';
import { chartUnit, signalColour, signalWords, STAGE_WORDS } from './words.js';

export interface SignalChart {
  key: string;
  title: string;
  unit: Unit;
  series: ChartSeries[];
  spans: ChartSpan[];
  /** The highest score in the span; null where nothing was judged. */
  peak: number | null;
}

export const hasValues = ({ observed }: Pick<SignalSeries, 'observed'>) => observed.some((value) => value !== null);

/** Runs of windows at or above the threshold, as spans of time. */
export function unusualSpans(
  scores: readonly (number | null)[],
  at: readonly string[],
  options: { stepSec: number; threshold: number },
): ChartSpan[] {
  const spans: ChartSpan[] = [];
  const half = options.stepSec * 500;
  for (const [index, score] of scores.entries()) {
    const time = Date.parse(at[index] ?? '');
    if (score === null || score < options.threshold || Number.isNaN(time)) continue;
    const to = new Date(time + half).toISOString();
    const last = spans.at(-1);
    if (last && Date.parse(last.to) >= time - half) last.to = to;
    else spans.push({ from: new Date(time - half).toISOString(), to, colour: 'failing' });
  }
  return spans;
}

export function signalChart(signal: SignalSeries, reply: Pick<SignalSeriesReply, 'at' | 'stepSec' | 'threshold'>): SignalChart {
  const colour = signalColour(signal.signal);
  const known = signal.score.filter((score) => score !== null);
  const band = signal.low.some((value) => value !== null) || signal.high.some((value) => value !== null);
  return {
    key: signal.signal,
    title: signalWords(signal.signal),
    unit: chartUnit(signal.signal, signal.unit),
    series: [
      ...(band
        ? [
            { label: 'expected', values: signal.high, colour: 'line-strong', look: 'high' as const },
            { label: 'at least', values: signal.low, colour: 'line-strong', look: 'low' as const },
          ]
        : []),
      { label: 'seen', values: signal.observed, colour, look: 'line' },
    ],
    spans: unusualSpans(signal.score, reply.at, reply),
    peak: known.length === 0 ? null : Math.max(...known),
  };
}

/** The most unusual first; what was never seen is left out. */
export function signalCharts(reply: Pick<SignalSeriesReply, 'at' | 'stepSec' | 'threshold' | 'signals'>): SignalChart[] {
  return reply.signals
    .filter(hasValues)
    .map((signal) => signalChart(signal, reply))
    .toSorted((a, b) => rank(b, reply.threshold) - rank(a, reply.threshold));
}

/** Only what was unusual is put first: among the rest the order of the service is easier to find things in. */
const rank = ({ peak }: SignalChart, threshold: number) => (degreeOf(peak, threshold) === 'alert' ? (peak ?? 0) : 0);

const KINDS: Record<string, string> = {
  workload: 'Workload',
  service: 'Service',
  serviceEntry: 'Service entry',
  external: 'Outside the mesh',
  unknown: 'Caller or destination that is not known',
};

/** `Workload of cluster east.` */
export function subjectSentence({ kind, id, cluster }: Pick<AnomalySubject, 'kind' | 'id' | 'cluster'>): string {
  const what = kind === 'edge' ? 'Traffic' : (KINDS[parseNodeId(id).kind] ?? parseNodeId(id).kind);
  return `${what}, seen in cluster ${cluster}.`;
}

/** `Compared with its last days …; learned from 31 h of history.` */
export function stageSentence({ stage, historySec }: Pick<SignalSeriesReply, 'stage' | 'historySec'>): string {
  const { words } = STAGE_WORDS[stage];
  const learned = historySec === 0 ? 'nothing was learned yet' : `learned from ${span(historySec)} of history`;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}; ${learned}.`;
}

const NAMED_MAX = 4;
const inSentence = (title: string) => `${title.charAt(0).toLowerCase()}${title.slice(1)}`;

/** The charts' sentence: what stands out now. */
export function signalsSentence({ charts, threshold }: { charts: readonly SignalChart[]; threshold: number }): string {
  if (charts.length === 0) return 'Nothing was measured of it in this span of time.';
  const loud = charts.filter(({ peak }) => degreeOf(peak, threshold) === 'alert');
  if (charts.every(({ peak }) => peak === null)) return 'None of its signals was judged in this span of time.';
  if (loud.length === 0) return 'All its signals stayed within what is usual for it.';
  const named = loud.slice(0, NAMED_MAX).map(({ title, peak }) => `${inSentence(title)} (${scoreText(peak)})`);
  const more = loud.length > NAMED_MAX ? ` and ${loud.length - NAMED_MAX} more` : '';
  return `Unusual in this span of time: ${named.join(', ')}${more}.`;
}

/** A node or an edge by its id, as people say it: `shop/cart`, `shop/cart → shop/payments`. */
export function subjectLabel(id: string): string {
  const one = ({ namespace, name }: { namespace: string; name: string }) => (namespace === '' ? name : `${namespace}/${name}`);
  const edge = parseEdgeId(id);
  return edge ? `${one(edge.source)} → ${one(edge.target)}` : one(parseNodeId(id));
}

export interface ScoreRow {
  id: string;
  /** `edge`, or what the node is. */
  kind: string;
  label: string;
  score: number | null;
  stage: ScoresReply['nodes'][number]['stage'];
  signal: string | undefined;
  type: ScoresReply['nodes'][number]['type'];
  incidentId: string | undefined;
}

/** Everything that is scored, the most unusual first, by name where nothing tells them apart. */
export function scoreRows({ nodes, edges }: Pick<ScoresReply, 'nodes' | 'edges'>): ScoreRow[] {
  const row = (kindOf: (id: string) => string) => (each: ScoresReply['nodes'][number]) => ({
    id: each.id,
    kind: kindOf(each.id),
    label: subjectLabel(each.id),
    score: each.score,
    stage: each.stage,
    signal: each.signal === undefined ? undefined : signalWords(each.signal),
    type: each.type,
    incidentId: each.incidentId,
  });
  return [...nodes.map(row((id) => parseNodeId(id).kind)), ...edges.map(row(() => 'edge'))].toSorted(
    (a, b) => (b.score ?? -1) - (a.score ?? -1) || a.label.localeCompare(b.label),
  );
}
