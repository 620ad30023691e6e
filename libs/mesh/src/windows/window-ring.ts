/**
 * The last windows of one cluster in little memory, and their mean over any of the last spans in little time.
 * Same answer as `meanOfSamples` in single precision. Sized for 20 windows of 20,000 edges.
 * Invariant: a slot lives as long as a window names its edge; what is not a rate is the newest that was pushed.
 */
import type { EdgeSample, EndpointIdentity, Reporter, ServiceIdentity } from '@observatory/contracts';
import { MAX_QUANTILE_AGE_SEC } from '../budget.js';
import { meanOfWindows } from './ring-mean.js';
import { columnsOf, RingTables, type EdgeFacts, type StoredWindow } from './window-columns.js';

export interface RingWindow {
  /** End of the window, milliseconds since 1970. */
  readonly atMs: number;
  readonly edges: readonly EdgeSample[];
}

export interface RingMean {
  readonly edges: EdgeSample[];
  /** Windows found in the span; 0 means that nothing is known, not that nothing flowed. */
  readonly windowCount: number;
}

const sameDescription = (a: EndpointIdentity, b: EndpointIdentity) => a.app === b.app && a.version === b.version && a.role === b.role;

/** Equal objects and strings that come out of different messages, kept once. */
class Shared {
  private readonly endpoints = new Map<string, EndpointIdentity>();
  private readonly services = new Map<string, ServiceIdentity>();
  private readonly texts = new Map<string, string>();
  private readonly reporters = new Map<string, Reporter[]>();

  private static one<T>(map: Map<string, T>, key: string, value: T): T {
    const found = map.get(key);
    if (found !== undefined) return found;
    map.set(key, value);
    return value;
  }

  endpoint(given: EndpointIdentity): EndpointIdentity {
    const { kind, cluster, namespace, name, app, version, role } = given;
    return Shared.one(this.endpoints, [kind, cluster, namespace, name, app, version, role].join('\u0000'), given);
  }

  facts(sample: EdgeSample, id: string): EdgeFacts {
    const { destinationService: service, sourcePrincipal, destinationPrincipal } = sample;
    const facts: EdgeFacts = {
      id,
      source: this.endpoint(sample.source),
      target: this.endpoint(sample.target),
      protocol: sample.protocol,
      mesh: sample.mesh,
      reporters: this.reportersOf(sample.reporters),
    };
    if (service !== undefined) {
      facts.destinationService = Shared.one(
        this.services,
        [service.cluster, service.namespace, service.name, service.host].join('\u0000'),
        service,
      );
    }
    if (sourcePrincipal !== undefined) facts.sourcePrincipal = Shared.one(this.texts, sourcePrincipal, sourcePrincipal);
    if (destinationPrincipal !== undefined) facts.destinationPrincipal = Shared.one(this.texts, destinationPrincipal, destinationPrincipal);
    return facts;
  }

  reportersOf(reporters: Reporter[]): Reporter[] {
    return Shared.one(this.reporters, reporters.join(), reporters);
  }
}

export class WindowRing {
  private stored: StoredWindow[] = [];
  private readonly tables = new RingTables();
  private readonly slotOf = new Map<string, number>();
  private readonly facts: (EdgeFacts | undefined)[] = [];
  /** How many windows name each slot. */
  private readonly uses: number[] = [];
  private readonly free: number[] = [];
  private shared = new Shared();
  private freedSinceSharing = 0;

  constructor(private readonly capacity: number) {}

  /** Ends of the windows held, oldest first. */
  get times(): number[] {
    return this.stored.map(({ atMs }) => atMs);
  }

  /** Takes a window's place if it is there already; one older than a full ring is not taken. */
  push(window: RingWindow): void {
    const oldest = this.stored[0];
    if (oldest !== undefined && this.stored.length >= this.capacity && window.atMs < oldest.atMs) return;
    const newest = (this.stored.at(-1)?.atMs ?? -Infinity) <= window.atMs;
    const slots = Uint32Array.from(window.edges, (edge) => this.slot(edge, newest));
    for (const slot of slots) this.uses[slot]! += 1;
    const columns = columnsOf(window, slots, this.tables);
    this.drop(window.atMs);
    const after = this.stored.findIndex(({ atMs }) => atMs > window.atMs);
    this.stored.splice(after === -1 ? this.stored.length : after, 0, columns);
    if (this.stored.length > this.capacity) this.release(this.stored.shift()!);
  }

  /** Forgets the window that ends at `atMs`, if it is there. */
  drop(atMs: number): void {
    const place = this.stored.findIndex((window) => window.atMs === atMs);
    if (place !== -1) this.release(this.stored.splice(place, 1)[0]!);
  }

  /**
   * The mean over the windows that end in (untilMs - spanSec, untilMs]. Histograms, which a rotation reads in some
   * windows only, may be older than a short span: up to MAX_QUANTILE_AGE_SEC, and then the newest.
   */
  mean(untilMs: number, spanSec: number): RingMean {
    const within = (sec: number) => this.stored.filter(({ atMs }) => atMs > untilMs - sec * 1000 && atMs <= untilMs);
    const windows = within(spanSec);
    const older = within(Math.max(spanSec, MAX_QUANTILE_AGE_SEC)).slice(0, -windows.length || undefined);
    return { edges: meanOfWindows(windows, { older, facts: this.facts, tables: this.tables }), windowCount: windows.length };
  }

  private slot(sample: EdgeSample, newest: boolean): number {
    let slot = this.slotOf.get(sample.id);
    if (slot === undefined) {
      slot = this.free.pop() ?? this.facts.length;
      this.slotOf.set(sample.id, slot);
      this.uses[slot] = 0;
      this.facts[slot] = this.shared.facts(sample, sample.id);
    } else if (newest) this.refresh(slot, sample);
    return slot;
  }

  private refresh(slot: number, sample: EdgeSample): void {
    const known = this.facts[slot]!;
    const reporters = [...known.reporters, ...sample.reporters];
    const changed =
      !sameDescription(known.source, sample.source) ||
      !sameDescription(known.target, sample.target) ||
      known.mesh !== sample.mesh ||
      (sample.sourcePrincipal !== undefined && known.sourcePrincipal !== sample.sourcePrincipal) ||
      (sample.destinationPrincipal !== undefined && known.destinationPrincipal !== sample.destinationPrincipal) ||
      sample.reporters.some((reporter) => !known.reporters.includes(reporter));
    if (!changed) return;
    const principals = {
      ...(known.sourcePrincipal === undefined ? {} : { sourcePrincipal: known.sourcePrincipal }),
      ...(known.destinationPrincipal === undefined ? {} : { destinationPrincipal: known.destinationPrincipal }),
    };
    const seen = (['source', 'destination', 'waypoint'] as const).filter((reporter) => reporters.includes(reporter));
    this.facts[slot] = this.shared.facts({ ...principals, ...sample, reporters: seen }, known.id);
  }

  private release(window: StoredWindow): void {
    for (const slot of window.slots) {
      const left = (this.uses[slot]! -= 1);
      if (left > 0) continue;
      this.slotOf.delete(this.facts[slot]!.id);
      this.facts[slot] = undefined;
      this.free.push(slot);
      this.freedSinceSharing += 1;
    }
    // What vanished edges shared is let go with them; what lives on is only shared anew.
    if (this.freedSinceSharing <= this.slotOf.size) return;
    this.shared = new Shared();
    this.freedSinceSharing = 0;
  }
}
