/**
 * One sentence about a workload or an edge: how busy, how well, and where it comes from.
 * Invariant: only what the graph says; a cause is named only where one edge carries most of the errors.
 */
import type { TopologyEdge, TopologyNode } from '@observatory/contracts';
import { byteRate, formatQuantity, milliseconds, percent, requestRate } from '../../../lib/format.js';
import { parseNodeId } from '../../../lib/node-id.js';
import { worstFailure } from '../../../lib/responses.js';

/** Below this share errors are not worth a clause. */
const QUIET_ERRORS = 0.001;
/** One callee explains a workload's errors when it carries this share of the errors of all its calls. */
const MOST = 0.6;

function failure(edges: readonly TopologyEdge[], errorRatio: number | null): string | undefined {
  if (errorRatio === null || errorRatio < QUIET_ERRORS) return undefined;
  const worst = worstFailure(edges);
  return worst === undefined ? `fails ${percent(errorRatio)} of them` : `fails ${percent(errorRatio)} of them, mostly with ${worst.name}`;
}

/** The callee that most errors come from, where the workload's own answers fail too. */
function culprit(callees: readonly TopologyEdge[]): string | undefined {
  const failing = callees
    .map((edge) => ({ edge, errors: edge.requestsPerSecond * (edge.errorRatio ?? 0) }))
    .filter(({ errors }) => errors > 0);
  const total = failing.reduce((sum, { errors }) => sum + errors, 0);
  const most = failing.find(({ errors, edge }) => errors >= MOST * total && (edge.errorRatio ?? 0) >= QUIET_ERRORS * 10);
  return most === undefined ? undefined : parseNodeId(most.edge.target).name;
}

export function workloadSentence(node: TopologyNode, callers: readonly TopologyEdge[], callees: readonly TopologyEdge[]): string {
  if (node.idle) return `${node.name} had no traffic in this window.`;
  const answers = node.in.requestsPerSecond > 0;
  const main = answers
    ? `answers ${requestRate(node.in.requestsPerSecond)}`
    : node.out.requestsPerSecond > 0
      ? `sends ${requestRate(node.out.requestsPerSecond)} and answers none`
      : `carries ${byteRate(node.in.bytesPerSecond + node.out.bytesPerSecond)} of TCP`;
  const failing = answers ? failure(callers, node.in.errorRatio) : undefined;
  const from = culprit(callees);
  const cause = from === undefined ? '' : `; its calls to ${from} fail`;
  return `${node.name} ${main}${failing === undefined ? (answers && node.in.errorRatio !== null ? ' and fails next to none' : '') : ` and ${failing}`}${cause}.`;
}

export function edgeSentence(edge: TopologyEdge): string {
  const [source, target] = [parseNodeId(edge.source).name, parseNodeId(edge.target).name];
  if (edge.protocol === 'tcp') {
    const connections =
      edge.connectionsPerSecond === undefined ? '' : ` over ${formatQuantity(edge.connectionsPerSecond, 'connections')} opened`;
    return `${source} sends ${byteRate(edge.sentBytesPerSecond)} to ${target} and receives ${byteRate(edge.receivedBytesPerSecond)}${connections}.`;
  }
  const latency =
    edge.latencyMs === undefined
      ? ''
      : `, ${milliseconds(edge.latencyMs.p50 ?? edge.latencyMs.mean)} ${edge.latencyMs.p50 === undefined ? 'on average' : 'in the median'}`;
  const worst = worstFailure([edge]);
  const failing = edge.errorRatio !== null && edge.errorRatio >= QUIET_ERRORS;
  const how = failing ? `; ${percent(edge.errorRatio)} fail${worst ? `, mostly with ${worst.name}` : ''}` : '';
  return `${source} sends ${requestRate(edge.requestsPerSecond)} to ${target}${latency}${how}.`;
}
