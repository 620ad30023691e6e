/** Settings of the certs service. */
import { serviceSettings } from '@observatory/platform';
import { z } from 'zod';

export const configSchema = z.object({ ...serviceSettings(25053) });
export type CertsConfig = z.infer<typeof configSchema>;
