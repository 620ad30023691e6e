/**
 * A request larger than a NATS message (5 MB of YAML, 10,000 requests to simulate): the first part goes to the queue group,
 * and the replica that took it says where it wants the rest, so that all parts meet. Parts of one sender come in order.
 * Invariant: at most UPLOADS_MAX requests of REQUEST_PARTS_MAX parts are held, each for UPLOAD_WITHIN_MS.
 */
import { randomUUID } from 'node:crypto';
import { headers as natsHeaders, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { DomainError } from '../errors/domain-error.js';
import { PARTS_HEADER } from './reply-parts.js';

export const CONTINUE_HEADER = 'Observatory-Continue';
export const REQUEST_PARTS_MAX = 16;
const UPLOADS_MAX = 8;
const UPLOAD_WITHIN_MS = 5000;

export class RequestUploads {
  private held = 0;

  /** The message itself, or once all parts are there one that holds them all. */
  async whole(message: Msg, connection: NatsConnection): Promise<Msg> {
    const count = Number(message.headers?.get(PARTS_HEADER) || 1);
    if (count === 1) return message;
    if (!Number.isInteger(count) || count < 1 || count > REQUEST_PARTS_MAX)
      throw new DomainError('request/too-large', { message: `A request has at most ${REQUEST_PARTS_MAX} parts` });
    if (this.held >= UPLOADS_MAX) throw new DomainError('request/too-many', { message: 'Too many large requests arrive at once' });
    this.held += 1;
    try {
      const rest = await receive(message, connection, count - 1);
      return withData(message, Buffer.concat([message.data, ...rest]));
    } finally {
      this.held -= 1;
    }
  }
}

async function receive(message: Msg, connection: NatsConnection, count: number): Promise<Uint8Array[]> {
  // Under the service's own subjects: those it may listen to, and its callers may publish.
  const service = message.subject.split('.')[2] ?? '';
  const place = `observatory.v1.${service}.upload.${randomUUID()}`;
  const subscription = connection.subscribe(place, { max: count });
  const timer = setTimeout(() => subscription.unsubscribe(), UPLOAD_WITHIN_MS);
  const ready = natsHeaders();
  ready.set(CONTINUE_HEADER, place);
  await connection.flush();
  message.respond(new Uint8Array(), { headers: ready });
  const parts: Uint8Array[] = [];
  for await (const part of subscription) parts.push(part.data);
  clearTimeout(timer);
  if (parts.length < count) throw new DomainError('request/timeout', { message: `${parts.length + 1} of ${count + 1} parts arrived` });
  return parts;
}

/** NATS messages are read-only objects of its own: what we need of one, with other data. */
function withData(message: Msg, data: Uint8Array): Msg {
  return Object.create(message, {
    data: { value: data },
    json: { value: () => JSON.parse(Buffer.from(data).toString('utf8')) as unknown },
    respond: { value: message.respond.bind(message) },
    subject: { value: message.subject },
    reply: { value: message.reply },
    headers: { value: message.headers },
    sid: { value: message.sid },
  }) as Msg;
}
