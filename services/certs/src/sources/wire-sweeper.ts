/**
 * Looks at every endpoint once in an interval, spread over it, a bounded number at a time. An endpoint keeps its place in the
 * interval (by its name), so that load is even and stays even when endpoints come and go.
 * Invariant: no endpoint is asked twice within ENDPOINT_MIN_MS, whatever is asked of the sweeper.
 */
import { createHash } from 'node:crypto';
import type { Endpoint } from '../domain/targets.js';
import { handshake, type Ask, type Handshake } from './handshake.js';

/** Never more than one handshake a minute. */
export const ENDPOINT_MIN_MS = 60_000;
const TICK_MS = 250;
/** Endpoints that are new are looked at within a tenth of the interval, and within this. */
export const FIRST_LOOK_MS = 30_000;

export interface SweeperOptions {
  readonly intervalMs: number;
  readonly concurrency: number;
  readonly onResult: (endpoint: Endpoint, outcome: Handshake, at: number) => void;
  readonly shake?: (ask: Ask) => Promise<Handshake>;
  readonly now?: () => number;
}
interface Planned {
  endpoint: Endpoint;
  dueAt: number;
  askedAt: number;
  inPlace: boolean;
}

export class WireSweeper {
  private readonly planned = new Map<string, Planned>();
  private timer: NodeJS.Timeout | undefined;
  private running = 0;
  /** When asked last, of endpoints that went and may come back. */
  private readonly asked = new Map<string, number>();
  private readonly now: () => number;
  private readonly shake: (ask: Ask) => Promise<Handshake>;

  constructor(private readonly options: SweeperOptions) {
    this.now = options.now ?? Date.now;
    this.shake = options.shake ?? handshake;
  }

  get size(): number {
    return this.planned.size;
  }

  start(): void {
    this.timer ??= setInterval(() => this.tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** What there is to look at now. Endpoints that are new are looked at soon. */
  plan(endpoints: readonly Endpoint[]): void {
    const now = this.now();
    const wanted = new Set(endpoints.map(({ key }) => key));
    for (const [key, { askedAt }] of this.planned) {
      if (wanted.has(key)) continue;
      this.planned.delete(key);
      this.asked.set(key, askedAt);
    }
    for (const endpoint of endpoints) {
      const known = this.planned.get(endpoint.key);
      if (known) {
        known.endpoint = endpoint;
        continue;
      }
      const askedAt = this.asked.get(endpoint.key) ?? -Infinity;
      const soon = now + phaseOf(endpoint.key) * Math.min(FIRST_LOOK_MS, this.options.intervalMs / 10);
      this.planned.set(endpoint.key, { endpoint, askedAt, inPlace: false, dueAt: Math.max(soon, askedAt + ENDPOINT_MIN_MS) });
    }
    for (const [key, at] of this.asked) if (now - at > ENDPOINT_MIN_MS) this.asked.delete(key);
  }

  /** As soon as the minute allows. */
  hurry(id: string): void {
    const now = this.now();
    for (const entry of this.planned.values())
      if (entry.endpoint.id === id) entry.dueAt = Math.min(entry.dueAt, Math.max(now, entry.askedAt + ENDPOINT_MIN_MS));
  }

  /** Starts what is due, as far as the bound allows. */
  tick(): void {
    if (this.running >= this.options.concurrency) return;
    const now = this.now();
    const due = [...this.planned.values()].filter(({ dueAt }) => dueAt <= now).sort((a, b) => a.dueAt - b.dueAt);
    for (const entry of due.slice(0, this.options.concurrency - this.running)) void this.look(entry);
  }

  private async look(entry: Planned): Promise<void> {
    this.running += 1;
    const { endpoint } = entry;
    entry.askedAt = this.now();
    // The first look is soon, the second in its place of the interval, and from then on it stays there.
    const due = entry.inPlace ? entry.dueAt + this.options.intervalMs : nextDue(endpoint.key, entry.askedAt, this.options.intervalMs);
    entry.dueAt = Math.max(due, entry.askedAt + ENDPOINT_MIN_MS);
    entry.inPlace = true;
    try {
      const outcome = await this.shake(endpoint);
      if (this.planned.has(endpoint.key)) this.options.onResult(endpoint, outcome, this.now());
    } finally {
      this.running -= 1;
      if (this.timer) this.tick();
    }
  }
}

/** 0 to 1, by the name. */
function phaseOf(key: string): number {
  return createHash('sha1').update(key).digest().readUInt32BE(0) / 2 ** 32;
}

/** The endpoint's place in the next interval that leaves it its minute. */
export function nextDue(key: string, askedAt: number, intervalMs: number): number {
  const place = phaseOf(key) * intervalMs;
  const earliest = askedAt + Math.max(ENDPOINT_MIN_MS, intervalMs / 2);
  return Math.ceil((earliest - place) / intervalMs) * intervalMs + place;
}
