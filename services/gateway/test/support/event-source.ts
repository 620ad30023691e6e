/** Publishes events as a service does: stored on the stream, under its own user. */
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { EVENTS_PREFIX, EVENTS_STREAM, type EventSubject } from '@observatory/contracts';
import type { NatsServer } from '@observatory/testing';

export class EventSource implements AsyncDisposable {
  private constructor(private readonly connection: NatsConnection) {}

  static async as(user: string, nats: NatsServer): Promise<EventSource> {
    const { username, password, host } = new URL(nats.urlOf(user));
    const connection = await connect({
      servers: host,
      user: username,
      pass: password,
      inboxPrefix: `_INBOX_${user}`,
      maxReconnectAttempts: -1,
    });
    const manager = await jetstreamManager(connection);
    await manager.streams.info(EVENTS_STREAM).catch(() => manager.streams.add({ name: EVENTS_STREAM, subjects: [`${EVENTS_PREFIX}>`] }));
    return new EventSource(connection);
  }

  /** Resolves with the event's place in the stream. */
  async publish(event: EventSubject, payload: unknown): Promise<number> {
    const { seq } = await jetstream(this.connection).publish(event.subject, JSON.stringify(payload));
    return seq;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.connection.close();
  }
}
