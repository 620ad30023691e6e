/**
 * Events on JetStream (DESIGN §7): stored on disk, de-duplicated by message id, 7 days or EVENTS_MAX_BYTES, whichever comes first.
 * Readers that must see every event while they live use `follow` (ordered, each replica for itself);
 * work that must be done once for each event uses `work` (durable, shared by the replicas, acknowledged after the handler).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  jetstream,
  jetstreamManager,
  StorageType,
  type Consumer,
  type ConsumerMessages,
  type JsMsg,
} from '@nats-io/jetstream';
import { EVENTS_PREFIX, EVENTS_STREAM, type EventSubject } from '@observatory/contracts';
import type { z } from 'zod';
import { DomainError } from '../errors/domain-error.js';
import type { NatsLink } from './connection.js';

const DAY_NS = 86_400 * 1e9;
/** At 20,000 edges a window is some 10 MB, so that the stream holds the last hours of a large mesh and the week of a small one. */
export const EVENTS_MAX_BYTES = 1024 ** 3;
const DUPLICATE_WINDOW_NS = 10 * 60 * 1e9;
const RETRY_MS = 1000;
const RETRY_MAX_MS = 15_000;
const PUBLISH_TIMEOUT_MS = 5000;
const STREAM_LISTENS_MS = 500;

/** Where an event stands in the stream: the same on every replica that reads it. */
export interface EventPlace {
  seq: number;
  storedAt: Date;
}
type EventHandler<P extends z.ZodType> = (payload: z.output<P>, place: EventPlace) => void | Promise<void>;

/** A share of the work on an event. */
export interface Work {
  durable: string;
  from: 'all' | 'new';
}

/** One loop that reads the stream. */
interface Reader {
  stopped: boolean;
  messages?: ConsumerMessages;
}

export class EventBus implements OnApplicationShutdown {
  private readonly logger = new Logger(EventBus.name);
  private readonly readers = new Set<Reader>();
  private streamReady: Promise<void> | undefined;

  constructor(private readonly link: NatsLink) {
    // A consumer notices only by missed heartbeats, half a minute later, that the server forgot it.
    link.onReconnect(() => {
      for (const { messages } of this.readers) void messages?.close();
    });
  }

  /** Rejects with `service/unavailable` when the event was not stored; publishing again with the same id is safe. */
  async publish<P extends z.ZodType>(event: EventSubject<P>, id: string, payload: z.output<P>): Promise<void> {
    await this.publishText(event, id, JSON.stringify(payload));
  }

  /** As `publish`, of a payload that is JSON already: large ones are made in parts. */
  async publishText(event: EventSubject, id: string, json: string): Promise<void> {
    try {
      const connection = this.link.get();
      await this.ensureStream();
      const publisher = jetstream(connection, { timeout: PUBLISH_TIMEOUT_MS });
      const store = () => publisher.publish(event.subject, json, { msgID: id });
      await store().catch(async (error: unknown) => {
        if ((error as Error).name !== 'JetStreamNotEnabled') throw error;
        // A stream that another service makes is seen a moment before it listens.
        await sleep(STREAM_LISTENS_MS);
        return store();
      });
    } catch (cause) {
      this.streamReady = undefined;
      throw cause instanceof DomainError
        ? cause
        : new DomainError('service/unavailable', { message: 'The event was not stored' }, { cause });
    }
  }

