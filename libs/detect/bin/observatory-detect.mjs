#!/usr/bin/env node
import { runBuilt } from '../../../dev/lib/run-built.mjs';

await runBuilt(new URL('../dist/cli/main.js', import.meta.url));
