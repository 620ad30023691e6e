/**
 * GET against an API server: a JSON document, or a watch as a stream of lines.
 * A server may be slow, but not silent: no byte for `idleMs` ends the request, whatever its total time.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { KubeCredentials } from './kube-credentials.js';

/** Above what the API server stores as one object (1.5 MB in etcd). */
const LINE_MAX_CHARS = 16 * 1024 * 1024;
const ERROR_BODY_MAX_CHARS = 64 * 1024;

/** An answer that is not 200, or an ERROR event of a watch. */
export class KubeStatusError extends Error {
  override readonly name = 'KubeStatusError';
  constructor(
    readonly status: number,
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

export interface KubeGet {
  path: string;
  query?: Record<string, string | number | undefined>;
  accept?: string;
  idleMs: number;
  signal: AbortSignal;
}

export async function getJson(credentials: KubeCredentials, get: KubeGet): Promise<unknown> {
  const response = await open(credentials, get);
  const chunks: string[] = [];
  for await (const chunk of response) chunks.push(chunk as string);
  return JSON.parse(chunks.join(''));
}

/** Resolves when the server accepted the stream; then every complete line until the server ends it. Throws when it breaks. */
export async function openLines(credentials: KubeCredentials, get: KubeGet): Promise<AsyncIterable<string>> {
  return lines(await open(credentials, get));
}

async function* lines(response: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of response) {
    const parts = (rest + (chunk as string)).split('\n');
    rest = parts.pop() as string;
    if (rest.length > LINE_MAX_CHARS) throw new Error(`a line of more than ${LINE_MAX_CHARS} characters`);
    for (const line of parts) if (line !== '') yield line;
  }
}

/** Resolves when the server gave any answer of a working server, a refusal included. */
export async function probe(credentials: KubeCredentials, get: KubeGet): Promise<void> {
  try {
    await getJson(credentials, get);
  } catch (thrown) {
    if (!(thrown instanceof KubeStatusError) && !(thrown instanceof SyntaxError)) throw thrown;
    if (thrown instanceof KubeStatusError && thrown.status >= 500) throw thrown;
  }
}

async function open(credentials: KubeCredentials, get: KubeGet): Promise<IncomingMessage> {
  const endpoint = await credentials.endpoint();
  const url = new URL(endpoint.server + get.path);
  for (const [name, value] of Object.entries(get.query ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
  const headers = { accept: get.accept ?? 'application/json', 'user-agent': 'service-mesh-observatory', ...endpoint.headers };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
    const outgoing = send(url, { headers, agent: endpoint.agent, signal: get.signal, timeout: get.idleMs }, resolve);
    outgoing.on('error', reject);
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no byte from the API server for ${get.idleMs} ms`)));
    outgoing.end();
  });
  response.setEncoding('utf8');
  response.socket.setKeepAlive(true, 15_000);
  if (response.statusCode === 200) return response;
  throw await statusError(response, credentials);
}

async function statusError(response: IncomingMessage, credentials: KubeCredentials): Promise<KubeStatusError> {
  const status = response.statusCode ?? 0;
  if (status === 401) credentials.forget();
  let body = '';
  for await (const chunk of response) if (body.length < ERROR_BODY_MAX_CHARS) body += chunk as string;
  const retryAfterSec = Number(response.headers['retry-after']);
  return new KubeStatusError(
    status,
    messageOf(body) ?? `the API server answered ${status}`,
    retryAfterSec > 0 ? retryAfterSec * 1000 : undefined,
  );
}

function messageOf(body: string): string | undefined {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    return typeof message === 'string' && message !== '' ? message : undefined;
  } catch {
    return undefined;
  }
}
