// npm run check: what a change must pass before anything slower runs. Every step runs, a failing one shows its output.
import { fileURLToPath } from 'node:url';

const [{ entry }, { check }] = await Promise.all([import('./lib/entry.mjs'), import('./lib/run-checks.mjs')]);
await entry(fileURLToPath(import.meta.url), check);
