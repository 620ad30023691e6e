/**
 * `node dist/history.js --out DIR --days 7 [--until <RFC 3339>]`: the demo's past as TSDB blocks in a Prometheus data folder,
 * up to some minutes before the end: those are written by the live mesh itself, see history/recent.ts.
 */
import { parseArgs } from 'node:util';
import { pastOf, writePast } from './history/incidents.js';
import { RECENT_SEC } from './history/recent.js';
import { STEP_SEC, writeHistory } from './history/writer.js';

const USAGE = 'usage: history.js --out DIR [--days 7] [--until 2026-01-31T12:00:00Z]';
const DAY_SEC = 86_400;
const MAX_DAYS = 90;

interface Request {
  readonly outFolder: string;
  readonly fromSec: number;
  readonly untilSec: number;
}

function readArguments(words: string[]): Request {
  const { values } = parseArgs({
    args: words,
    options: { out: { type: 'string' }, days: { type: 'string', default: '7' }, until: { type: 'string' } },
  });
  const days = Number(values.days);
  const untilMs = values.until === undefined ? Date.now() : Date.parse(values.until);
  if (!values.out || !(days > 0 && days <= MAX_DAYS) || Number.isNaN(untilMs)) throw new Error(USAGE);
  // The minutes up to now are the live mesh's own to write: its pods are the ones that go on.
  const untilSec = Math.floor((untilMs / 1000 - RECENT_SEC) / STEP_SEC) * STEP_SEC;
  return { outFolder: values.out, fromSec: untilSec - days * DAY_SEC, untilSec };
}

async function main(): Promise<void> {
  const request = readArguments(process.argv.slice(2));
  const startedAt = performance.now();
  const seed = Number(process.env['DEMO_SEED'] ?? 7);
  const { samples, blocks } = await writeHistory({ ...request, seed });
  const dataFolder = process.env['DEMO_DATA'];
  if (dataFolder) await writePast(dataFolder, pastOf(request.fromSec, request.untilSec));
  const seconds = (performance.now() - startedAt) / 1000;
  process.stdout.write(`${JSON.stringify({ samples, blocks, seconds: Number(seconds.toFixed(1)) })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`history: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
