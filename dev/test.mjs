// npm test: every tier with real servers, on a fresh clone too. The last line is `N passed, N failed`.
// npm test -- libs/mesh        only tests under that path      npm test -- --tier unit      only that tier
import { fileURLToPath } from 'node:url';

const [{ entry }, { test }] = await Promise.all([import('./lib/entry.mjs'), import('./lib/run-tests.mjs')]);
await entry(fileURLToPath(import.meta.url), test);
