/**
 * Keeps the inventory of every cluster up to date: a pass every CERTS_PASS_SEC. Whoever holds the lease looks and asks, writes down what
 * was seen, tells changes and alerts; the other replicas follow what was written. Invariant: alerts are worked out only from an inventory
 * that knows what was known before a restart, so that none is withdrawn for want of memory.
 */
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CERTIFICATE_CHANGES_MAX, EVENTS, type CertificateChange, type SourceFreshness } from '@observatory/contracts';
import { AlertBook, Database, DomainError, EventBus, Lease } from '@observatory/platform';
import { TrustDomains } from '../clusters/trust-domains.js';
import { ClusterWatchService } from '../clusters/cluster-watch.service.js';
import { CONFIG, type CertsConfig } from '../config.js';
import { signingAlerts, wantedAlerts, type SigningFailure } from '../domain/alerts.js';
import type { TrackedRow } from '../domain/row.js';
import { HANDSHAKE_MS } from '../sources/handshake.js';
import { FIRST_LOOK_MS } from '../sources/wire-sweeper.js';
import { ClusterInventory } from './cluster-inventory.js';
import { ObservationRepository } from './observation.repository.js';
import { VersionRepository } from './version.repository.js';

/** A database that is away is not waited for longer than this after the start. */
const RESTORE_WITHIN_MS = 15_000;
/** Objects that cannot be read are not waited for longer than this. */
const SETTLE_WITHIN_MS = 30_000;
const FIRST_PASSES_MS = 1000;
/** The sweeper's first look at everything, the slowest handshake included. */
const FIRST_LOOK_WITHIN_MS = FIRST_LOOK_MS + HANDSHAKE_MS + 10_000;
const PRUNE_MS = 3_600_000;

