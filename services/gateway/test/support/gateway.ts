/** A gateway of our own, on a free port. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadConfig } from '@observatory/platform';
import { startGateway } from '../../src/application.js';
import { configSchema } from '../../src/config.js';

export const ADMIN_TOKEN = 'admin-token-of-the-tests';
export const LINK_TOKEN = 'link-token-of-the-tests';

export interface TestGateway extends AsyncDisposable {
  app: NestFastifyApplication;
  url: string;
  get(path: string, init?: RequestInit): Promise<Response>;
}

export async function testGateway(settings: Record<string, string>): Promise<TestGateway> {
  const config = loadConfig(configSchema, {
    PORT: '0',
    LOG_LEVEL: 'fatal',
    OBSERVATORY_ADMIN_TOKEN: ADMIN_TOKEN,
    OBSERVATORY_LINK_TOKEN: LINK_TOKEN,
    OBSERVATORY_WINDOW_SEC: '5',
    ...settings,
  });
  const app = await startGateway(config);
  const url = await app.getUrl();
  const get = (path: string, init: RequestInit = {}) =>
    fetch(url + path, { ...init, headers: { authorization: `Bearer ${ADMIN_TOKEN}`, ...init.headers } });
  return { app, url, get, [Symbol.asyncDispose]: () => app.close() };
}

/** A problem document, or an error that shows what came instead. */
export async function problem(response: Response): Promise<{ code: string; status: number; detail?: string; errors?: { path: string }[] }> {
  const text = await response.text();
  if (!response.headers.get('content-type')?.startsWith('application/problem+json'))
    throw new Error(`HTTP ${response.status}, not a problem document: ${text.slice(0, 200)}`);
  return JSON.parse(text) as { code: string; status: number };
}
