/** A form sent by POST over node:http, as little as it takes: PromQL of a mesh outgrows the length of a URL. */
import { request as httpRequest, type Agent, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { DomainError } from '../errors/domain-error.js';

export interface PostOptions {
  headers: Record<string, string>;
  agent: Agent;
  /** From the first byte sent to the last byte received. */
  timeoutMs: number;
}

/** The response, its body not read yet. Rejects with `prometheus/unavailable` when there is none. */
export function post(url: string, form: Record<string, string>, { headers, agent, timeoutMs }: PostOptions): Promise<IncomingMessage> {
  const body = new URLSearchParams(form).toString();
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const unavailable = (cause: Error) => {
      const reason = cause.name === 'TimeoutError' || cause.name === 'AbortError' ? `no answer within ${timeoutMs} ms` : cause.message;
      reject(new DomainError('prometheus/unavailable', { message: `${url} does not answer: ${reason}` }, { cause }));
    };
    const request = send(url, {
      method: 'POST',
      agent,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        ...headers,
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': Buffer.byteLength(body),
        accept: 'application/json',
      },
    });
    request.once('error', unavailable);
    request.once('response', resolve);
    request.end(body);
  });
}
