/** Sends news to one webhook. Says whether to try again: a receiver that is away may come back, a body that it cannot read will not get better. */
import { readFile } from 'node:fs/promises';
import type { AlertNews } from './alert.js';
import { alertmanagerBody, genericBody, signatureOf, slackBody } from './webhook-message.js';
import type { Webhook } from './webhooks.js';

const TIMEOUT_MS = 10_000;
const REPLY_MAX_CHARS = 200;
/** The receiver understood who we are, and not what we said. */
const BAD_BODY = new Set([400, 413, 422]);

export type SendOutcome = { ok: true } | { ok: false; retry: 'later' | 'smaller'; error: string };

export async function sendWebhook(
  webhook: Webhook,
  news: readonly AlertNews[],
  options: { now: Date; publicUrl?: string | undefined },
): Promise<SendOutcome> {
  try {
    const body = bodyFor(webhook, news, options);
    const response = await fetch(urlFor(webhook), {
      method: 'POST',
      body,
      headers: await headersFor(webhook, { body, now: options.now }),
      // A receiver that moved is for the operator to say: a secret must not follow a redirect.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) {
      await response.body?.cancel();
      return { ok: true };
    }
    const said = (await response.text().catch(() => '')).slice(0, REPLY_MAX_CHARS).replaceAll(/\s+/g, ' ');
    return { ok: false, retry: BAD_BODY.has(response.status) ? 'smaller' : 'later', error: `answered ${response.status}: ${said}` };
  } catch (thrown) {
    const { message, cause } = thrown as Error;
    return { ok: false, retry: 'later', error: cause instanceof Error ? `${message}: ${cause.message}` : message };
  }
}

function urlFor({ kind, url }: Webhook): string {
  return kind === 'alertmanager' ? `${url.replace(/\/+$/, '')}/api/v2/alerts` : url;
}

function bodyFor({ kind }: Webhook, news: readonly AlertNews[], options: { now: Date; publicUrl?: string | undefined }): string {
  if (kind === 'slack') return slackBody(news, options.publicUrl);
  return kind === 'alertmanager' ? alertmanagerBody(news, options) : genericBody(news, options.publicUrl);
}

async function headersFor(
  { kind, secretFile, bearerTokenFile }: Webhook,
  { body, now }: { body: string; now: Date },
): Promise<Record<string, string>> {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'user-agent': 'service-mesh-observatory' };
  if (bearerTokenFile !== undefined) headers['authorization'] = `Bearer ${(await readFile(bearerTokenFile, 'utf8')).trim()}`;
  if (kind === 'generic' && secretFile !== undefined)
    headers['x-observatory-signature'] = signatureOf(body, (await readFile(secretFile, 'utf8')).trim(), now);
  return headers;
}
