#!/usr/bin/env node
// Runs the built CLI; a checkout that was not built yet is told how.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = new URL('../dist/cli/main.js', import.meta.url);
if (!existsSync(fileURLToPath(built))) {
  process.stderr.write('observatory-detect is not built yet: run `npm run build` in the repository first\n');
  process.exit(2);
}
await import(built.href);
