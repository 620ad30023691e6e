/**
 * What would a change of policies have done to the traffic that was recorded? Each flow decided under both sets.
 * Invariant: a flow that no changed policy can touch is unchanged without being decided; every flow has exactly one verdict.
 */
import type { Decided, Decider } from '@observatory/authz';
import type { FlowChange, FlowVerdict, PolicyWhatIfReply, WhatIfSummary } from '@observatory/contracts';
import type { ReplayFlow } from './policy-flows.js';

export type Replay = Pick<PolicyWhatIfReply, 'summary' | 'flows' | 'flowsOmitted' | 'cutOff' | 'edges'>;

const FLOWS_TOLD_MAX = 2000;
const VERDICTS: readonly FlowVerdict[] = ['newlyDenied', 'undecidable', 'newlyAllowed', 'unchanged'];

interface Judged {
  readonly replayed: ReplayFlow;
  readonly verdict: FlowVerdict;
  readonly current?: Decided;
  readonly proposed?: Decided;
}

export function replay(flows: readonly ReplayFlow[], current: Decider, proposed: Decider): Replay {
  const judged = flows.map((replayed) => judge(replayed, current, proposed));
  const told = judged
    .filter((each): each is Required<Judged> => each.verdict !== 'unchanged')
    .toSorted((a, b) => rank(a.verdict) - rank(b.verdict) || b.replayed.flow.requestsPerSecond - a.replayed.flow.requestsPerSecond);
  return {
    summary: summaryOf(judged),
    flows: told.slice(0, FLOWS_TOLD_MAX).map(({ replayed, verdict, current: before, proposed: after }): FlowChange => ({
      flow: replayed.flow,
      verdict,
      current: before,
      proposed: after,
    })),
    flowsOmitted: Math.max(0, told.length - FLOWS_TOLD_MAX),
    cutOff: [...cutOff(judged, 'in'), ...cutOff(judged, 'out')],
    edges: edgesOf(told),
  };
}

function judge(replayed: ReplayFlow, current: Decider, proposed: Decider): Judged {
  const { points, flow } = replayed;
  if (points.length === 0 || current.sameAs(proposed, points)) return { replayed, verdict: 'unchanged' };
  const [before, after] = [current.decide(points, flow.request), proposed.decide(points, flow.request)];
  return { replayed, verdict: verdictOf(before, after), current: before, proposed: after };
}

function verdictOf({ decision: before }: Decided, { decision: after }: Decided): FlowVerdict {
  if (before === 'INDETERMINATE' || after === 'INDETERMINATE') return 'undecidable';
  if (before === after) return 'unchanged';
  return after === 'DENY' ? 'newlyDenied' : 'newlyAllowed';
}

const rank = (verdict: FlowVerdict): number => VERDICTS.indexOf(verdict);

function summaryOf(judged: readonly Judged[]): WhatIfSummary {
  const of = (wanted: FlowVerdict) => {
    const those = judged.filter(({ verdict }) => verdict === wanted);
    return { flows: those.length, requestsPerSecond: those.reduce((sum, { replayed }) => sum + replayed.flow.requestsPerSecond, 0) };
  };
  return { newlyDenied: of('newlyDenied'), newlyAllowed: of('newlyAllowed'), undecidable: of('undecidable'), unchanged: of('unchanged') };
}

/** Workloads all of whose flows on one side are newly denied. */
function cutOff(judged: readonly Judged[], direction: 'in' | 'out'): Replay['cutOff'] {
  const byWorkload = new Map<string, Judged[]>();
  for (const each of judged) {
    const workload = direction === 'in' ? each.replayed.target : each.replayed.source;
    if (!workload) continue;
    const own = byWorkload.get(workload.ref.id);
    if (own) own.push(each);
    else byWorkload.set(workload.ref.id, [each]);
  }
  return [...byWorkload.values()].flatMap((own) => {
    const workload = direction === 'in' ? own[0]?.replayed.target : own[0]?.replayed.source;
    if (!workload || own.some(({ verdict }) => verdict !== 'newlyDenied')) return [];
    const requestsPerSecond = own.reduce((sum, { replayed }) => sum + replayed.flow.requestsPerSecond, 0);
    return [{ workload: workload.ref, direction, requestsPerSecond }];
  });
}

function edgesOf(told: readonly Judged[]): Replay['edges'] {
  const edges = new Map<string, Replay['edges'][number]>();
  for (const { replayed, verdict } of told) {
    const { edgeId: id, requestsPerSecond } = replayed.flow;
    const known = edges.get(id);
    const worst = known && rank(known.verdict) < rank(verdict) ? known.verdict : verdict;
    edges.set(id, { id, verdict: worst, requestsPerSecond: (known?.requestsPerSecond ?? 0) + requestsPerSecond });
  }
  return [...edges.values()];
}
