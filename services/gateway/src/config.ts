/** Settings of the gateway. */
import { fileURLToPath } from 'node:url';
import { databaseSettings, redisSettings, suiteSettings } from '@observatory/platform';
import { z } from 'zod';

const UI_ROOT = fileURLToPath(new URL('../../../ui/dist', import.meta.url));

export const configSchema = z.object({
  HOST: z.string().default('127.0.0.1').describe('address that the gateway listens on'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080).describe('port of the UI, REST and the live feed'),
  ...suiteSettings,
  ...redisSettings,
  DATABASE_URL: databaseSettings.DATABASE_URL.optional().describe('PostgreSQL for the audit trail; absent: none is kept'),
  OBSERVATORY_ADMIN_TOKEN: z.string().optional().describe('a fixed bearer token with the admin role'),
  OBSERVATORY_LINK_TOKEN: z.string().optional().describe('the one-time token of the sign-in link'),
  OBSERVATORY_DEMO_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('the demo mesh; absent: no demo'),
  OBSERVATORY_RATE_LIMIT_PER_MIN: z.coerce.number().int().min(0).default(60_000).describe('requests per minute and client; 0: no limit'),
  UI_ROOT: z.string().default(UI_ROOT).describe('folder of the built UI'),
});
export type GatewayConfig = z.infer<typeof configSchema>;

/** The token by which NestJS hands the settings around. */
export const CONFIG = Symbol('GatewayConfig');
