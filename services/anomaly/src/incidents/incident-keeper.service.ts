/**
 * What becomes of findings, decided once: the replica with the lease works each window off in one transaction that says up to
 * where it came, writes incidents and anomalies, the events and the alert. Killed before the commit, the window comes again from the
 * stream; killed after it, the outbox tells what is not told yet. So there is one alert, whatever happens in between.
 */
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Anomaly, IncidentDetail, Severity } from '@observatory/contracts';
import { isOver, REOPEN_WITHIN_MS, type IncidentChangeKind, type IncidentState } from '@observatory/detect';
import { Lease, type SqlSession } from '@observatory/platform';
import { ChangeLog } from '../changes/change-log.service.js';
import { DecisionBook } from '../decisions/decision-book.service.js';
import { DetectionService, type Watched } from '../detection/detection.service.js';
import { detailOf, eventOf, type Surroundings } from '../domain/anomaly-view.js';
import type { Observation } from '../domain/cluster-detector.js';
import { stepIncidents } from '../domain/incident-step.js';
import { labelOfEnd } from '../domain/subjects.js';
import { alertOf } from './alerting.js';
import { IncidentRepository } from './incident.repository.js';
import { Tellers } from './tellers.js';

/** Windows that wait while the database is away. What is lost beyond begins again as long as it goes on. */
const WAITING_MAX = 60;
/** What only moves a little is told this often, the rest at once. */
const TELL_EVERY_MS = 5 * 60_000;
const MOVED_BY = 0.05;
const PRUNE_EVERY_MS = 3_600_000;

interface Memory {
  revision: string;
  incidents: Map<string, IncidentState>;
  /** What was told of each last. */
  told: Map<string, { atMs: number; score: number; members: number; severity: Severity }>;
}

