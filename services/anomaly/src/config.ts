/** Settings of the anomaly service. */
import { alertBudget } from '@observatory/contracts';
import { databaseSettings, serviceSettings, webhookSettings } from '@observatory/platform';
import { z } from 'zod';

export const configSchema = z.object({
  ...serviceSettings(25055),
  ...databaseSettings,
  ...webhookSettings,
  OBSERVATORY_ALERT_BUDGET: alertBudget.default('balanced').describe('how many false alerts are accepted: sensitive, balanced or strict'),
});
export type AnomalyConfig = z.infer<typeof configSchema>;
export const CONFIG = Symbol('anomaly config');
