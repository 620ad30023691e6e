/** Suppressions and allowances as rows of one kind: what, whom, why, until when, who said so. Those that end first stand first. */
import type { Allowance, Suppression } from '@observatory/contracts';
import { isOver } from './expiry.js';
import { subjectLabel } from './signals.js';
import { TYPE_WORDS } from './words.js';

export interface Rule {
  id: string;
  subject: string;
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

export function suppressionRules(suppressions: readonly Suppression[], now: number): Rule[] {
  return suppressions
    .map(({ id, subject, type, reason, createdAt, createdBy, expiresAt, incidentId }) => ({
      id,
      subject,
      label: subjectLabel(subject),
      what: type === undefined ? 'Whatever it is' : TYPE_WORDS[type],
      reason,
      createdAt,
      createdBy: createdBy.name,
      expiresAt,
      over: isOver({ expiresAt }, now),
      incidentId,
    }))
    .toSorted(order);
}

export function allowanceRules(allowances: readonly Allowance[], now: number): Rule[] {
  return allowances
    .map(({ id, source, target, type, reason, createdAt, createdBy, expiresAt }) => ({
      id,
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
