/** `suggest`: the least that recorded traffic needs, as policies, and what they would have done to it. */
import type { Writable } from 'node:stream';
import { Decider } from '../layers/decider.js';
import type { MeshSettings } from '../model/policy.js';
import { suggest, type SuggestFlow, type Suggestion } from '../replay/suggest.js';
import type { PolicySet } from '../set/policy-set.js';
import type { FlowTarget, Recording } from './flows.js';
import { whatIf } from './what-if.js';

export interface SuggestInput {
  readonly current: PolicySet;
  readonly recording: Recording;
  readonly mesh: MeshSettings;
  readonly detail: 'callers' | 'operations';
  readonly defaultDeny: boolean;
}

export function printSuggestions(
  { current, recording, mesh, detail, defaultDeny }: SuggestInput,
  format: 'text' | 'json',
  output: Writable,
): number {
  const decider = new Decider(current, mesh);
  const flows = recording.flows.map((flow): SuggestFlow<FlowTarget> => ({
    ...flow,
    caller: flow.from,
    service: flow.target.workload.services?.[0],
  }));
  const suggestions = suggest(flows, { targets: recording.targets, decider, options: { detail, defaultDeny } });
  const yaml = suggestions
    .filter(({ state }) => state === 'suggested')
    .map((each) => each.yaml)
    .join('---\n');
  const { summary } = whatIf({ current, apply: yaml, remove: [], recording, mesh });
  if (format === 'json') output.write(`${JSON.stringify({ suggestions: suggestions.map(plain), yaml, replay: summary }, undefined, 2)}\n`);
  else
    output.write(
      `${comments(suggestions)}# replayed: ${summary.newlyDenied.flows} flows newly denied, ${summary.undecidable.flows} undecidable, ${summary.unchanged.flows} unchanged\n${yaml}`,
    );
  return summary.newlyDenied.flows === 0 ? 0 : 1;
}

function plain({ target, ...suggestion }: Suggestion<FlowTarget>): object {
  return { ...(target ? { workload: `${target.namespace}/${target.name}` } : {}), ...suggestion };
}

/** The words stand in front as comments, so that the output is a manifest. */
function comments(suggestions: readonly Suggestion<FlowTarget>[]): string {
  return suggestions
    .map(({ namespace, name, state, reasons, cautions }) =>
      [`# ${namespace}/${name}: ${state}`, ...[...reasons, ...cautions].map((words) => `#   ${words}`)].join('\n'),
    )
    .map((words) => `${words}\n`)
    .join('');
}
