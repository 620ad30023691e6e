/** Environment → zod → frozen typed object, once, at start. Every problem is listed at once; nothing else reads process.env. */
import { z } from 'zod';

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: string[]) {
    super(`The settings are not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/** Throws ConfigError. Empty values count as absent, so that `REDIS_URL= npm start` means the default. */
export function loadConfig<S extends z.ZodType>(schema: S, environment: Record<string, string | undefined>): Readonly<z.infer<S>> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  return Object.freeze(parsed.data as object) as Readonly<z.infer<S>>;
}
