/**
 * The one write that the suite knows: the status of an object, where an operator turned it on and gave it a Role of its own.
 * The object is read, changed and put back as it was read: who changed it meanwhile wins, and we look again.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { DomainError } from '../errors/domain-error.js';
import { KubeCredentials, type ClusterAccess } from './kube-credentials.js';
import type { KubeObject } from './kube-kind.js';

const TIMEOUT_MS = 10_000;
const TRIES = 4;
const ANSWER_MAX_CHARS = 4 * 1024 * 1024;

export interface KubePlace {
  readonly apiVersion: string;
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
}

export class KubeWriter {
  private readonly credentials: KubeCredentials;

  constructor(access: ClusterAccess) {
    this.credentials = new KubeCredentials(access);
  }

  /** Rejects with `auth/forbidden`, `resource/not-found` or `kubernetes/unavailable`. */
  async updateStatus(place: KubePlace, change: (object: KubeObject) => KubeObject): Promise<void> {
    const { apiVersion, plural, namespace, name } = place;
    const path = `/apis/${apiVersion}/namespaces/${encodeURIComponent(namespace)}/${plural}/${encodeURIComponent(name)}`;
    try {
      for (let attempt = 1; ; attempt += 1) {
        const read = await this.send('GET', path);
        if (read.status !== 200) throw refusal(read.status, place);
        const before = JSON.parse(read.body) as KubeObject;
        const after = change(before);
        if (after === before) return;
        const { status } = await this.send('PUT', `${path}/status`, JSON.stringify(after));
        if (status >= 200 && status < 300) return;
        if (status !== 409 || attempt === TRIES) throw refusal(status, place);
      }
    } finally {
      this.credentials.close();
    }
  }

  private async send(method: string, path: string, body?: string): Promise<{ status: number; body: string }> {
    try {
      const endpoint = await this.credentials.endpoint();
      const url = new URL(endpoint.server + path);
      const headers = {
        accept: 'application/json',
        'user-agent': 'service-mesh-observatory',
        ...endpoint.headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const open = url.protocol === 'http:' ? httpRequest : httpsRequest;
        const outgoing = open(url, { method, headers, agent: endpoint.agent, timeout: TIMEOUT_MS }, resolve);
        outgoing.on('error', reject);
        outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
        outgoing.end(body);
      });
      response.setEncoding('utf8');
      let text = '';
      for await (const chunk of response) if (text.length < ANSWER_MAX_CHARS) text += chunk as string;
      return { status: response.statusCode ?? 0, body: text };
    } catch (cause) {
      throw new DomainError('kubernetes/unavailable', {}, { cause });
    }
  }
}

function refusal(status: number, { plural, namespace, name }: KubePlace): DomainError {
  const what = `${plural} ${namespace}/${name}`;
  if (status === 401 || status === 403) return new DomainError('auth/forbidden', { message: `We may not change the status of ${what}` });
  if (status === 404) return new DomainError('resource/not-found', { message: `There is no ${what}` });
  return new DomainError('kubernetes/unavailable', { message: `The API server answered ${status} for ${what}` });
}
