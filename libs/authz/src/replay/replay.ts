/**
 * What would a change of policies have done to recorded traffic? Each flow decided under both sets.
 * Invariant: a flow that no changed policy can touch is unchanged without being decided; every flow has exactly one verdict.
 */
import type { FlowVerdict } from '@observatory/contracts';
import type { Decider } from '../layers/decider.js';
import type { Decided } from '../layers/together.js';
import type { Point } from '../layers/point.js';
import type { Request } from '../model/request.js';

export interface Flow {
  /** The proxies that decide; none: nothing does. */
  readonly points: readonly Point[];
  readonly request: Request;
  readonly requestsPerSecond: number;
}

/** Both sides are explained for what changes or cannot be decided. */
export type Judged<F extends Flow> =
  | { readonly flow: F; readonly verdict: 'unchanged' }
  | { readonly flow: F; readonly verdict: Exclude<FlowVerdict, 'unchanged'>; readonly current: Decided; readonly proposed: Decided };

export interface Tally {
  readonly flows: number;
  readonly requestsPerSecond: number;
}

/** The worst first. */
export const VERDICTS: readonly FlowVerdict[] = ['newlyDenied', 'undecidable', 'newlyAllowed', 'unchanged'];
export const rankOf = (verdict: FlowVerdict): number => VERDICTS.indexOf(verdict);

export function judge<F extends Flow>(flows: readonly F[], current: Decider, proposed: Decider): Judged<F>[] {
  return flows.map((flow) => {
    const { points, request } = flow;
    if (points.length === 0 || current.sameAs(proposed, points)) return { flow, verdict: 'unchanged' };
    const verdict = verdictOf(current.decision(points, request), proposed.decision(points, request));
    if (verdict === 'unchanged') return { flow, verdict };
    return { flow, verdict, current: current.decide(points, request), proposed: proposed.decide(points, request) };
  });
}

function verdictOf(before: Decided['decision'], after: Decided['decision']): FlowVerdict {
  if (before === 'INDETERMINATE' || after === 'INDETERMINATE') return 'undecidable';
  if (before === after) return 'unchanged';
  return after === 'DENY' ? 'newlyDenied' : 'newlyAllowed';
}

export function tallies(judged: readonly Judged<Flow>[]): Record<FlowVerdict, Tally> {
  const of = (wanted: FlowVerdict): Tally => tallyOf(judged.filter(({ verdict }) => verdict === wanted));
  return { newlyDenied: of('newlyDenied'), newlyAllowed: of('newlyAllowed'), undecidable: of('undecidable'), unchanged: of('unchanged') };
}

function tallyOf(judged: readonly Judged<Flow>[]): Tally {
  return { flows: judged.length, requestsPerSecond: judged.reduce((sum, { flow }) => sum + flow.requestsPerSecond, 0) };
}

/** Whoever lost all of its flows: every one is newly denied. `who` says whose flow it is. */
export function cutOff<F extends Flow, Who>(judged: readonly Judged<F>[], who: (flow: F) => Who | undefined): (Tally & { who: Who })[] {
  const groups = new Map<Who, Judged<F>[]>();
  for (const each of judged) {
    const key = who(each.flow);
    if (key === undefined) continue;
    const own = groups.get(key);
    if (own) own.push(each);
    else groups.set(key, [each]);
  }
  return [...groups].flatMap(([key, own]) =>
    own.every(({ verdict }) => verdict === 'newlyDenied') ? [{ who: key, ...tallyOf(own) }] : [],
  );
}
