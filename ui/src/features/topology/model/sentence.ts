/**
 * One sentence about a node or an edge, as a colleague would say it: how much, how well, and what stands out.
 * Invariant: every figure in it is in the graph; what is not known is said to be unknown or left out, never guessed.
 */
import type { Topology, TopologyEdge, TopologyNode } from '@observatory/contracts';
import { byteRate, counted, milliseconds, percent, requestRate } from '../../../lib/format.js';
import { worstFailure } from '../../../lib/responses.js';
import { hasErrors, type MapEdge, type MapNode } from './level-of-detail.js';

/** Below this share of the calls, one caller or callee is not "where it comes from". */
const MOST = 0.5;

/** The name, with the version where the name does not end in it. */
export function nodeTitle(node: { name: string; version?: string | undefined }): string {
  return node.version && !node.name.endsWith(node.version) ? `${node.name} ${node.version}` : node.name;
}

const failedPerSecond = (edge: TopologyEdge) => edge.requestsPerSecond * (edge.errorRatio ?? 0);

/** The most frequent failure of some edges, in few words: `503 (UF)`, `gRPC 14 Unavailable`, `no response (DC)`. */
function mainFailure(edges: readonly TopologyEdge[]): string | undefined {
  const worst = worstFailure(edges);
  if (!worst) return undefined;
  return worst.flags.length > 0 ? `${worst.short} (${worst.flags.map(({ flag }) => flag).join()})` : worst.short;
}

/** The callee behind most of the failed calls that a node makes. */
function failingCallee(node: TopologyNode, topology: Topology): TopologyNode | undefined {
  const calls = topology.edges.filter(({ source }) => source === node.id);
  const total = calls.reduce((sum, edge) => sum + failedPerSecond(edge), 0);
  const worst = calls.toSorted((a, b) => failedPerSecond(b) - failedPerSecond(a))[0];
  if (!worst || !hasErrors({ errorsPerSecond: total }, topology.windowSec) || failedPerSecond(worst) < total * MOST) return undefined;
  return topology.nodes.find(({ id }) => id === worst.target);
}

function receives(node: TopologyNode, edges: readonly TopologyEdge[]): string {
  const { requestsPerSecond, errorRatio, bytesPerSecond } = node.in;
  if (requestsPerSecond === 0) return bytesPerSecond > 0 ? `moves ${byteRate(bytesPerSecond)}` : 'receives nothing';
  const errors = requestsPerSecond * (errorRatio ?? 0);
  if (errorRatio === null) return `receives ${requestRate(requestsPerSecond)}`;
  const failure = mainFailure(edges);
  if (errors === 0) return `answers ${requestRate(requestsPerSecond)} without errors`;
  return `answers ${percent(errorRatio)} of ${requestRate(requestsPerSecond)} with ${failure ?? 'errors'}`;
}

/** Full stop and capital included. */
export function nodeSentence(node: TopologyNode, topology: Topology): string {
  if (node.explanation) return node.explanation;
  const name = nodeTitle(node);
  if (node.idle) {
    const why = node.replicas && node.replicas.ready === 0 ? ': no replica is ready' : '';
    return `${name} had no traffic in this window${why}.`;
  }
  const incoming = topology.edges.filter(({ target }) => target === node.id);
  const onlySends = node.in.requestsPerSecond === 0 && node.in.bytesPerSecond === 0;
  const what = onlySends ? sends(node) : receives(node, incoming);
  const cause = failingCallee(node, topology);
  const share = node.in.errorRatio ?? 0;
  const because = !cause
    ? ''
    : share > 0
      ? `; most of its own failed calls go to ${nodeTitle(cause)}`
      : `; calls to ${nodeTitle(cause)} fail`;
  const replicas =
    node.replicas && node.replicas.ready < node.replicas.desired
      ? `; ${node.replicas.ready} of ${node.replicas.desired} replicas are ready`
      : '';
  return `${name} ${what}${because}${replicas}.`;
}

function sends(node: TopologyNode): string {
  const { requestsPerSecond, errorRatio, bytesPerSecond } = node.out;
  if (requestsPerSecond === 0) return `sends ${byteRate(bytesPerSecond)}`;
  const failed = errorRatio !== null && errorRatio > 0 ? `, ${percent(errorRatio)} of which fail` : '';
  return `sends ${requestRate(requestsPerSecond)}${failed}`;
}

function traffic(edge: TopologyEdge): string {
  if (edge.requestsPerSecond > 0)
    return edge.protocol === 'grpc' ? `${requestRate(edge.requestsPerSecond)} over gRPC` : requestRate(edge.requestsPerSecond);
  const bytes = edge.sentBytesPerSecond + edge.receivedBytesPerSecond;
  return bytes > 0 ? `${byteRate(bytes)} over TCP` : 'nothing';
}

function quality(edge: TopologyEdge): string[] {
  const words: string[] = [];
  if (edge.requestsPerSecond > 0 && edge.errorRatio !== null) {
    const failure = mainFailure([edge]);
    words.push(edge.errorRatio === 0 ? 'without errors' : `${percent(edge.errorRatio)} of it fails${failure ? ` with ${failure}` : ''}`);
  }
  if (edge.latencyMs)
    words.push(
      edge.latencyMs.p95 === undefined
        ? `${milliseconds(edge.latencyMs.mean)} on average`
        : `95 % within ${milliseconds(edge.latencyMs.p95)}`,
    );
  return words;
}

export function encryptionClause(ratio: number | null): string {
  if (ratio === null) return 'whether it is encrypted is not known';
  if (ratio === 1) return 'all of it is encrypted';
  return ratio === 0 ? 'none of it is encrypted' : `only ${percent(ratio)} of it is encrypted`;
}

export function edgeSentence(edge: TopologyEdge, ends: { source?: TopologyNode | undefined; target?: TopologyNode | undefined }): string {
  const [source, target] = [
    ends.source ? nodeTitle(ends.source) : 'An unknown caller',
    ends.target ? nodeTitle(ends.target) : 'an unknown destination',
  ];
  const sent = traffic(edge);
  if (sent === 'nothing') return `${source} called ${target} before; there was no traffic in this window.`;
  return `${source} sends ${target} ${[sent, ...quality(edge)].join(', ')}; ${encryptionClause(edge.mtls.ratio)}.`;
}

/** A namespace, or an edge that stands for several. */
export function namespaceSentence(node: MapNode): string {
  const health = node.failing > 0 ? `; ${node.failing} failing` : node.degraded > 0 ? `; ${node.degraded} degraded` : '';
  const what =
    node.requestsPerSecond > 0
      ? `answer ${requestRate(node.requestsPerSecond)}${node.errorRatio === null ? '' : `, ${node.errorRatio === 0 ? 'none' : percent(node.errorRatio)} of it with errors`}`
      : 'received no requests';
  return `The ${counted(node.members, 'workload')} of ${node.name} ${what}${health}.`;
}

export function summedEdgeSentence(edge: MapEdge, ends: { source: string; target: string }): string {
  const rate = edge.requestsPerSecond > 0 ? requestRate(edge.requestsPerSecond) : byteRate(edge.bytesPerSecond);
  const errors = edge.errorRatio === null || edge.errorRatio === 0 ? '' : `, ${percent(edge.errorRatio)} of it fails`;
  return `${ends.source} sends ${ends.target} ${rate} over ${counted(edge.edges.length, 'edge')}${errors}; ${encryptionClause(edge.mtlsPartial && edge.mtlsRatio === 1 ? null : edge.mtlsRatio)}.`;
}
