/**
 * What would a change of policies have done to the traffic that was recorded, as the map and the tables show it?
 * Invariant: every flow is counted once; an edge shows the worst verdict of its flows.
 */
import { cutOff, judge, rankOf, tallies, type Decider, type Judged } from '@observatory/authz';
import type { FlowChange, PolicyWhatIfReply } from '@observatory/contracts';
import type { MeshWorkload } from './mesh-model.js';
import type { ReplayFlow } from './policy-flows.js';

export type Replay = Pick<PolicyWhatIfReply, 'summary' | 'flows' | 'flowsOmitted' | 'cutOff' | 'edges'>;

const FLOWS_TOLD_MAX = 2000;

interface Flow {
  readonly replayed: ReplayFlow;
  readonly points: ReplayFlow['points'];
  readonly request: ReplayFlow['flow']['request'];
  readonly requestsPerSecond: number;
}
type Told = Exclude<Judged<Flow>, { verdict: 'unchanged' }>;

export function replay(flows: readonly ReplayFlow[], current: Decider, proposed: Decider): Replay {
  const asked = flows.map((replayed): Flow => {
    const { request, requestsPerSecond } = replayed.flow;
    return { replayed, points: replayed.points, request, requestsPerSecond };
  });
  const judged = judge(asked, current, proposed);
  const told = judged
    .filter((each): each is Told => each.verdict !== 'unchanged')
    .toSorted((a, b) => rankOf(a.verdict) - rankOf(b.verdict) || b.flow.requestsPerSecond - a.flow.requestsPerSecond);
  return {
    summary: tallies(judged),
    flows: told.slice(0, FLOWS_TOLD_MAX).map(({ flow, verdict, current: before, proposed: after }): FlowChange => ({
      flow: flow.replayed.flow,
      verdict,
      current: before,
      proposed: after,
    })),
    flowsOmitted: Math.max(0, told.length - FLOWS_TOLD_MAX),
    cutOff: [...cutOffOf(judged, 'in', ({ replayed }) => replayed.target), ...cutOffOf(judged, 'out', ({ replayed }) => replayed.source)],
    edges: edgesOf(told),
  };
}

/** Workloads all of whose flows on one side are newly denied. */
function cutOffOf(
  judged: readonly Judged<Flow>[],
  direction: 'in' | 'out',
  who: (flow: Flow) => MeshWorkload | undefined,
): Replay['cutOff'] {
  return cutOff(judged, who).map(({ who: { ref: workload }, requestsPerSecond }) => ({ workload, direction, requestsPerSecond }));
}

function edgesOf(told: readonly Told[]): Replay['edges'] {
  const edges = new Map<string, Replay['edges'][number]>();
  for (const { flow, verdict } of told) {
    const { edgeId: id, requestsPerSecond } = flow.replayed.flow;
    const known = edges.get(id);
    const worst = known && rankOf(known.verdict) < rankOf(verdict) ? known.verdict : verdict;
    edges.set(id, { id, verdict: worst, requestsPerSecond: (known?.requestsPerSecond ?? 0) + requestsPerSecond });
  }
  return [...edges.values()];
}
