/** Settings of the certs service. */
import { clusterSettings, databaseSettings, redisSettings, serviceSettings, webhookSettings } from '@observatory/platform';
import { z } from 'zod';

const onOff = z.enum(['on', 'off']).transform((text) => text === 'on');
const namespaces = z.string().transform((text) => new Set(text.split(',').filter((name) => name !== '')));

const proxyPages = z
  .string()
  .transform((text) => text.split(',').filter((name) => name !== ''))
  .pipe(z.array(z.enum(['ztunnel', 'envoy'])))
  .transform((kinds) => new Set(kinds));

export const configSchema = z.object({
  ...serviceSettings(25053),
  ...clusterSettings,
  ...databaseSettings,
  ...redisSettings,
  ...webhookSettings,
  CERTS_WIRE: onOff.prefault('on').describe('`off`: no handshakes at all'),
  CERTS_WIRE_INTERVAL_SEC: z.coerce
    .number()
    .int()
    .min(60)
    .max(3600)
    .default(60)
    .describe('each endpoint is looked at once in so many seconds'),
  CERTS_WIRE_CONCURRENCY: z.coerce.number().int().min(1).max(256).default(16).describe('handshakes at once'),
  CERTS_WIRE_EXCLUDE_NAMESPACES: namespaces.prefault('').describe('comma list of namespaces in which no handshake is made'),
  CERTS_PASS_SEC: z.coerce
    .number()
    .int()
    .min(1)
    .max(300)
    .default(15)
    .describe('metrics are read, and rows and alerts made, once in so many seconds'),
  CERTS_CONFIG_DUMP: proxyPages.prefault('').describe('`ztunnel`, `envoy` or both: admin pages of proxies are read'),
  CERTS_CONFIG_DUMP_URL: z
    .string()
    .regex(/^https?:\/\//, 'must start with http:// or https://')
    .default('http://{ip}:15000')
    .describe('where the admin page of a pod is to be had: `{ip}`, `{node}`, `{namespace}` and `{pod}` are the pod’s'),
  CERTS_RENEWAL: z
    .enum(['off', 'certManager', 'webhook', 'nats'])
    .default('off')
    .describe('who is asked to renew a certificate when somebody wants it'),
  CERTS_RENEWAL_WEBHOOK: z
    .string()
    .regex(/^https?:\/\//, 'must start with http:// or https://')
    .optional()
    .describe('where the command of a renewal is sent'),
});
export type CertsConfig = z.infer<typeof configSchema>;
export const CONFIG = Symbol('certs config');
