/**
 * Scores every window of every cluster as it closes. Each replica does, so that each knows the scores and could take over;
 * what becomes of a finding is decided once, by IncidentKeeper. What was learned is kept in the database every few minutes,
 * and the stream of windows gives back what came after.
 */
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { EVENTS, type SourceFreshness } from '@observatory/contracts';
import { WindowInbox, type ClosedWindow } from '@observatory/mesh';
import { Database, EventBus, gauge, histogram } from '@observatory/platform';
import { DecisionBook } from '../decisions/decision-book.service.js';
import { decidedFor } from '../domain/decisions-in-force.js';
import { ClusterDetector, type Observation } from '../domain/cluster-detector.js';
import { silenceWords } from '../domain/history-words.js';
import { subjectOf } from '../domain/subjects.js';
import { DetectionContext } from './detection-context.js';
import { collectAfter } from '../heap.js';
import { HistoryLoader, type LoadedHistory } from './history-loader.js';
import { SnapshotRepository } from './snapshot.repository.js';

const SAVE_EVERY_MS = 5 * 60_000;
/** Without a snapshot: what the live map looks back, and no more, since history tells the rest. */
const LOOK_BACK_MS = 10 * 60_000;
/** The stream keeps hours of a large mesh; a longer absence is read from history. */
const SNAPSHOT_AGE_MAX_MS = 2 * 3_600_000;
const HISTORY_RETRY_MS = 5_000;
const HISTORY_LOOK_MS = 30_000;
const HISTORY_GROWS_FOR_MS = 3_600_000;
const HOURS_MORE = 6;

const passMs = histogram({
  name: 'observatory_anomaly_pass_seconds',
  help: 'Time of a scoring pass',
  buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5],
});
const delay = gauge({
  name: 'observatory_anomaly_delay_seconds',
  help: 'To the scores of the last window, since its end, and since its close: read by metrics, and all its edges out',
  labelNames: ['cluster', 'since'],
});

export interface Watched {
  readonly cluster: string;
  detector: ClusterDetector;
  state: 'waiting' | 'loading' | 'ready';
  detail?: string;
  latest?: Observation;
  sources: readonly SourceFreshness[];
  windowSec: number;
  savedAt?: Date;
  passMs?: number;
  /** From the end of the window, and from its close, to its scores. */
  delayMs?: number;
  delayFromCloseMs?: number;
}
export type ObservationListener = (watched: Watched, observation: Observation) => Promise<void> | void;

