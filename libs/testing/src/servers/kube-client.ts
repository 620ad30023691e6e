import { request } from 'node:https';

export interface KubeAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
}

/** One call to an API server of our own on loopback, whose certificate it has just made itself. */
export function callKube(server: { url: string; token: string }, { method, path, body, contentType }: KubeRequest): Promise<KubeAnswer> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${server.token}`, 'content-type': contentType ?? 'application/json' };
    const call = request(new URL(path, server.url), { method, headers, rejectUnauthorized: false, timeout: 10_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const json = response.headers['content-type']?.startsWith('application/json') === true;
        resolve({ status: response.statusCode ?? 0, body: json ? JSON.parse(text) : text });
      });
    });
    call.on('timeout', () => call.destroy(new Error(`${method} ${path} took too long`)));
    call.on('error', reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