  /**
   * Every event from `since` on, in order, until shutdown or until the returned function is called; survives reconnections.
   * Handlers are awaited one at a time.
   */
  follow<P extends z.ZodType>(event: EventSubject<P>, since: Date, handler: EventHandler<P>): () => void {
    let last = 0;
    const reader: Reader = { stopped: false };
    const run = async () => {
      const { state } = await (await jetstreamManager(this.link.get())).streams.info(EVENTS_STREAM);
      // A stream that was made anew counts from 1 again.
      if (state.last_seq < last) last = 0;
      const start =
        last > 0
          ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: last + 1 }
          : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: since.toISOString() };
      const consumer = await jetstream(this.link.get()).consumers.get(EVENTS_STREAM, { filter_subjects: event.subject, ...start });
      await this.consume(reader, consumer, async (message) => {
        await this.handle(event, message, handler);
        last = message.seq;
      });
    };
    void this.loop(event.subject, reader, run);
    return () => void this.end(reader);
  }

  /**
   * Each event once for all replicas of `durable`. A handler that throws gets the event again, later and later, for as long
   * as the stream keeps it: what it needs may be away for long. `from` says where a durable starts that was not there before.
   */
  work<P extends z.ZodType>(event: EventSubject<P>, { durable, from }: Work, handler: EventHandler<P>): void {
    const reader: Reader = { stopped: false };
    void this.loop(event.subject, reader, async () => {
      const manager = await jetstreamManager(this.link.get());
      await manager.consumers.add(EVENTS_STREAM, {
        durable_name: durable,
        filter_subject: event.subject,
        ack_policy: AckPolicy.Explicit,
        deliver_policy: from === 'all' ? DeliverPolicy.All : DeliverPolicy.New,
        ack_wait: 60 * 1e9,
        max_deliver: -1,
      });
      const consumer = await jetstream(this.link.get()).consumers.get(EVENTS_STREAM, durable);
      await this.consume(reader, consumer, async (message) => {
        if (await this.handle(event, message, handler)) message.ack();
        else message.nak(Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** Math.min(10, message.info.deliveryCount - 1)));
      });
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.readers].map((reader) => this.end(reader)));
  }

  private async end(reader: Reader): Promise<void> {
    reader.stopped = true;
    await reader.messages?.close();
  }

  private async consume(reader: Reader, consumer: Consumer, each: (message: JsMsg) => Promise<void>): Promise<void> {
    const messages = await consumer.consume({ max_messages: 16 });
    reader.messages = messages;
    if (reader.stopped) return void (await messages.close());
    for await (const message of messages) await each(message);
  }

  /** False when the handler failed. A payload that breaks the contract is logged and passed over: it will not get better. */
  private async handle<P extends z.ZodType>(event: EventSubject<P>, message: JsMsg, handler: EventHandler<P>): Promise<boolean> {
    try {
      await handler(message.json<z.output<P>>(), { seq: message.seq, storedAt: new Date(message.timestamp) });
      return true;
    } catch (thrown) {
      this.logger.error(thrown instanceof Error ? thrown : new Error(String(thrown)));
      return false;
    } finally {
      this.logger.debug(`${event.subject} ${message.seq}`);
    }
  }

  private async loop(name: string, reader: Reader, run: () => Promise<void>): Promise<void> {
    this.readers.add(reader);
    while (!reader.stopped) {
      try {
        await this.link.ready;
        await this.ensureStream();
        await run();
      } catch (thrown) {
        this.streamReady = undefined;
        if (!reader.stopped) this.logger.warn(`${name}: ${(thrown as Error).message}; trying again`);
      }
      if (!reader.stopped) await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
    }
    this.readers.delete(reader);
  }

  private ensureStream(): Promise<void> {
    this.streamReady ??= this.createStream();
    return this.streamReady;
  }

  private async createStream(): Promise<void> {
    const manager = await jetstreamManager(this.link.get(), { timeout: PUBLISH_TIMEOUT_MS });
    const config = {
      name: EVENTS_STREAM,
      subjects: [`${EVENTS_PREFIX}>`],
      storage: StorageType.File,
      discard: DiscardPolicy.Old,
      max_age: 7 * DAY_NS,
      max_bytes: EVENTS_MAX_BYTES,
      duplicate_window: DUPLICATE_WINDOW_NS,
    };
    const isThere = () =>
      manager.streams.info(EVENTS_STREAM).then(
        () => true,
        () => false,
      );
    if (await isThere()) return;
    try {
      await manager.streams.add(config);
    } catch (cause) {
      // Every service makes it at a first start: the server refuses who comes second, for its subjects overlap with those of the first.
      if (!(await isThere())) throw cause;
    }
  }
}
