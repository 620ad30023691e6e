/** Settings of the metrics service. */
import { clusterSettings, databaseSettings, serviceSettings } from '@observatory/platform';
import { z } from 'zod';

export const configSchema = z.object({ ...serviceSettings(25051), ...databaseSettings, ...clusterSettings });
export type MetricsConfig = z.infer<typeof configSchema>;
