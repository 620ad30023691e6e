/**
 * Keeps every version of every policy that the watch sees, and tells of each once it is stored.
 * The replica that holds the lease writes; a version is a comparison of what is with what is stored, so that nothing is lost while
 * the database, NATS or this service is away but changes that were undone meanwhile.
 */
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { EVENTS } from '@observatory/contracts';
import { Database, EventBus, Lease } from '@observatory/platform';
import { ClusterWatchService } from '../clusters/cluster-watch.service.js';
import { yamlOf } from '../domain/version-diff.js';
import { VersionRepository, type LatestVersion, type PolicyKey, type Seen } from './version.repository.js';

/** Changes that come together are written together. */
const SETTLE_MS = 150;
/** Looks again even though nothing came: the lease, the database or NATS may have come back. */
const LOOK_EVERY_MS = 2000;
/** An event must fit a message; the whole diff is asked for by its version. */
const TOLD_DIFF_MAX = 64 * 1024;

@Injectable()
export class VersionKeeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(VersionKeeper.name);
  private readonly latestByKey = new Map<string, LatestVersion>();
  private timer: NodeJS.Timeout | undefined;
  private running = false;
  private again = false;
  private closed = false;
  private readAt: Date | undefined;
  private storedVersions = -1;

  constructor(
    private readonly watch: ClusterWatchService,
    private readonly repository: VersionRepository,
    private readonly database: Database,
    private readonly lease: Lease,
    private readonly bus: EventBus,
  ) {}

  onApplicationBootstrap(): void {
    this.watch.onChange(() => this.schedule(SETTLE_MS));
    this.database.onUp(() => this.schedule(0));
    this.schedule(SETTLE_MS);
  }

  onApplicationShutdown(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  /** Newest stored version; undefined while the database was never reached, or has none yet. */
  latest(key: PolicyKey): LatestVersion | undefined {
    return this.latestByKey.get(keyText(key));
  }

  /** Policies that are gone. */
  deleted(cluster?: string): LatestVersion[] {
    return [...this.latestByKey.values()].filter(
      (version) => version.change === 'deleted' && (cluster === undefined || version.cluster === cluster),
    );
  }

  /** When the stored versions were read last; undefined: never. */
  get freshAt(): Date | undefined {
    return this.readAt;
  }

  private schedule(afterMs: number): void {
    if (this.closed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), afterMs).unref();
  }

  private async run(): Promise<void> {
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    this.again = false;
    try {
      if (this.database.isUp) await this.pass();
    } catch (thrown) {
      this.logger.warn(`versions: ${(thrown as Error).message}; trying again`);
    } finally {
      this.running = false;
      this.schedule(this.again ? SETTLE_MS : LOOK_EVERY_MS);
    }
  }

  private async pass(): Promise<void> {
    await this.readLatest();
    if (!this.lease.isHeld) return;
    let written = 0;
    for (const seen of this.changes()) if (await this.repository.record(seen)) written += 1;
    if (written > 0) await this.readLatest();
    for (const { yaml: _, ...version } of await this.repository.unpublished()) {
      const { cluster, kind, namespace, name } = version;
      const told = { ...version, diff: version.diff.slice(0, TOLD_DIFF_MAX) };
      await this.bus.publish(EVENTS.policyChanged, `policy ${keyText(version)} ${version.version}`, told);
      await this.repository.markPublished({ cluster, kind, namespace, name }, version.version);
    }
  }

  private async readLatest(): Promise<void> {
    const stored = await this.repository.count();
    this.readAt = new Date();
    if (stored === this.storedVersions) return;
    this.storedVersions = stored;
    const latest = await this.repository.latest();
    this.latestByKey.clear();
    for (const version of latest) this.latestByKey.set(keyText(version), version);
  }

  /** What is there and differs from what is stored, and what is stored and not there any more. */
  private *changes(): Generator<Seen> {
    for (const facts of this.watch.all()) {
      const { cluster } = facts;
      const there = new Set<string>();
      const knowsCluster = [...this.latestByKey.values()].some((version) => version.cluster === cluster);
      for (const { kind, namespace, name, object, uid, generation, changedBy, changedAt } of facts.policies) {
        const key = { cluster, kind, namespace, name };
        there.add(keyText(key));
        const yaml = yamlOf(object);
        const stored = this.latest(key);
        if (stored && stored.change !== 'deleted' && stored.yaml === yaml) continue;
        yield { ...key, yaml, uid, generation, changedBy, changedAt, seenAt: new Date(), found: !knowsCluster };
      }
      for (const version of this.latestByKey.values()) {
        if (version.cluster !== cluster || version.change === 'deleted' || there.has(keyText(version))) continue;
        // What may not be read, or was not read yet, is not gone.
        if (!this.watch.isRead(cluster, version.kind)) continue;
        const { kind, namespace, name } = version;
        yield { cluster, kind, namespace, name, yaml: '', seenAt: new Date(), found: false };
      }
    }
  }
}

const keyText = ({ cluster, kind, namespace, name }: PolicyKey): string => `${cluster} ${kind} ${namespace}/${name}`;
