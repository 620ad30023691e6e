/** Carries out what people decide: each with its audit entry, in one transaction with what it changes. */
import { Injectable } from '@nestjs/common';
import type {
  Actor,
  AllowRequest,
  Allowance,
  AuditEntry,
  DecideReply,
  DecideRequest,
  FeedbackReply,
  FeedbackRequest,
  RuleEndRequest,
  SuppressRequest,
  Suppression,
} from '@observatory/contracts';
import { DomainError, type SqlSession } from '@observatory/platform';
import { DetectionService } from '../detection/detection.service.js';
import { eventOf, shortId } from '../domain/anomaly-view.js';
import { decide } from '../domain/decide.js';
import { IncidentRepository } from '../incidents/incident.repository.js';
import { Tellers } from '../incidents/tellers.js';
import { factorOf } from '../domain/decisions-in-force.js';
import { DecisionBook } from './decision-book.service.js';
import { DecisionRepository, type RuleKind } from './decision.repository.js';

const RULE_DAYS_MAX = 366;
/** What each `useless` leaves of a score, and the least: at 0.8 of a score an alert needs what would be 1 otherwise. */
const USELESS_FACTOR = 0.8;
const FACTOR_LEAST = 0.4;

@Injectable()
export class DecisionService {
  constructor(
    private readonly incidents: IncidentRepository,
    private readonly rules: DecisionRepository,
    private readonly book: DecisionBook,
    private readonly tellers: Tellers,
    private readonly detection: DetectionService,
  ) {}

  async decide({ id, actor, decision }: DecideRequest): Promise<DecideReply> {
    const now = new Date();
    if (decision.expiresAt !== undefined) checkEnd(decision.expiresAt, now);
    const reply = await this.incidents.transaction(async (session) => {
      await this.incidents.lockRevision(session);
      const { stored, anomalyId } = await this.find(session, id);
      const { detail, suppressions, quiet } = decide(stored.detail, { anomalyId, body: decision, actor, now });
      await this.incidents.write(session, stored.state.cluster, detail);
      for (const suppression of suppressions) await this.rules.addSuppression(suppression, session);
      await this.rules.decided(session);
      const event = eventOf(decision.state, detail, detail.updatedAt);
      const kind = detail.state === 'resolved' ? 'incidentClosed' : 'incidentUpdated';
      await this.incidents.tell(session, `incident ${detail.id} ${detail.version}`, kind, event);
      if (quiet) await this.tellers.book.withdraw(detail.id, `${decision.state} by ${actor.name}`, { now, session });
      const target = { kind: anomalyId === undefined ? 'incident' : 'anomaly', id, ...placeOf(detail) };
      await this.audit(session, { action: `anomaly.${decision.state}`, actor, target, detail: decision.note }, now);
      const anomaly = detail.members.find((member) => member.id === anomalyId);
      return { generatedAt: now.toISOString(), incident: event.incident, ...(anomaly ? { anomaly } : {}) };
    });
    await this.done();
    return reply;
  }

  /** The same series and pattern need more for the next alert, or as much as before. */
  async judge({ id, actor, feedback }: FeedbackRequest): Promise<FeedbackReply> {
    const now = new Date();
    const lowered = await this.incidents.transaction(async (session) => {
      const { stored, anomalyId } = await this.find(session, id);
      const meant = stored.detail.members.filter((member) => anomalyId === undefined || member.id === anomalyId);
      const changed: FeedbackReply['lowered'] = [];
      for (const { subject, type } of meant) {
        const known = factorOf(this.book.inForce, subject.id, type);
        const factor = feedback.verdict === 'useful' ? 1 : Math.max(FACTOR_LEAST, known * USELESS_FACTOR);
        await this.rules.setFactor({ subjectId: subject.id, type, factor }, now, session);
        changed.push({ subject: subject.id, type, factor });
      }
      const target = { kind: anomalyId === undefined ? 'incident' : 'anomaly', id, ...placeOf(stored.detail) };
      await this.audit(session, { action: `anomaly.judged-${feedback.verdict}`, actor, target, detail: feedback.note }, now);
      return changed;
    });
    await this.done();
    return { generatedAt: now.toISOString(), lowered };
  }

