/** Settings of the policy service. */
import { clusterSettings, databaseSettings, serviceSettings } from '@observatory/platform';
import { z } from 'zod';

export const configSchema = z.object({
  ...serviceSettings(25054),
  ...clusterSettings,
  ...databaseSettings,
  OPA_URL: z
    .string()
    .regex(/^https?:\/\//, 'must start with http:// or https://')
    .optional()
    .describe('OPA server whose rules are asked'),
  OPA_PATH: z.string().default('observatory/compliance/findings').describe('document of the findings in OPA'),
  OPA_BUNDLE: z.string().optional().describe('file with rules that were compiled to WebAssembly, instead of a server'),
});
export type PolicyConfig = z.infer<typeof configSchema>;
export const CONFIG = Symbol('policy config');
