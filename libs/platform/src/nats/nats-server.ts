/**
 * NestJS's NATS transport speaking our contract: a request is plain JSON, a reply is plain JSON or `{error}`,
 * large replies go in parts. A handler may return `JsonBytes` to send what it has serialised already.
 */
import { headers as natsHeaders, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { ServerNats, type NatsContext } from '@nestjs/microservices';
import { asDomainError, DomainError } from '../errors/domain-error.js';
import type { NatsLink } from './connection.js';
import { PARTS_HEADER, PART_HEADER, splitReply } from './reply-parts.js';
import { RequestUploads } from './request-parts.js';

export const ETAG_HEADER = 'ETag';
export const ERROR_HEADER = 'Observatory-Error';

/** JSON that is serialised already, with its version tag. */
export class JsonBytes {
  constructor(
    readonly bytes: Uint8Array,
    readonly etag?: string,
  ) {}
}

interface OutgoingPacket {
  response?: unknown;
  err?: unknown;
}

export class ContractNatsServer extends ServerNats {
  private readonly uploads = new RequestUploads();

  constructor(
    private readonly link: NatsLink,
    queue: string,
  ) {
    super({ queue, deserializer: { deserialize: deserializeRequest } });
  }

  override createNatsClient(): Promise<NatsConnection> {
    return this.link.ready;
  }

  /** The link owns the connection and its status stream. */
  override async handleStatusUpdates(): Promise<void> {}
  override async close(): Promise<void> {}

  override async handleMessage(channel: string, message: Msg): Promise<void> {
    const parent = propagation.extract(context.active(), message.headers, {
      get: (headers, key) => headers?.get(key) || undefined,
      keys: (headers) => headers?.keys() ?? [],
    });
    await trace.getTracer('observatory').startActiveSpan(channel, { kind: SpanKind.SERVER }, parent, async (span) => {
      try {
        await super.handleMessage(channel, await this.uploads.whole(message, this.link.get()));
      } catch (thrown) {
        this.reply(message, { err: asDomainError(thrown).toReply() });
      } finally {
        span.end();
      }
    });
  }

  override getPublisher(message: Msg, _id: unknown, _context: NatsContext): (packet: OutgoingPacket) => void {
    return (packet) => this.reply(message, packet);
  }

  private reply(message: Msg, packet: OutgoingPacket): void {
    if (!message.reply || (packet.err === undefined && packet.response === undefined)) return;
    const headers = natsHeaders();
    let bytes: Uint8Array;
    if (packet.err !== undefined && packet.err !== null) {
      headers.set(ERROR_HEADER, '1');
      bytes = Buffer.from(JSON.stringify({ error: packet.err }));
    } else if (packet.response instanceof JsonBytes) {
      if (packet.response.etag) headers.set(ETAG_HEADER, packet.response.etag);
      bytes = packet.response.bytes;
    } else {
      bytes = Buffer.from(JSON.stringify(packet.response));
    }
    const parts = splitReply(bytes, this.link.get().info?.max_payload ?? 1_048_576);
    parts.forEach((part, index) => {
      if (parts.length > 1) {
        headers.set(PARTS_HEADER, String(parts.length));
        headers.set(PART_HEADER, String(index));
      }
      message.respond(part, { headers });
    });
  }
}

function deserializeRequest(message: Msg, options?: Record<string, unknown>): { pattern: unknown; data: unknown; id?: string } {
  const { channel, replyTo } = options as { channel: string; replyTo?: string };
  let data: unknown;
  try {
    data = message.data.length === 0 ? {} : message.json();
  } catch (cause) {
    throw new DomainError('request/invalid', { message: 'The payload is not JSON' }, { cause });
  }
  return replyTo === undefined ? { pattern: channel, data } : { pattern: channel, data, id: replyTo };
}