@Injectable()
export class IncidentKeeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(IncidentKeeper.name);
  private readonly memories = new Map<string, Memory>();
  private readonly waiting: { watched: Watched; observation: Observation }[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly detection: DetectionService,
    private readonly repository: IncidentRepository,
    private readonly decisions: DecisionBook,
    private readonly changes: ChangeLog,
    private readonly lease: Lease,
    private readonly tellers: Tellers,
  ) {}

  onApplicationBootstrap(): void {
    this.detection.onObservation((watched, observation) => this.take(watched, observation));
    this.timer = setInterval(() => void this.prune(), PRUNE_EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async take(watched: Watched, observation: Observation): Promise<void> {
    if (!this.lease.isHeld) {
      this.memories.delete(watched.cluster);
      // Whoever holds it works these off; if it dies, the first window that we take repairs what it left.
      this.waiting.length = 0;
      return;
    }
    this.waiting.push({ watched, observation });
    if (this.waiting.length > WAITING_MAX) this.waiting.shift();
    await this.drain();
  }

  private async drain(): Promise<void> {
    for (let next = this.waiting[0]; next; next = this.waiting[0]) {
      try {
        await this.work(next.watched, next.observation);
        this.waiting.shift();
      } catch (thrown) {
        this.memories.delete(next.watched.cluster);
        this.logger.warn(`${next.watched.cluster}: incidents wait: ${(thrown as Error).message}`);
        return;
      }
    }
  }

  private async work(watched: Watched, observation: Observation): Promise<void> {
    const told = await this.repository.transaction(async (session) => {
      const revision = await this.repository.lockRevision(session);
      if (!(await this.repository.advance(session, watched.cluster, new Date(observation.atMs)))) return 0;
      const memory = await this.memoryOf(session, watched, { revision, atMs: observation.atMs });
      return this.step(session, { watched, observation, memory });
    });
    if (told > 0) this.tellers.wake();
  }

  private async memoryOf(session: SqlSession, watched: Watched, now: { revision: string; atMs: number }): Promise<Memory> {
    const known = this.memories.get(watched.cluster);
    if (known?.revision === now.revision) return known;
    const stored = await this.repository.live(session, watched.cluster, new Date(now.atMs - REOPEN_WITHIN_MS));
    const memory: Memory = {
      revision: now.revision,
      incidents: new Map(stored.map(({ state }) => [state.id, state])),
      told: known?.told ?? new Map(),
    };
    for (const { members } of memory.incidents.values())
      for (const member of Object.values(members))
        if (!isOver(member) && !watched.detector.persistence.isOpen(member.subject.id, member.type))
          watched.detector.persistence.resume(member.subject.id, member.type, Date.parse(member.startedAt));
    this.memories.set(watched.cluster, memory);
    return memory;
  }

  private async step(
    session: SqlSession,
    { watched, observation, memory }: { watched: Watched; observation: Observation; memory: Memory },
  ): Promise<number> {
    const { cluster } = watched;
    const { atMs } = observation;
    const decided = (anomaly: Omit<Anomaly, 'incidentId'>) => this.suppressed(anomaly, atMs);
    const changed = stepIncidents(memory.incidents, observation, { cluster, kind: 'incident', decided });
    const around = this.surroundings(watched, observation);
    let told = 0;
    for (const [incident, kind] of changed) told += await this.record(session, { incident, kind, around, memory });
    this.forgetOld(memory, atMs);
    return told;
  }

  /** What is suppressed goes its way, and nobody is told. */
  private suppressed(anomaly: Omit<Anomaly, 'incidentId'>, atMs: number): Omit<Anomaly, 'incidentId'> {
    const rule = this.decisions.suppressionOf(anomaly.subject.id, anomaly.type, atMs);
    return rule ? { ...anomaly, state: 'suppressed' } : anomaly;
  }

  private async record(
    session: SqlSession,
    { incident, kind, around, memory }: { incident: IncidentState; kind: IncidentChangeKind; around: Surroundings; memory: Memory },
  ): Promise<number> {
    const quiet = settleSuppressed(incident);
    const fresh = detailOf(incident, around);
    const before = kind === 'closed' ? await this.repository.one(session, incident.id) : undefined;
    // When it is over, what was known of its cause while it went on stays.
    const detail = before ? ended(fresh, before.detail) : fresh;
    await this.repository.write(session, incident.cluster, detail);
    const told = await this.tell(session, detail, { kind, quiet, memory });
    return told;
  }

  private async tell(
    session: SqlSession,
    detail: IncidentDetail,
    { kind, quiet, memory }: { kind: IncidentChangeKind; quiet: boolean; memory: Memory },
  ): Promise<number> {
    const atMs = Date.parse(detail.updatedAt);
    if (quiet && kind === 'raised') return 0;
    const last = memory.told.get(detail.id);
    const moved =
      !last ||
      Math.abs(last.score - detail.score) >= MOVED_BY ||
      last.members !== detail.anomalies ||
      last.severity !== detail.severity ||
      atMs - last.atMs >= TELL_EVERY_MS;
    if (kind === 'updated' && !moved) return 0;
    memory.told.set(detail.id, { atMs, score: detail.score, members: detail.anomalies, severity: detail.severity });
    const event = EVENT_OF[kind];
    await this.repository.tell(session, `incident ${detail.id} ${detail.version}`, event, eventOf(kind, detail, detail.updatedAt));
    const now = new Date();
    if (!quiet && (kind === 'raised' || kind === 'reopened'))
      await this.tellers.book.raise(`incidents ${detail.clusters[0]}`, alertOf(detail), { now, session });
    // Of whoever acknowledged it too: that was something milder.
    if (!quiet && kind === 'updated') await this.tellers.book.worsen(alertOf(detail), { session });
    if (kind === 'closed') await this.tellers.book.withdraw(detail.id, 'everything is as usual again', { now, session });
    return 1;
  }

  private surroundings(watched: Watched, { graph, scores }: Observation): Surroundings {
    const byId = new Map(scores.map(({ subject, score }) => [subject.id, score]));
    const known = (node: string) => watched.detector.scorer.subjects.get(node);
    return {
      graph,
      changes: this.changes.of(watched.cluster),
      changesUnknown: this.changes.unknown(),
      label: (node) => (known(node) ? labelOfEnd(known(node)!.target) : node),
      namespace: (node) => known(node)?.target.namespace ?? '',
      score: (id) => byId.get(id) ?? null,
    };
  }

  private forgetOld(memory: Memory, atMs: number): void {
    for (const [id, incident] of memory.incidents) {
      if (!isOver(incident) || atMs - Date.parse(incident.updatedAt) <= REOPEN_WITHIN_MS) continue;
      memory.incidents.delete(id);
      memory.told.delete(id);
    }
  }

  private async prune(): Promise<void> {
    if (this.lease.isHeld) await this.repository.prune().catch((thrown: Error) => this.logger.warn(`pruning: ${thrown.message}`));
  }
}

const EVENT_OF: Record<IncidentChangeKind, 'incidentRaised' | 'incidentUpdated' | 'incidentClosed'> = {
  raised: 'incidentRaised',
  reopened: 'incidentUpdated',
  updated: 'incidentUpdated',
  closed: 'incidentClosed',
};

/** An incident of nothing but suppressed anomalies is suppressed itself, until one comes that is not. */
function settleSuppressed(incident: IncidentState): boolean {
  const live = Object.values(incident.members).filter((member) => !isOver(member));
  if (live.length === 0) return incident.suppressedUntil !== undefined || incident.state === 'suppressed';
  const all = live.every(({ state }) => state === 'suppressed');
  if (all && incident.state === 'open') incident.state = 'suppressed';
  if (!all && incident.state === 'suppressed') incident.state = 'open';
  return all;
}

/** Of one that ended in another its own story stays, without its anomalies, which are the other's. */
function ended(fresh: IncidentDetail, before: IncidentDetail): IncidentDetail {
  if (fresh.members.length > 0) return { ...fresh, ...pastOf(before) };
  const { state, updatedAt, closedAt, version, score } = fresh;
  return { ...before, members: [], state, updatedAt, version, score, ...(closedAt === undefined ? {} : { closedAt }) };
}

function pastOf({ causes, cause, blast, changes, callers, callees, edges, title }: IncidentDetail): Partial<IncidentDetail> {
  return { causes, ...(cause ? { cause } : {}), blast, changes, callers, callees, edges, title };
}
