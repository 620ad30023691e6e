/** Settings of the topology service. */
import { clusterSettings, serviceSettings } from '@observatory/platform';
import { z } from 'zod';

export const configSchema = z.object({ ...serviceSettings(25052), ...clusterSettings });
export type TopologyConfig = z.infer<typeof configSchema>;
