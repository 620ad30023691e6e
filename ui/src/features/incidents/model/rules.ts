/**
 * Suppressions and allowances as rows of one kind: what, whom, why, until when, who said so. Those that end first stand first.
 * Invariant: what was suppressed by one decision about an incident is one row, and ends as one.
 */
import type { Allowance, Suppression } from '@observatory/contracts';
import { counted } from '../../../lib/format.js';
import { isOver } from './expiry.js';
import { subjectLabel } from './signals.js';
import { TYPE_WORDS } from './words.js';

export interface Rule {
  /** One, or those of one decision. */
  ids: readonly string[];
  /** Undefined where it is about several. */
  subject: string | undefined;
  label: string;
  what: string;
  reason: string;
  createdAt: string;
  createdBy: string;
  expiresAt: string;
  over: boolean;
  incidentId: string | undefined;
}

const order = (a: Rule, b: Rule) => Number(a.over) - Number(b.over) || a.expiresAt.localeCompare(b.expiresAt);
const NAMED_TYPES = 3;

function typeWords(types: readonly Suppression['type'][]): string {
  const words = [...new Set(types.map((type) => (type === undefined ? 'Whatever it is' : TYPE_WORDS[type])))];
  return words.length <= NAMED_TYPES ? words.join(', ') : counted(words.length, 'kind');
}

function suppressionRule(together: readonly [Suppression, ...Suppression[]], now: number): Rule {
  const [{ reason, createdAt, createdBy, expiresAt, incidentId }] = together;
  const subjects = [...new Set(together.map(({ subject }) => subject))];
  const only = subjects.length === 1 ? subjects[0] : undefined;
  return {
    ids: together.map(({ id }) => id),
    subject: only,
    label: only === undefined ? counted(subjects.length, 'workload or edge', 'workloads and edges') : subjectLabel(only),
    what: typeWords(together.map(({ type }) => type)),
    reason,
    createdAt,
    createdBy: createdBy.name,
    expiresAt,
    over: isOver({ expiresAt }, now),
    incidentId,
  };
}

export function suppressionRules(suppressions: readonly Suppression[], now: number): Rule[] {
  const decisions = new Map<string, [Suppression, ...Suppression[]]>();
  for (const suppression of suppressions) {
    const { id, incidentId, createdAt, expiresAt } = suppression;
    const key = incidentId === undefined ? id : `${incidentId} ${createdAt} ${expiresAt}`;
    const known = decisions.get(key);
    if (known) known.push(suppression);
    else decisions.set(key, [suppression]);
  }
  return [...decisions.values()].map((together) => suppressionRule(together, now)).toSorted(order);
}

export function allowanceRules(allowances: readonly Allowance[], now: number): Rule[] {
  return allowances
    .map(({ id, source, target, type, reason, createdAt, createdBy, expiresAt }) => ({
      ids: [id],
      subject: source,
      label: `${subjectLabel(source)} → ${target === undefined ? 'whatever it talks to' : subjectLabel(target)}`,
      what: TYPE_WORDS[type],
      reason,
      createdAt,
      createdBy: createdBy.name,
      expiresAt,
      over: isOver({ expiresAt }, now),
      incidentId: undefined,
    }))
    .toSorted(order);
}
