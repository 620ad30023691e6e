/**
 * The replay as Markdown for a pull request: what was changed, what it would do, and what that stands on.
 * Invariant: names of the mesh cannot break the table or become markup, and rows left out are counted.
 */
import type { DecidedBy, FlowChange, PolicyWhatIfReply } from '@observatory/contracts';
import { absoluteTime, percent, requestRate } from '../../../lib/format.js';
import { refText } from './kinds.js';
import { coverageWords, cutOffWords, operationWords, replaySentence, VERDICT_WORDS } from './what-if-view.js';

const ROWS_MAX = 50;

/** Pipes end a cell, `<` begins HTML, brackets a link, stars emphasis; a backtick would end code. */
const cell = (text: string) =>
  text
    .replaceAll(/[\\|[\]*]/gu, String.raw`\$&`)
    .replaceAll('<', '&lt;')
    .replaceAll(/[\r\n]+/gu, ' ')
    .replaceAll('`', "'");
const code = (text: string) => `\`${text.replaceAll('`', "'").replaceAll('|', '\\|')}\``;

function byWords(by: DecidedBy | undefined): string {
  if (!by) return 'no policy';
  return `${code(`${by.namespace}/${by.name}`)}${by.rule === undefined ? '' : ` rule ${by.rule + 1}`}`;
}

const DECISIONS = { ALLOW: 'allowed', DENY: '**denied**', INDETERMINATE: 'not decidable' };

function row({ flow, verdict, current, proposed }: FlowChange): string {
  const ends = `${code(`${flow.source.namespace || flow.source.kind}/${flow.source.name}`)} → ${code(`${flow.target.namespace || flow.target.kind}/${flow.target.name}`)}`;
  return `| ${[
    VERDICT_WORDS[verdict],
    ends,
    cell(operationWords(flow)),
    cell(requestRate(flow.requestsPerSecond)),
    cell(absoluteTime(flow.lastSeen, 'utc')),
    `${DECISIONS[current.decision]}, ${byWords(current.decidedBy)}`,
    `${DECISIONS[proposed.decision]}, ${byWords(proposed.decidedBy)}: ${cell(proposed.reason)}`,
  ].join(' | ')} |`;
}

export function whatIfMarkdown(reply: PolicyWhatIfReply): string {
  const { summary, flows, flowsOmitted, cutOff, coverage, applied, deleted, cluster, generatedAt, diagnostics } = reply;
  const total = Object.values(summary).reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0);
  const shown = flows.slice(0, ROWS_MAX);
  const left = flows.length - shown.length + flowsOmitted;
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return `${[
    '### Policy change replayed over recorded traffic',
    replaySentence(reply),
    [
      '| | flows | requests | share |',
      '|---|---:|---:|---:|',
      ...Object.entries(summary).map(
        ([verdict, { flows: count, requestsPerSecond }]) =>
          `| ${VERDICT_WORDS[verdict as keyof typeof VERDICT_WORDS]} | ${count} | ${requestRate(requestsPerSecond)} | ${total > 0 ? percent(requestsPerSecond / total) : '–'} |`,
      ),
    ].join('\n'),
    ...(cutOff.length > 0
      ? [
          [
            '**Cut off:**',
            ...cutOff.map((each) => `- ${code(`${each.workload.namespace}/${each.workload.name}`)}: ${cutOffWords(each)}`),
          ].join('\n'),
        ]
      : []),
    ...(shown.length > 0
      ? [
          [
            '| | flow | operation | rate | last seen | now | then |',
            '|---|---|---|---:|---|---|---|',
            ...shown.map(row),
            ...(left > 0 ? ['', `and ${left} more flows.`] : []),
          ].join('\n'),
        ]
      : []),
    ...(errors.length > 0
      ? [['**Errors in the policies:**', ...errors.map(({ message, policy }) => `- ${cell(policy)}: ${cell(message)}`)].join('\n')]
      : []),
    [
      `Applied: ${applied.length > 0 ? applied.map((ref) => code(refText(ref))).join(', ') : 'nothing'}. Deleted: ${deleted.length > 0 ? deleted.map((ref) => code(refText(ref))).join(', ') : 'nothing'}.`,
      `Cluster ${code(cluster)}, ${coverageWords(coverage).join(' ')} What was not recorded was not replayed. Computed ${absoluteTime(generatedAt, 'utc')} by the Service Mesh Observatory.`,
    ].join('\n'),
  ].join('\n\n')}\n`.replaceAll('\u00a0', ' ');
}
