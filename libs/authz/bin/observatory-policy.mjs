#!/usr/bin/env node
// Runs the built CLI; a checkout that was not built yet is built first.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = new URL('../dist/cli/main.js', import.meta.url);
if (!existsSync(fileURLToPath(built))) {
  const builder = new URL('../../../dev/build.mjs', import.meta.url);
  if (!existsSync(fileURLToPath(builder))) {
    process.stderr.write('observatory-policy is not built, and there is nothing to build it with\n');
    process.exit(2);
  }
  const { buildNode } = await import(builder.href);
  await buildNode((line) => process.stderr.write(`${line}\n`));
}
await import(built.href);