@Injectable()
export class DetectionService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(DetectionService.name);
  private readonly inbox = new WindowInbox();
  private readonly clusters = new Map<string, Watched>();
  private readonly listeners: ObservationListener[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();
  private started = false;
  private stopped = false;

  constructor(
    private readonly bus: EventBus,
    private readonly database: Database,
    private readonly snapshots: SnapshotRepository,
    private readonly history: HistoryLoader,
    private readonly decisions: DecisionBook,
    private readonly context: DetectionContext,
  ) {}

  onApplicationBootstrap(): void {
    // What people decided and what was learned is in the database: nothing is judged without it.
    this.database.onUp(() => void this.start());
    this.timers.add(setInterval(() => void this.saveAll(), SAVE_EVERY_MS).unref());
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) clearInterval(timer);
    await this.saveAll();
  }

  onObservation(listener: ObservationListener): void {
    this.listeners.push(listener);
  }

  all(): Watched[] {
    return [...this.clusters.values()];
  }

  /** What people call a workload or an edge; the id of what was never seen. */
  labelOf(id: string): string {
    for (const { detector } of this.clusters.values()) {
      const known = detector.scorer.subjects.get(id);
      if (known) return subjectOf(known).label;
    }
    return id;
  }

  private async start(): Promise<void> {
    if (this.started) return;
    this.started = true;
    try {
      const since = await this.restore();
      this.bus.follow(EVENTS.windowClosed, since, async (event, { storedAt }) => {
        const window = this.inbox.add(event);
        if (window) await this.take(window, storedAt);
      });
    } catch (thrown) {
      this.started = false;
      this.logger.warn(`what was learned cannot be read: ${(thrown as Error).message}`);
    }
  }

  /** From when on windows are wanted. */
  private async restore(): Promise<Date> {
    await this.decisions.read();
    const oldest = Date.now() - SNAPSHOT_AGE_MAX_MS;
    let since = Date.now() - LOOK_BACK_MS;
    for (const { cluster, at, state } of await this.snapshots.all()) {
      const watched = this.watch(cluster);
      watched.detector = ClusterDetector.restore(state);
      watched.state = 'ready';
      watched.savedAt = at;
      since = Math.max(oldest, Math.min(since, at.getTime()));
      this.logger.log(`${cluster}: goes on from what was learned until ${at.toISOString()}`);
    }
    return new Date(since);
  }

  private watch(cluster: string): Watched {
    let watched = this.clusters.get(cluster);
    if (!watched) {
      watched = { cluster, detector: new ClusterDetector(), state: 'waiting', sources: [], windowSec: this.context.settings.windowSec };
      this.clusters.set(cluster, watched);
    }
    return watched;
  }

  /** `closedAt`: when the last of its chunks was in the stream. */
  private async take(window: ClosedWindow, closedAt: Date): Promise<void> {
    const watched = this.watch(window.cluster);
    watched.sources = window.sources;
    watched.windowSec = window.windowSec;
    // Nothing is known of its traffic: what goes on is neither over nor worse.
    if (window.coverage === 'none') return;
    if (watched.state === 'waiting') this.loadHistory(watched, { soon: true });
    const begin = performance.now();
    const observation = watched.detector.observe(
      { ...window, ratesAreLow: window.coverage === 'partial' },
      {
        config: this.context.settings.detection,
        ...decidedFor(this.decisions.inForce, window.atMs),
        wasDeployedLately: (nodeId) => this.context.changes.wasDeployedLately(nodeId, window.atMs),
      },
    );
    if (!observation) return;
    watched.passMs = performance.now() - begin;
    passMs.observe(watched.passMs / 1000);
    watched.latest = observation;
    for (const listener of this.listeners) await listener(watched, observation);
    this.noteDelay(watched, window.atMs, closedAt);
    collectAfter(window.edges.length);
  }

  private noteDelay(watched: Watched, atMs: number, closedAt: Date): void {
    const nowMs = Date.now();
    watched.delayMs = nowMs - atMs;
    watched.delayFromCloseMs = nowMs - closedAt.getTime();
    delay.set({ cluster: watched.cluster, since: 'window_end' }, watched.delayMs / 1000);
    delay.set({ cluster: watched.cluster, since: 'window_close' }, watched.delayFromCloseMs / 1000);
  }

  /** In the background; meanwhile the live windows are judged by what little is known. `soon`: the newest day first. */
  private loadHistory(watched: Watched, { soon }: { soon: boolean }): void {
    watched.state = 'loading';
    watched.detail = 'asks metrics for up to 7 days of history';
    const beganMs = Date.now();
    const until = () => watched.detector.scorer.atMs || beganMs;
    const learner = { soon, stopped: () => this.stopped, tell: (words: string) => (watched.detail = words) };
    const attempt = async () => {
      try {
        for await (const loaded of this.history.load(watched.cluster, until, learner)) {
          if (this.stopped) return;
          await this.adopt(watched, loaded);
        }
      } catch (thrown) {
        watched.detail = `history is not read: ${silenceWords(thrown)}; begins again`;
        this.logger.warn(`${watched.cluster}: ${watched.detail}`);
        if (!this.stopped) this.timers.add(setTimeout(() => void attempt(), HISTORY_RETRY_MS).unref());
      }
    };
    void attempt();
  }

  /** A part of history is judged by at once, and not kept: after a restart all of it is wanted. */
  private async adopt(watched: Watched, { detector, steps, stepSec, known, isWhole }: LoadedHistory): Promise<void> {
    if (steps > 0) {
      detector.scorer.atMs = watched.detector.scorer.atMs;
      watched.detector.adopt(detector);
    }
    if (!isWhole) return;
    watched.state = 'ready';
    watched.detail = steps === 0 ? 'there was no history' : `learned from ${steps} steps of ${stepSec} s`;
    await this.save(watched);
    this.loadMore(watched, known);
  }

  /** Metrics reads its own history back bit by bit: when it has a good deal more, all of it is learned again. */
  private loadMore(watched: Watched, known: number): void {
    const looksUntil = Date.now() + HISTORY_GROWS_FOR_MS;
    const timer = setInterval(() => void look(), HISTORY_LOOK_MS).unref();
    const end = () => {
      clearInterval(timer);
      this.timers.delete(timer);
    };
    const look = async () => {
      if (this.stopped || Date.now() > looksUntil) return end();
      const { present } = await this.history.coverage(watched.cluster, watched.detector.scorer.atMs).catch(() => ({ present: known }));
      if (present <= known + HOURS_MORE) return;
      end();
      this.loadHistory(watched, { soon: false });
    };
    this.timers.add(timer);
  }

  /** One writer is enough. */
  private async saveAll(): Promise<void> {
    if (!this.context.lease.isHeld && !this.stopped) return;
    for (const watched of this.clusters.values()) if (watched.state === 'ready') await this.save(watched);
  }

  private async save(watched: Watched): Promise<void> {
    const atMs = watched.detector.scorer.atMs;
    if (atMs === 0 || !this.database.isUp) return;
    try {
      await this.snapshots.save(watched.cluster, new Date(atMs), watched.detector.save());
      watched.savedAt = new Date(atMs);
    } catch (thrown) {
      this.logger.warn(`${watched.cluster}: what was learned cannot be kept: ${(thrown as Error).message}`);
    }
  }
}
