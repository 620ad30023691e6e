// npm run bench -- <name> [arguments]: runs bench/<name>.bench.mjs on what is built, with the servers it needs on PATH.
import { fileURLToPath } from 'node:url';

const [{ entry }, { bench }] = await Promise.all([import('./lib/entry.mjs'), import('./lib/run-bench.mjs')]);
await entry(fileURLToPath(import.meta.url), bench);