  async suppress({ actor, suppression }: SuppressRequest): Promise<{ generatedAt: string; suppression: Suppression }> {
    const now = new Date();
    checkEnd(suppression.expiresAt, now);
    const createdAt = now.toISOString();
    const rule: Suppression = {
      ...suppression,
      id: shortId('suppression', suppression.subject, suppression.type ?? '', createdAt),
      label: this.detection.labelOf(suppression.subject),
      createdAt,
      createdBy: actor,
    };
    await this.incidents.transaction(async (session) => {
      await this.rules.addSuppression(rule, session);
      const target = { kind: 'suppression', id: rule.id, name: rule.label };
      await this.audit(session, { action: 'suppression.created', actor, target, detail: rule.reason }, now);
    });
    await this.done();
    return { generatedAt: createdAt, suppression: rule };
  }

  async allow({ actor, allowance }: AllowRequest): Promise<{ generatedAt: string; allowance: Allowance }> {
    const now = new Date();
    checkEnd(allowance.expiresAt, now);
    const createdAt = now.toISOString();
    const id = shortId('allowance', allowance.type, allowance.source, allowance.target ?? '', createdAt);
    const ends = [allowance.source, ...(allowance.target === undefined ? [] : [allowance.target])];
    const label = ends.map((end) => this.detection.labelOf(end)).join(' -> ');
    const rule: Allowance = { ...allowance, id, label, createdAt, createdBy: actor };
    await this.incidents.transaction(async (session) => {
      await this.rules.addAllowance(rule, session);
      const target = { kind: 'allowance', id, name: `${rule.type} ${label}` };
      await this.audit(session, { action: 'allowance.created', actor, target, detail: rule.reason }, now);
    });
    await this.done();
    return { generatedAt: createdAt, allowance: rule };
  }

  async end(kind: RuleKind, { id, actor }: RuleEndRequest): Promise<{ generatedAt: string; id: string }> {
    const now = new Date();
    await this.incidents.transaction(async (session) => {
      if (!(await this.rules.end(kind, id, now, session)))
        throw new DomainError('resource/not-found', { message: `There is no ${kind} ${id} that is still in force` });
      await this.audit(session, { action: `${kind}.ended`, actor, target: { kind, id } }, now);
    });
    await this.done();
    return { generatedAt: now.toISOString(), id };
  }

  private async find(session: SqlSession, id: string) {
    const incident = await this.incidents.one(session, id);
    if (incident) return { stored: incident, anomalyId: undefined };
    const incidentId = await this.incidents.incidentOfAnomaly(session, id);
    const stored = incidentId === undefined ? undefined : await this.incidents.one(session, incidentId);
    if (!stored) throw new DomainError('resource/not-found', { message: `There is no incident or anomaly ${id}` });
    return { stored, anomalyId: id };
  }

  private async audit(
    session: SqlSession,
    entry: { action: string; actor: Actor; target: AuditEntry['target']; detail?: string | undefined },
    now: Date,
  ): Promise<void> {
    const { action, actor, target, detail } = entry;
    const at = now.toISOString();
    const id = `anomaly ${shortId(action, target.id, actor.name, at)}`;
    const recorded: AuditEntry = { id, at, actor, action, target, outcome: 'done', ...(detail === undefined ? {} : { detail }) };
    await this.incidents.tell(session, id, 'auditRecorded', recorded);
  }

  private async done(): Promise<void> {
    this.tellers.wake();
    await this.book.read();
  }
}

const placeOf = ({ clusters, namespaces }: { clusters: readonly string[]; namespaces: readonly string[] }) => ({
  ...(clusters[0] === undefined ? {} : { cluster: clusters[0] }),
  ...(namespaces[0] === undefined ? {} : { namespace: namespaces[0] }),
});

/** A rule has an end, near enough to be thought of again. */
function checkEnd(expiresAt: string, now: Date): void {
  const ms = Date.parse(expiresAt) - now.getTime();
  if (ms <= 0) throw new DomainError('request/invalid', { message: 'expiresAt: must be in the future' });
  if (ms > RULE_DAYS_MAX * 86_400_000) throw new DomainError('request/invalid', { message: 'expiresAt: a year ahead at most' });
}
