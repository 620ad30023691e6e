/**
 * Tells what the book wrote down: the event on NATS, and each webhook by itself, so that one that is away holds up nobody else.
 * Every replica runs one; the queue sees to it that a channel has one teller at a time.
 */
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Database } from '../database/database.js';
import { DomainError } from '../errors/domain-error.js';
import { counter, gauge } from '../health/own-metrics.js';
import { EVENT_CHANNEL, type AlertBook } from './alert-book.js';
import type { AlertNews, PublishAlert } from './alert.js';
import { BATCH_MAX, DeliveryQueue, type TellOutcome } from './delivery-queue.js';
import { sendWebhook } from './webhook-sender.js';
import type { Webhook } from './webhooks.js';

const POLL_MS = 1000;
/** Alertmanager forgets at a restart what it is not told again. */
const REPEAT_MS = 5 * 60_000;
const REPEAT_MAX = 1000;
const PRUNE_MS = 3_600_000;
/** Batches told one after the other before others get a turn. */
const BATCHES_MAX = 50;

export interface DispatcherOptions {
  readonly webhooks: readonly Webhook[];
  readonly publish: PublishAlert;
  readonly publicUrl?: string | undefined;
}

const told = counter({
  name: 'observatory_alert_deliveries_total',
  help: 'Alerts told, by channel and result',
  labelNames: ['channel', 'result'],
});
const waiting = gauge({ name: 'observatory_alert_deliveries_waiting', help: 'Alerts that wait to be told' });

export class AlertDispatcher implements OnApplicationShutdown {
  private readonly logger = new Logger(AlertDispatcher.name);
  private readonly queue: DeliveryQueue;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly running = new Map<string, Promise<void>>();
  private readonly again = new Set<string>();
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly book: AlertBook,
    private readonly options: DispatcherOptions,
  ) {
    this.queue = new DeliveryQueue(database, book.schema);
    book.onNews(() => this.wake());
    this.timers.push(setInterval(() => this.wake(), POLL_MS).unref());
    this.timers.push(setInterval(() => void this.repeat(), REPEAT_MS / 5).unref());
    this.timers.push(setInterval(() => void this.prune(), PRUNE_MS).unref());
    database.onUp(() => this.wake());
  }

  /** Ends after what is being told has been. */
  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all(this.running.values());
  }

  private wake(): void {
    if (!this.database.isUp || this.stopped) return;
    for (const channel of [EVENT_CHANNEL, ...this.options.webhooks.map(({ name }) => name)]) {
      if (this.running.has(channel)) this.again.add(channel);
      else
        this.running.set(
          channel,
          this.drain(channel).finally(() => {
            this.running.delete(channel);
            if (this.again.delete(channel)) this.wake();
          }),
        );
    }
  }

  private async drain(channel: string): Promise<void> {
    try {
      for (let batch = 0; batch < BATCHES_MAX && !this.stopped; batch += 1) {
        const outcome = await this.queue.next(channel, (news) => this.tell(channel, news));
        if (outcome !== 'told') break;
      }
      if (channel === EVENT_CHANNEL) waiting.set(await this.queue.waiting());
    } catch (thrown) {
      if (!(thrown instanceof DomainError)) this.logger.error(thrown);
    }
  }

  private async tell(channel: string, news: AlertNews[]): Promise<TellOutcome> {
    const outcome = await (channel === EVENT_CHANNEL ? this.publish(news) : this.send(channel, news));
    told.inc({ channel: channel === EVENT_CHANNEL ? 'events' : channel, result: outcome.ok ? 'told' : 'failed' }, news.length);
    if (!outcome.ok) this.logger.warn(`${channel === EVENT_CHANNEL ? 'the event stream' : channel}: ${outcome.error}`);
    return outcome;
  }

  /** All or nothing: what was published already is known by its id the next time. */
  private async publish(news: AlertNews[]): Promise<TellOutcome> {
    try {
      for (const one of news) await this.options.publish(one);
      return { ok: true };
    } catch (thrown) {
      return { ok: false, retry: 'later', error: (thrown as Error).message };
    }
  }

  private async send(channel: string, news: AlertNews[]): Promise<TellOutcome> {
    const webhook = this.options.webhooks.find(({ name }) => name === channel) as Webhook;
    return sendWebhook(webhook, news, { now: new Date(), publicUrl: this.options.publicUrl });
  }

  private async repeat(): Promise<void> {
    for (const webhook of this.options.webhooks.filter(({ kind }) => kind === 'alertmanager')) {
      try {
        if (!this.database.isUp || !(await this.queue.claimRepeat(webhook.name, REPEAT_MS))) continue;
        const open = await this.queue.openOf(webhook.name, REPEAT_MAX);
        for (let start = 0; start < open.length; start += BATCH_MAX)
          await sendWebhook(webhook, open.slice(start, start + BATCH_MAX), { now: new Date(), publicUrl: this.options.publicUrl });
      } catch (thrown) {
        if (!(thrown instanceof DomainError)) this.logger.error(thrown);
      }
    }
  }

  private async prune(): Promise<void> {
    try {
      await this.queue.giveUpOld();
      await this.book.prune(new Date());
    } catch (thrown) {
      if (!(thrown instanceof DomainError)) this.logger.error(thrown);
    }
  }
}
