/** The webhooks that an operator names: OBSERVATORY_WEBHOOKS, a YAML file. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { ConfigError } from '../config/load-config.js';
import { ALERT_SEVERITIES } from './alert.js';

const webhook = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower case letters, digits and -'),
  kind: z.enum(['slack', 'alertmanager', 'generic']),
  /** Of Alertmanager: without `/api/v2/alerts`. */
  url: z.string().regex(/^https?:\/\//, 'must start with http:// or https://'),
  /** generic: the key of the HMAC, read each time it is needed. */
  secretFile: z.string().optional(),
  /** Sent as `Authorization: Bearer`. */
  bearerTokenFile: z.string().optional(),
  minSeverity: z.enum(ALERT_SEVERITIES).default('low'),
});
export type Webhook = z.infer<typeof webhook>;
const file = z.strictObject({ webhooks: z.array(webhook).max(20) });

/** Throws ConfigError naming the file and every problem in it. */
export function loadWebhooks(path: string | undefined): Webhook[] {
  if (path === undefined) return [];
  let document: unknown;
  try {
    document = parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new ConfigError([`OBSERVATORY_WEBHOOKS: ${path} cannot be read: ${(cause as Error).message}`]);
  }
  const parsed = file.safeParse(document);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => `${path}: ${issue.path.join('.')}: ${issue.message}`));
  const names = parsed.data.webhooks.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ConfigError([`${path}: two webhooks are named ${twice}`]);
  return parsed.data.webhooks;
}
