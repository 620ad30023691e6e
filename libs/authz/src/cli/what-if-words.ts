/** The difference that policies would make, for a terminal and for a pull request. */
import type { Change, WhatIfResult } from './what-if-result.js';

const TOLD_MAX = 100;
const TITLES = { newlyDenied: 'newly denied', undecidable: 'undecidable', newlyAllowed: 'newly allowed', unchanged: 'unchanged' } as const;
const ORDER = ['newlyDenied', 'newlyAllowed', 'undecidable', 'unchanged'] as const;
const DIGITS = 3;

const rate = (perSecond: number): string => `${Number(perSecond.toPrecision(DIGITS))} requests/s`;
const flows = (count: number): string => `${count} ${count === 1 ? 'flow' : 'flows'}`;

/** What was asked, as far as it is known. */
function operationOf({ flow: { request } }: Change): string {
  const known = [
    request.protocol === 'tcp' ? 'TCP' : (request.method ?? ''),
    request.path ?? '',
    request.port === undefined ? '' : `port ${request.port}`,
  ];
  return known.filter((part) => part !== '').join(' ');
}

export function textOf({ summary, changes, cutOff, problems }: WhatIfResult): string {
  const lines = ORDER.map(
    (verdict) =>
      `${TITLES[verdict].padEnd(14)} ${flows(summary[verdict].flows).padStart(10)}   ${rate(summary[verdict].requestsPerSecond)}`,
  );
  for (const { severity, code, message, path, policy, line, column } of problems)
    lines.push(
      `${severity} ${policy}${path === '' ? '' : ` ${path}`}${line === undefined ? '' : ` (${line}:${column ?? 1})`}: ${message} [${code}]`,
    );
  for (const change of changes.slice(0, TOLD_MAX)) {
    const { flow, verdict, current, proposed } = change;
    const seen = flow.lastSeen === undefined ? '' : `, last seen ${flow.lastSeen}`;
    lines.push(
      '',
      `${TITLES[verdict]}: ${flow.from} → ${flow.target.namespace}/${flow.target.name} ${operationOf(change)} (${rate(flow.requestsPerSecond)}${seen})`,
    );
    lines.push(`    now    ${current.decision}: ${current.reason}`, `    then   ${proposed.decision}: ${proposed.reason}`);
  }
  if (changes.length > TOLD_MAX) lines.push('', `and ${changes.length - TOLD_MAX} more`);
  for (const { workload, requestsPerSecond } of cutOff)
    lines.push('', `${workload} would be cut off: everything that called it is denied (${rate(requestsPerSecond)})`);
  return `${lines.join('\n')}\n`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

export function markdownOf({ summary, changes, cutOff, problems }: WhatIfResult): string {
  const lines = ['### What these policies would have done', '', '| | flows | requests/s |', '|---|---:|---:|'];
  for (const verdict of ORDER)
    lines.push(`| ${TITLES[verdict]} | ${summary[verdict].flows} | ${Number(summary[verdict].requestsPerSecond.toPrecision(DIGITS))} |`);
  for (const { workload } of cutOff) lines.push('', `**${workload} would be cut off**: everything that called it is denied.`);
  if (problems.length > 0)
    lines.push(
      '',
      ...problems.map(
        ({ severity, policy, path, message }) => `- ${severity}: \`${policy}\` ${path === '' ? '' : `\`${path}\``} ${message}`,
      ),
    );
  if (changes.length > 0) lines.push('', '| | from | to | asked | requests/s | now | then |', '|---|---|---|---|---:|---|---|');
  for (const change of changes.slice(0, TOLD_MAX)) {
    const { flow, verdict, current, proposed } = change;
    const cells = [
      TITLES[verdict],
      flow.from,
      `${flow.target.namespace}/${flow.target.name}`,
      operationOf(change),
      String(Number(flow.requestsPerSecond.toPrecision(DIGITS))),
      current.decision,
      `${proposed.decision}: ${proposed.reason}`,
    ];
    lines.push(`| ${cells.map(cell).join(' | ')} |`);
  }
  if (changes.length > TOLD_MAX) lines.push('', `and ${changes.length - TOLD_MAX} more`);
  return `${lines.join('\n')}\n`;
}
