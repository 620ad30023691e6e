/**
 * The places of nodes on the map, the same for all people, replicas and restarts: kept in the NATS bucket OBSERVATORY_LAYOUT,
 * written by the leader, read by everybody. While NATS is away places are computed from what is in memory, and written later.
 */
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { graphKind, type GraphKind } from '@observatory/contracts';
import type { MeshGraph } from '@observatory/mesh';
import { KeptValue, Lease, NatsLink } from '@observatory/platform';
import { layoutInput, placed } from '../domain/layout/graph-layout.js';
import { dayOf, parsePlaces, seenPlaces, serialisePlaces, type SeenPlaces } from '../domain/layout/kept-places.js';
import { placeNodes } from '../domain/layout/place.js';

const BUCKET = 'OBSERVATORY_LAYOUT';
/** What is new is written at once; this is for what could not be, and for a new leader. */
const WRITE_EVERY_MS = 2_000;
const RETRY_MS = 1_000;

interface Kept {
  places: SeenPlaces;
  /** What the bucket holds, as far as we know. */
  written: string;
  readonly value: KeptValue;
}

@Injectable()
export class LayoutService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(LayoutService.name);
  private readonly kept: ReadonlyMap<GraphKind, Kept>;
  private readonly firstReads: Promise<void>;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private writing = Promise.resolve();
  private readonly listeners: (() => void)[] = [];

  constructor(
    link: NatsLink,
    private readonly lease: Lease,
  ) {
    this.kept = new Map(
      graphKind.options.map((kind) => [kind, { places: new Map(), written: '', value: new KeptValue(link, BUCKET, kind) }]),
    );
    this.firstReads = Promise.all([...this.kept.values()].map((kept) => this.readFirst(kept))).then(() => undefined);
  }

  onApplicationBootstrap(): void {
    for (const kept of this.kept.values()) void this.follow(kept);
    this.timer = setInterval(() => this.write(), WRITE_EVERY_MS);
    this.timer.unref();
  }

  /** Before the connection to NATS is closed. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    this.write();
    await this.writing;
    for (const { value } of this.kept.values()) value.close();
  }

  /** Called when places were changed by another replica. */
  onAdopted(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Resolves when what was kept is here, or when NATS has had `waitMs` to say so. */
  async ready(waitMs: number): Promise<void> {
    await Promise.race([this.firstReads, new Promise((resolve) => setTimeout(resolve, waitMs).unref())]);
  }

  /** The live graph with positions; its new nodes get places that last. */
  placeLive(kind: GraphKind, graph: MeshGraph): MeshGraph {
    const kept = this.kept.get(kind) as Kept;
    const { nodes, edges } = layoutInput(graph);
    const places = placeNodes(nodes, edges, kept.places);
    // Without any traffic nothing says who stands left of whom: such places must not last.
    if (edges.length === 0 && kept.places.size === 0) return placed(graph, places);
    kept.places = seenPlaces(places, kept.places, { present: new Set(nodes.map(({ id }) => id)), today: dayOf(Date.now()) });
    this.write();
    return placed(graph, kept.places);
  }

  /** A graph of the past: what is still there is where it is, the rest gets places for this answer. */
  placePast(kind: GraphKind, graph: MeshGraph): MeshGraph {
    const { nodes, edges } = layoutInput(graph);
    return placed(graph, placeNodes(nodes, edges, (this.kept.get(kind) as Kept).places));
  }

  private async readFirst(kept: Kept): Promise<void> {
    try {
      const bytes = await kept.value.read();
      if (bytes) this.adopt(kept, bytes);
    } catch (thrown) {
      this.logger.warn(`the layout cannot be read: ${(thrown as Error).message}`);
    }
  }

  private async follow(kept: Kept): Promise<void> {
    while (!this.stopped) {
      await kept.value
        .follow((bytes) => this.adopt(kept, bytes))
        .catch((thrown: Error) => this.logger.debug(`the layout cannot be followed: ${thrown.message}`));
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
    }
  }

  /** What the leader wrote is the layout; nodes that only we know are placed again beside it. The leader knows what it wrote. */
  private adopt(kept: Kept, bytes: Uint8Array): void {
    const text = Buffer.from(bytes).toString('utf8');
    if (text === kept.written) return;
    const places = parsePlaces(text);
    if (!places) return this.logger.warn('the kept layout is not readable and is written anew');
    kept.written = text;
    if (this.lease.isHeld && kept.places.size > 0) return;
    const changed = kept.places.size > 0 && serialisePlaces(kept.places) !== text;
    kept.places = places;
    if (changed) for (const listener of this.listeners) listener();
  }

  private write(): void {
    this.writing = this.writing.then(() => this.writeAll());
  }

  private async writeAll(): Promise<void> {
    if (!this.lease.isHeld) return;
    for (const kept of this.kept.values()) {
      const text = serialisePlaces(kept.places);
      if (text === kept.written || kept.places.size === 0) continue;
      try {
        await kept.value.write(Buffer.from(text));
        kept.written = text;
      } catch (thrown) {
        this.logger.debug(`the layout cannot be written: ${(thrown as Error).message}`);
      }
    }
  }
}
