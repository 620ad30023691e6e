/**
 * What a replay found, in words, rows and colours. Invariant: what was replayed is said beside what was found,
 * and a flow that could not be decided is never counted as unchanged.
 */
import type { FlowChange, FlowCoverage, FlowVerdict, PolicyWhatIfReply, WhatIfSummary } from '@observatory/contracts';
import { counted, percent, requestRate, span } from '../../../lib/format.js';
import type { MapPaint, PaintTone } from '../../../lib/map-paint.js';
import { withoutService } from '../../../lib/node-id.js';

export const VERDICTS: readonly FlowVerdict[] = ['newlyDenied', 'newlyAllowed', 'undecidable', 'unchanged'];
export const VERDICT_WORDS: Record<FlowVerdict, string> = {
  newlyDenied: 'Newly denied',
  newlyAllowed: 'Newly allowed',
  undecidable: 'Not decidable',
  unchanged: 'Unchanged',
};

export const OVERS = ['1h', '6h', '24h', '7d'] as const;
export type Over = (typeof OVERS)[number];
export const OVER_SEC: Record<Over, number> = { '1h': 3600, '6h': 21_600, '24h': 86_400, '7d': 604_800 };
export const asOver = (text: string | undefined): Over => OVERS.find((over) => over === text) ?? '7d';
export const asVerdict = (text: string | undefined): FlowVerdict | undefined => VERDICTS.find((verdict) => verdict === text);

export type Replay = Pick<PolicyWhatIfReply, 'summary' | 'flows' | 'flowsOmitted' | 'cutOff' | 'edges'>;

/** What to know before applying it, in one or two sentences. */
export function replaySentence({ summary, cutOff }: Pick<Replay, 'summary' | 'cutOff'>): string {
  const { newlyDenied, newlyAllowed, undecidable } = summary;
  const flows = ({ flows: count, requestsPerSecond }: WhatIfSummary['newlyDenied']) =>
    `${counted(count, 'flow')} (${requestRate(requestsPerSecond)})`;
  const parts = [
    newlyDenied.flows > 0 && `${flows(newlyDenied)} would be denied that ${newlyDenied.flows === 1 ? 'is' : 'are'} let in now`,
    newlyAllowed.flows > 0 && `${flows(newlyAllowed)} would be let in that ${newlyAllowed.flows === 1 ? 'is' : 'are'} denied now`,
    undecidable.flows > 0 && `${flows(undecidable)} cannot be decided from what was recorded`,
  ].filter(Boolean);
  const cut = new Set(cutOff.map(({ workload }) => workload.id)).size;
  const cutWords = cut === 0 ? '' : ` ${counted(cut, 'workload')} would be cut off altogether.`;
  if (parts.length === 0) return `Nothing that was recorded would change: ${flows(summary.unchanged)} decided as before.`;
  return `${parts.join('; ')}.${cutWords}`;
}

/** What the replay stands on, said beside every figure. */
export function coverageWords(coverage: FlowCoverage): string[] {
  const { from, to, windowsExpected, windowsPresent, flows, requestsPerSecond, flowsOmitted, operationsKnownRatio, operations } = coverage;
  const length = span((Date.parse(to) - Date.parse(from)) / 1000);
  const holes = windowsPresent < windowsExpected ? `, of which ${percent(windowsPresent / windowsExpected)} is recorded` : '';
  const lines = [
    `${counted(flows, 'recorded path')} from caller to workload (${requestRate(requestsPerSecond)}) over ${length}${holes}, told apart by operation where it is known.`,
  ];
  if (flowsOmitted > 0) lines.push(`${counted(flowsOmitted, 'path')} more were left out: there are more than are replayed.`);
  const sources = operations.map(
    ({ source, state, detail }) => `${source === 'access-log' ? 'access logs' : 'traces'} ${STATES[state]}: ${detail}`,
  );
  lines.push(`Method, path and host are known of ${percent(operationsKnownRatio)} of the requests: ${sources.join('; ')}.`);
  return lines;
}
const STATES = { used: 'are read', off: 'are off', down: 'do not answer' };

export function flowRows(flows: readonly FlowChange[], verdict: FlowVerdict | undefined): FlowChange[] {
  return flows.filter((change) => verdict === undefined || change.verdict === verdict);
}

/** `GET /products on 8080`: what the flow does, as far as it is known. */
export function operationWords({ request, protocol }: FlowChange['flow']): string {
  const port = request.port === undefined ? '' : `port ${request.port}`;
  if (request.protocol === 'tcp') return ['TCP', port].filter(Boolean).join(' ');
  const what = [request.method, request.path].filter(Boolean).join(' ');
  return [what === '' ? `${protocol}, method and path not recorded` : what, port].filter(Boolean).join(', ');
}

const TONES: Record<FlowVerdict, PaintTone> = { newlyDenied: 'failing', newlyAllowed: 'accent', undecidable: 'unknown', unchanged: 'idle' };

/** The worst verdict of an edge's parts colours it; workloads that would be cut off are marked as well. */
export function replayPaint({ edges, cutOff }: Pick<Replay, 'edges' | 'cutOff'>, title: string): MapPaint {
  const worst = new Map<string, FlowVerdict>();
  for (const { id, verdict } of edges) {
    const known = worst.get(withoutService(id));
    if (known === undefined || VERDICTS.indexOf(verdict) < VERDICTS.indexOf(known)) worst.set(withoutService(id), verdict);
  }
  return {
    title,
    legend: [
      { tone: 'failing', words: 'newly denied', of: 'edge' },
      { tone: 'accent', words: 'newly allowed', of: 'edge' },
      { tone: 'unknown', words: 'not decidable', of: 'edge' },
      { tone: 'idle', words: 'unchanged', of: 'edge' },
      { tone: 'failing', words: 'cut off', of: 'node' },
    ],
    nodes: Object.fromEntries(cutOff.map(({ workload }) => [workload.id, 'failing' as const])),
    edges: Object.fromEntries([...worst].map(([id, verdict]) => [id, TONES[verdict]])),
  };
}

export function cutOffWords({ direction, requestsPerSecond }: PolicyWhatIfReply['cutOff'][number]): string {
  return direction === 'in'
    ? `everything that calls it would be denied (${requestRate(requestsPerSecond)})`
    : `everything that it calls would be denied (${requestRate(requestsPerSecond)})`;
}
