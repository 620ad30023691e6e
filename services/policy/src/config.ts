/** Settings of the policy service. */
import { serviceSettings } from '@observatory/platform';
import { z } from 'zod';

export const configSchema = z.object({ ...serviceSettings(50054) });
export type PolicyConfig = z.infer<typeof configSchema>;
