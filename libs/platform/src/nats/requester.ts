/** Asks other services by their contract. Errors come back as DomainError; no answer in time is `service/timeout`, nobody there `service/unavailable`. */
import { createInbox, headers as natsHeaders, type Msg } from '@nats-io/transport-node';
import { errorReply, type RequestSubject } from '@observatory/contracts';
import { context, propagation } from '@opentelemetry/api';
import type { z } from 'zod';
import { DomainError, isErrorCode } from '../errors/domain-error.js';
import type { NatsLink } from './connection.js';
import { ERROR_HEADER, ETAG_HEADER, JsonBytes } from './nats-server.js';
import { PARTS_HEADER, ReplyJoiner, splitReply } from './reply-parts.js';
import { CONTINUE_HEADER, REQUEST_PARTS_MAX } from './request-parts.js';

export const REQUEST_TIMEOUT_MS = 2000;

export interface RequestOptions {
  timeoutMs?: number;
}

export class Requester {
  constructor(private readonly link: NatsLink) {}

  /** The reply as it came, not parsed: for answers that are passed on. */
  async requestBytes(subject: RequestSubject, payload: unknown, options: RequestOptions = {}): Promise<JsonBytes> {
    const connection = this.link.get();
    const inbox = createInbox(`_INBOX_${this.link.service}`);
    const joiner = new ReplyJoiner();
    const [first = new Uint8Array(), ...rest] = splitReply(Buffer.from(JSON.stringify(payload)), connection.info?.max_payload ?? 1_048_576);
    if (rest.length >= REQUEST_PARTS_MAX) throw new DomainError('request/too-large', { message: 'The request is too large to be sent on' });
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        subscription.unsubscribe();
        settle();
      };
      const timeoutMs = options.timeoutMs ?? REQUEST_TIMEOUT_MS;
      const timer = setTimeout(() => {
        finish(() => reject(new DomainError('service/timeout', { message: `${subject.subject}: no answer within ${timeoutMs} ms` })));
      }, timeoutMs);
      const subscription = connection.subscribe(inbox, {
        callback: (error, message) => {
          if (error) return finish(() => reject(unavailable(subject, error)));
          try {
            const place = message.headers?.get(CONTINUE_HEADER);
            if (place) return rest.forEach((part) => connection.publish(place, part));
            const whole = readReply(subject, message, joiner);
            if (whole) finish(() => resolve(whole));
          } catch (thrown) {
            finish(() => reject(thrown as Error));
          }
        },
      });
      try {
        const headers = traceHeaders();
        if (rest.length > 0) headers.set(PARTS_HEADER, String(rest.length + 1));
        connection.publish(subject.subject, first, { reply: inbox, headers });
      } catch (thrown) {
        finish(() => reject(unavailable(subject, thrown as Error)));
      }
    });
  }

  /** The reply parsed, not validated again: both ends share the schema, and the caller's tests hold them together. */
  async request<Q extends z.ZodType, A extends z.ZodType>(
    subject: RequestSubject<Q, A>,
    payload: z.input<Q>,
    options: RequestOptions = {},
  ): Promise<z.output<A>> {
    const { bytes } = await this.requestBytes(subject, payload, options);
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as z.output<A>;
  }
}

function readReply(subject: RequestSubject, message: Msg, joiner: ReplyJoiner): JsonBytes | undefined {
  if (message.headers?.code === 503) throw unavailable(subject);
  const whole = joiner.add(message.data, message.headers);
  if (!whole) return undefined;
  if (message.headers?.get(ERROR_HEADER)) throw remoteError(whole);
  return new JsonBytes(whole, message.headers?.get(ETAG_HEADER) || undefined);
}

function unavailable(subject: RequestSubject, cause?: Error): DomainError {
  const service = subject.subject.split('.')[2];
  return new DomainError('service/unavailable', { message: `The ${service} service does not answer`, service }, { cause });
}

function remoteError(bytes: Uint8Array): DomainError {
  const parsed = errorReply.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  if (!parsed.success || !isErrorCode(parsed.data.error.code)) return new DomainError('internal/bug');
  const { code, message, details } = parsed.data.error;
  return new DomainError(code, { ...details, message });
}

function traceHeaders() {
  const headers = natsHeaders();
  propagation.inject(context.active(), headers, { set: (carrier, key, value) => carrier.set(key, value) });
  return headers;
}
