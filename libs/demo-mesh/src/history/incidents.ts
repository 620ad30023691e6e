/**
 * What happened in the loaded past: an outage, a slow afternoon, a deployment. Kept beside the authorities, so that logs
 * and traces of those hours tell the same story as the metrics.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseTarget, type Effect } from '../faults/kinds.js';
import type { Bend } from '../faults/influence.js';
import type { Cluster } from '../model/cluster.js';

const FILE = 'history.json';
const HOUR_SEC = 3600;
const DAY_SEC = 24 * HOUR_SEC;

const past = z.object({ fromSec: z.number(), untilSec: z.number(), newVersionAtSec: z.number() });
export type Past = z.infer<typeof past>;

export interface TimedBend extends Bend {
  readonly startSec: number;
  readonly endSec: number;
  readonly description: string;
}

interface IncidentSpec {
  readonly description: string;
  readonly target: string;
  readonly effect: Effect;
  readonly beforeEndSec: number;
  readonly lengthSec: number;
}

/** Counted back from the end of the history, so that each falls into it whatever the day. */
const INCIDENTS: readonly IncidentSpec[] = [
  {
    description: 'payments answered a third of its requests with errors for 25 minutes',
    target: 'shop/payments',
    effect: { extraErrorShare: 0.33 },
    beforeEndSec: 2 * DAY_SEC + 3 * HOUR_SEC,
    lengthSec: 25 * 60,
  },
  {
    description: 'catalog grew slow for an hour and a half',
    target: 'shop/catalog',
    effect: { ownLatencyFactor: 6 },
    beforeEndSec: 26 * HOUR_SEC,
    lengthSec: 90 * 60,
  },
];

export const pastOf = (fromSec: number, untilSec: number): Past => ({
  fromSec,
  untilSec,
  newVersionAtSec: Math.max(fromSec, untilSec - 3 * DAY_SEC),
});

export function pastBends(cluster: Cluster, { fromSec, untilSec, newVersionAtSec }: Past): TimedBend[] {
  const none: ReadonlyMap<string, number> = new Map();
  const incidents = INCIDENTS.map(({ description, target, effect, beforeEndSec, lengthSec }) => ({
    description,
    target: parseTarget(cluster, target),
    effect,
    rpsByLane: none,
    startSec: untilSec - beforeEndSec,
    endSec: untilSec - beforeEndSec + lengthSec,
  }));
  const beforeNewVersion: TimedBend = {
    description: 'checkout v2 was not there yet',
    target: parseTarget(cluster, 'shop/checkout'),
    effect: { weights: { 'checkout-v1': 1, 'checkout-v2': 0 } },
    rpsByLane: none,
    startSec: fromSec,
    endSec: newVersionAtSec,
  };
  return [beforeNewVersion, ...incidents.filter(({ startSec }) => startSec >= fromSec)];
}

export async function readPast(folder: string): Promise<Past | undefined> {
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : past.safeParse(JSON.parse(text)).data;
}

export async function writePast(folder: string, value: Past): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, FILE), JSON.stringify(value));
}
