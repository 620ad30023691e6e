/**
 * Tells how the live workload graph goes on: to JetStream from the replica that holds the lease, to gRPC streams from each.
 * A delta that could not be stored breaks the chain; the next one then carries the whole graph, as does the first of a new leader.
 */
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { EVENTS, type TopologyDelta } from '@observatory/contracts';
import { deltaOfGraphs } from '@observatory/mesh';
import { EventBus, Lease } from '@observatory/platform';
import { concat, defer, from, map, mergeMap, Subject, type Observable } from 'rxjs';
import { chunkDelta } from '../domain/delta-chunks.js';
import { LiveGraphService, type LiveGraph } from '../graph/live-graph.service.js';

@Injectable()
export class DeltaService implements OnApplicationBootstrap {
  private readonly logger = new Logger(DeltaService.name);
  private readonly deltas = new Subject<TopologyDelta[]>();
  /** `at` of the last graph that the stream has in full. */
  private published: string | undefined;
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly live: LiveGraphService,
    private readonly bus: EventBus,
    private readonly lease: Lease,
  ) {}

  onApplicationBootstrap(): void {
    this.live.onBuilt((previous, next) => {
      const leads = this.lease.isHeld;
      if (!leads) this.published = undefined;
      if (!leads && !this.deltas.observed) return;
      const chunks = deltaChunks(previous, next);
      this.deltas.next(chunks);
      if (leads) this.queue = this.queue.then(() => this.publish(previous, next, chunks));
    });
  }

  /** The whole graph first, then each change. */
  watch(): Observable<TopologyDelta> {
    const whole = defer(() => this.live.get('workload')).pipe(map((current) => deltaChunks(undefined, current)));
    return concat(whole, this.deltas).pipe(mergeMap((chunks) => from(chunks), 1));
  }

  private async publish(previous: LiveGraph | undefined, next: LiveGraph, chunks: TopologyDelta[]): Promise<void> {
    const continues = previous !== undefined && this.published === previous.at;
    const toSend = continues || previous === undefined ? chunks : deltaChunks(undefined, next);
    this.published = undefined;
    try {
      for (const chunk of toSend) {
        await this.bus.publish(
          EVENTS.topologyChanged,
          `topology.changed/${chunk.at}/${chunk.previousAt ?? ''}/${chunk.chunk.index}`,
          chunk,
        );
      }
      this.published = next.at;
    } catch (thrown) {
      this.logger.warn(`the change of ${next.at} was not published: ${(thrown as Error).message}`);
    }
  }
}

function deltaChunks(previous: LiveGraph | undefined, next: LiveGraph): TopologyDelta[] {
  const { at, windowSec, sources } = next;
  return chunkDelta({ at, previousAt: previous?.at ?? null, windowSec, sources, ...deltaOfGraphs(previous?.graph, next.graph) });
}
