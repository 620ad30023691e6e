/**
 * Who does the work that must be done once: a key in NATS KV that its holder renews.
 * Another replica takes over when the key has not changed for `ttlMs` by its own clock, so that clocks need not agree.
 * While NATS is away the holder goes on and nobody takes over: what a leader writes must be idempotent, and is.
 */
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { JetStreamApiError } from '@nats-io/jetstream';
import { Kvm, type KV } from '@nats-io/kv';
import type { NatsLink } from './connection.js';

const BUCKET = 'OBSERVATORY_LEASES';

export class Lease implements OnApplicationShutdown {
  private readonly logger = new Logger(Lease.name);
  private kv: KV | undefined;
  private held = false;
  private seen = { revision: 0, at: 0 };
  private readonly timer: NodeJS.Timeout;

  /** `name` is a NATS token path, e.g. `metrics.east`. */
  constructor(
    private readonly link: NatsLink,
    readonly name: string,
    private readonly options: { holder: string; ttlMs: number },
  ) {
    this.timer = setInterval(() => void this.tick(), Math.max(250, options.ttlMs / 3));
    this.timer.unref();
    void link.ready.then(() => this.tick());
  }

  get isHeld(): boolean {
    return this.held;
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    if (!this.held || !this.kv || !this.link.isUp) return;
    this.held = false;
    await this.kv.delete(this.key, { previousSeq: this.seen.revision }).catch(() => undefined);
  }

  private get key(): string {
    return this.name.replace(/[^A-Za-z0-9_.=/-]/g, '_');
  }

  private async tick(): Promise<void> {
    if (!this.link.isUp) return;
    try {
      this.kv ??= await new Kvm(this.link.get()).create(BUCKET, { history: 1 });
      await this.renewOrTake(this.kv);
    } catch (thrown) {
      this.kv = undefined;
      this.logger.debug(`lease ${this.name}: ${(thrown as Error).message}`);
    }
  }

  private async renewOrTake(kv: KV): Promise<void> {
    const now = performance.now();
    const entry = await kv.get(this.key);
    const revision = entry?.revision ?? 0;
    const mine = entry?.operation === 'PUT' && entry.string() === this.options.holder;
    const free = !entry || entry.operation !== 'PUT';
    if (revision !== this.seen.revision) this.seen = { revision, at: now };
    const expired = now - this.seen.at > this.options.ttlMs;
    if (!mine && !free && !expired) return this.become(false);
    try {
      const taken = free ? kv.create(this.key, this.options.holder) : kv.update(this.key, this.options.holder, revision);
      this.seen = { revision: await taken, at: now };
      this.become(true);
    } catch (thrown) {
      if (!(thrown instanceof JetStreamApiError)) throw thrown;
      this.become(false);
    }
  }

  private become(held: boolean): void {
    if (held !== this.held) this.logger.log(`lease ${this.name}: ${held ? 'taken' : 'held by another replica'}`);
    this.held = held;
  }
}