@Injectable()
export class InventoryService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(InventoryService.name);
  private readonly inventories: ClusterInventory[];
  private readonly startedAt = Date.now();
  private readonly listeners: ((rows: ReadonlyMap<string, TrackedRow>) => Promise<void>)[] = [];
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private restored = false;
  private seq = '0';
  private led = false;
  private ledSince = 0;
  private mustLoad = false;
  private prunedAt = Date.now();
  /** Moves with each pass: what answers are kept under. */
  revision = 0;

  constructor(
    @Inject(CONFIG) private readonly config: CertsConfig,
    names: TrustDomains,
    watch: ClusterWatchService,
    private readonly lease: Lease,
    private readonly database: Database,
    private readonly observations: ObservationRepository,
    private readonly versions: VersionRepository,
    private readonly alerts: AlertBook,
    private readonly bus: EventBus,
  ) {
    this.inventories = names.clusters.map((cluster) => new ClusterInventory(cluster, watch, config));
  }

  onApplicationBootstrap(): void {
    void this.loop();
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    for (const inventory of this.inventories) inventory.stop();
  }

  /** Throws `service/not-ready` before the first pass, and `resource/not-found` for a cluster that is not there. */
  clusters(cluster?: string): ClusterInventory[] {
    if (this.revision === 0) throw new DomainError('service/not-ready', { message: 'No certificate has been looked at yet' });
    if (cluster === undefined) return this.inventories;
    const wanted = this.inventories.filter(({ name }) => name === cluster);
    if (wanted.length === 0) throw new DomainError('resource/not-found', { message: `There is no cluster ${cluster}` });
    return wanted;
  }

  rows(cluster?: string): TrackedRow[] {
    return this.clusters(cluster).flatMap(({ rows }) => [...rows.values()]);
  }

  row(id: string): { row: TrackedRow; inventory: ClusterInventory } {
    for (const inventory of this.clusters()) {
      const row = inventory.rows.get(id);
      if (row) return { row, inventory };
    }
    throw new DomainError('resource/not-found', { message: 'There is no such certificate, or nobody holds it any more' });
  }

  sources(cluster?: string): SourceFreshness[] {
    return this.inventories.filter(({ name }) => cluster === undefined || name === cluster).flatMap((inventory) => inventory.sources());
  }

  get certificates(): number {
    return this.inventories.reduce((sum, { rows }) => sum + rows.size, 0);
  }

  /** Called by the leader after each pass. */
  onPass(listener: (rows: ReadonlyMap<string, TrackedRow>) => Promise<void>): void {
    this.listeners.push(listener);
  }

  private async loop(): Promise<void> {
    const startedAt = Date.now();
    if (this.isReady()) {
      try {
        await this.pass();
      } catch (thrown) {
        this.logger.error(thrown);
      }
    }
    const everyMs = this.revision < 3 ? Math.min(FIRST_PASSES_MS, this.config.CERTS_PASS_SEC * 1000) : this.config.CERTS_PASS_SEC * 1000;
    if (!this.stopped) this.timer = setTimeout(() => void this.loop(), Math.max(100, everyMs - (Date.now() - startedAt)));
  }

  /** What was known before comes first: objects that are there, and what the database remembers. */
  private isReady(): boolean {
    const waitedMs = Date.now() - this.startedAt;
    const settled = this.inventories.every(({ watched }) => watched.settled) || waitedMs > SETTLE_WITHIN_MS;
    for (const inventory of this.inventories) inventory.look();
    return settled && (this.database.isUp || waitedMs > RESTORE_WITHIN_MS);
  }

  private async pass(): Promise<void> {
    const leads = this.lease.isHeld;
    await this.catchUp(leads);
    const now = Date.now();
    const changes: { cluster: string; changes: CertificateChange[] }[] = [];
    const failures = new Map<string, SigningFailure[]>();
    for (const inventory of this.inventories) {
      const outcome = await inventory.pass({ leads, now, known: (id) => this.versions.known(id) });
      changes.push({ cluster: inventory.name, changes: outcome.changes });
      if (outcome.failures) failures.set(inventory.name, outcome.failures);
    }
    this.revision += 1;
    if (!leads) return;
    await this.writeDown();
    if (this.restored && this.hasLooked(now)) await this.raiseAlerts(now, failures);
    await this.tell(changes, now);
    for (const listener of this.listeners) await listener(new Map(this.inventories.flatMap(({ rows }) => [...rows])));
  }

  /** Every endpoint once since we lead, or it takes too long: before that, what a handshake would tell is missing. */
  private hasLooked(now: number): boolean {
    return now - this.ledSince > FIRST_LOOK_WITHIN_MS || this.inventories.every(({ wire }) => wire.untried().size === 0);
  }

  /** Everything once at the start, and when the lease comes; after that, those who do not lead read what changed. */
  private async catchUp(leads: boolean): Promise<void> {
    const takesOver = leads && !this.led;
    if (takesOver) this.ledSince = Date.now();
    this.led = leads;
    if (!this.database.isUp) return;
    this.mustLoad ||= takesOver;
    try {
      if (!this.restored || this.mustLoad || !leads) {
        const { changes, seq } = await this.observations.since(this.seq);
        for (const change of changes) this.inventories.find(({ name }) => name === change.cluster)?.follow(change);
        this.seq = seq;
      }
      if (!this.restored || this.mustLoad) await this.versions.load();
      this.restored = true;
      this.mustLoad = false;
    } catch (thrown) {
      this.unlessAway(thrown);
    }
  }

  private async writeDown(): Promise<void> {
    if (!this.database.isUp || !this.restored) return;
    try {
      for (const { name, book, rows } of this.inventories) {
        const { write, remove, settled } = book.pending();
        if (write.length > 0 || remove.length > 0) await this.observations.write(name, write, remove);
        settled();
        await this.versions.record([...rows.values()]);
      }
      if (Date.now() - this.prunedAt > PRUNE_MS) {
        this.prunedAt = Date.now();
        await this.observations.prune();
        await this.versions.prune();
      }
    } catch (thrown) {
      this.unlessAway(thrown);
    }
  }

  private async raiseAlerts(nowMs: number, failures: ReadonlyMap<string, SigningFailure[]>): Promise<void> {
    const now = new Date(nowMs);
    try {
      for (const { name, rows, wire } of this.inventories) {
        // Only its end is known, and the first look is about to tell how long it lives: its alert can wait for that.
        const untried = wire.untried();
        const told = [...rows.values()].filter(({ id, leaf, notAfter }) => leaf !== undefined || notAfter <= nowMs || !untried.has(id));
        const becauseOf = ({ data }: { data?: unknown }) =>
          becauseOfRow(rows, data as { certificateId?: string; notAfter?: string } | undefined);
        await this.alerts.sync(`certificates ${name}`, wantedAlerts(told, nowMs), { now, becauseOf });
        const signing = failures.get(name);
        if (signing)
          await this.alerts.sync(`signing ${name}`, signingAlerts(signing), {
            now,
            becauseOf: () => 'it has signed without failures for 15 minutes',
          });
      }
    } catch (thrown) {
      this.unlessAway(thrown);
    }
  }

  /** Tells those who listen; who missed it sees the same in the inventory. */
  private async tell(all: { cluster: string; changes: CertificateChange[] }[], now: number): Promise<void> {
    const at = new Date(now).toISOString();
    try {
      for (const { cluster, changes } of all)
        for (let start = 0; start < changes.length; start += CERTIFICATE_CHANGES_MAX) {
          const part = changes.slice(start, start + CERTIFICATE_CHANGES_MAX);
          await this.bus.publish(EVENTS.certificatesChanged, `certificates-${cluster}-${now}-${start}`, { cluster, at, changes: part });
        }
    } catch (thrown) {
      this.unlessAway(thrown);
    }
  }

  private unlessAway(thrown: unknown): void {
    if (!(thrown instanceof DomainError)) this.logger.error(thrown);
  }
}

/** Why an alert about a certificate is over. */
function becauseOfRow(rows: ReadonlyMap<string, TrackedRow>, facts: { certificateId?: string; notAfter?: string } | undefined): string {
  const row = facts?.certificateId === undefined ? undefined : rows.get(facts.certificateId);
  if (!row) return 'nobody holds the certificate any more';
  const end = new Date(row.notAfter).toISOString();
  return facts?.notAfter !== undefined && Date.parse(facts.notAfter) + 5000 < row.notAfter
    ? `it was renewed, until ${end}`
    : 'it no longer holds';
}
