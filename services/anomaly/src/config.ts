/** Settings of the anomaly service. */
import { serviceSettings } from '@observatory/platform';
import { z } from 'zod';

export const configSchema = z.object({ ...serviceSettings(25055) });
export type AnomalyConfig = z.infer<typeof configSchema>;
