/**
 * `what-if`: what would policies in files have done to recorded traffic? For pull requests.
 * Exit code 1 when observed traffic would be denied, or a policy has an error; 0 otherwise.
 */
import type { Writable } from 'node:stream';
import type { PolicyDiagnostic } from '@observatory/contracts';
import { Decider } from '../layers/decider.js';
import type { MeshSettings } from '../model/policy.js';
import { cutOff, judge, rankOf, tallies } from '../replay/replay.js';
import { changedSet, refText, type PolicySet } from '../set/policy-set.js';
import { readPolicies, type ReadPolicies } from '../set/read-set.js';
import type { Recording } from './flows.js';
import type { Problem } from './problem.js';
import { sarifOf } from './sarif.js';
import type { Change, WhatIfResult } from './what-if-result.js';
import { markdownOf, textOf } from './what-if-words.js';

export interface WhatIfInput {
  readonly current: PolicySet;
  /** YAML of what is applied. */
  readonly apply: string;
  /** `kind/namespace/name` */
  readonly remove: readonly string[];
  readonly recording: Recording;
  readonly mesh: MeshSettings;
}
export type WhatIfFormat = 'text' | 'json' | 'sarif' | 'markdown';

export function whatIf({ current, apply, remove, recording, mesh }: WhatIfInput): WhatIfResult & { read: ReadPolicies } {
  const read = readPolicies(apply, { charactersMax: Number.POSITIVE_INFINITY });
  const there = new Map(current.map((entry) => [refText(entry), entry]));
  const gone = remove.flatMap((ref) => there.get(ref) ?? []);
  const absent = remove.filter((ref) => !there.has(ref));
  const proposed = changedSet(current, read.entries, gone);
  const judged = judge(recording.flows, new Decider(current, mesh), new Decider(proposed, mesh));
  const changes = judged
    .filter((each): each is Change => each.verdict !== 'unchanged')
    .toSorted((a, b) => rankOf(a.verdict) - rankOf(b.verdict) || b.flow.requestsPerSecond - a.flow.requestsPerSecond);
  const notThere = absent.map((policy): PolicyDiagnostic => ({
    severity: 'warning',
    code: 'not-there',
    message: 'there is nothing to delete',
    policy,
    path: '',
  }));
  return {
    summary: tallies(judged),
    changes,
    cutOff: cutOff(judged, ({ target }) => target).map(({ who, requestsPerSecond }) => ({
      workload: `${who.namespace}/${who.name}`,
      requestsPerSecond,
    })),
    problems: [...read.diagnostics, ...notThere],
    read,
  };
}

/** Denied for certain, of what was let through or may have been. */
export const wouldBeDenied = ({ current, proposed }: Change): boolean => proposed.decision === 'DENY' && current.decision !== 'DENY';

export function printWhatIf(
  input: WhatIfInput,
  { format, output, file }: { format: WhatIfFormat; output: Writable; file: string },
): number {
  const { read, ...result } = whatIf(input);
  if (format === 'json') output.write(`${JSON.stringify(jsonOf(result), undefined, 2)}\n`);
  else if (format === 'sarif')
    output.write(`${JSON.stringify(sarifOf([{ file, problems: sarifProblems(result, read) }]), undefined, 2)}\n`);
  else output.write(format === 'markdown' ? markdownOf(result) : textOf(result));
  const isInvalid = result.problems.some(({ severity }) => severity === 'error');
  return isInvalid || result.changes.some(wouldBeDenied) ? 1 : 0;
}

function jsonOf({ summary, changes, cutOff: lost, problems }: WhatIfResult): object {
  const told = changes.map(({ flow, verdict, current, proposed }) => ({
    id: flow.id,
    verdict,
    from: flow.from,
    to: `${flow.target.namespace}/${flow.target.name}`,
    requestsPerSecond: flow.requestsPerSecond,
    ...(flow.lastSeen === undefined ? {} : { lastSeen: flow.lastSeen }),
    request: flow.request,
    current,
    proposed,
  }));
  return { summary, changes: told, cutOff: lost, problems };
}

/** Each flow that would be denied, at the policy that denies it, and what is wrong with the policies themselves. */
function sarifProblems({ changes, problems }: WhatIfResult, read: ReadPolicies): Problem[] {
  const start = { line: 1, column: 1 };
  const own = problems.map(({ line, column, ...problem }) => ({ ...problem, line: line ?? 1, column: column ?? 1 }));
  const flows = changes.map(({ verdict, flow, proposed }): Problem => {
    const by = proposed.decidedBy;
    const policy = by ? `${by.kind}/${by.namespace}/${by.name}` : '';
    const path = by?.rule === undefined ? '' : `spec.rules[${by.rule}]`;
    const severity = verdict === 'newlyDenied' ? 'error' : verdict === 'undecidable' ? 'warning' : 'info';
    const message = `${flow.from} → ${flow.target.namespace}/${flow.target.name} (${flow.requestsPerSecond.toPrecision(3)} requests/s): ${proposed.reason}`;
    return { severity, code: `flow-${verdict}`, message, path, policy, ...(read.place(policy, path) ?? start) };
  });
  return [...own, ...flows];
}
