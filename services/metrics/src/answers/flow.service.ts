/** Answers which flows were recorded over a span: what policies are replayed over. */
import { Injectable } from '@nestjs/common';
import { FLOW_SPAN_MAX_SEC, type FlowListReply, type FlowListRequest, type RecordedFlow } from '@observatory/contracts';
import { DomainError } from '@observatory/platform';
import { flowPieces, mainResolution, type KnownOfResolution, type Piece } from '../domain/flow-pieces.js';
import { FlowTally } from '../domain/flow-tally.js';
import { RESOLUTIONS, type Resolution } from '../domain/resolution.js';
import { resolutionSec } from '../domain/steps.js';
import { FlowRepository } from '../storage/flow.repository.js';
import { Lookups, type KnownEdge } from '../storage/lookups.js';
import { ReadRepository } from '../storage/read.repository.js';
import { SeriesRepository } from '../storage/series.repository.js';
import { FreshnessService } from './freshness.service.js';

/** `last_seen` of an edge is written once an hour. */
const LAST_SEEN_SLACK_MS = 3_600_000;
/** A span that ends now may be a little longer than a week by the time it is asked for. */
const SPAN_SLACK_SEC = 60;

@Injectable()
export class FlowService {
  constructor(
    private readonly flows: FlowRepository,
    private readonly reads: ReadRepository,
    private readonly series: SeriesRepository,
    private readonly lookups: Lookups,
    private readonly freshness: FreshnessService,
  ) {}

  async list(request: FlowListRequest): Promise<FlowListReply> {
    const span = spanOf(request);
    const known = await this.known(span);
    const pieces = flowPieces(span, known);
    const keys = await this.reads.edgeKeys({
      cluster: request.cluster,
      seenSince: new Date(span.from.getTime() - LAST_SEEN_SLACK_MS),
      after: cursorKey(request.cursor),
      limit: request.limit,
    });
    const resolution = mainResolution((span.to.getTime() - span.from.getTime()) / 1000, known);
    const baseSec = resolutionSec(resolution, this.freshness.windowSec);
    const tally = await this.tally(keys, pieces);
    const last = keys.at(-1);
    return {
      generatedAt: new Date().toISOString(),
      sources: await this.freshness.sources(request.cluster),
      from: request.from,
      to: request.to,
      resolution,
      windowsExpected: Math.max(1, Math.floor((span.to.getTime() - span.from.getTime()) / (baseSec * 1000))),
      windowsPresent: Math.round(tally.knownSec / baseSec),
      flows: await this.named(tally),
      ...(keys.length === request.limit && last !== undefined ? { nextCursor: String(last) } : {}),
    };
  }

  private async known(span: { from: Date; to: Date }): Promise<Record<Resolution, KnownOfResolution>> {
    const known = {} as Record<Resolution, KnownOfResolution>;
    for (const resolution of RESOLUTIONS) {
      const baseSec = resolutionSec(resolution, this.freshness.windowSec);
      known[resolution] = await this.flows.knownOf(resolution, { ...span, baseSec });
    }
    return known;
  }

  private async tally(keys: readonly number[], pieces: readonly Piece[]): Promise<FlowTally> {
    const tally = new FlowTally();
    for (const piece of pieces) {
      const baseSec = resolutionSec(piece.resolution, this.freshness.windowSec);
      const known = await this.series.known(piece.resolution, piece.from, piece.to);
      tally.addKnown(known, baseSec);
      if (keys.length === 0) continue;
      tally.addSums(await this.flows.sums(keys, piece), baseSec);
      tally.addOutcomes(await this.flows.outcomes(keys, piece), baseSec);
    }
    return tally;
  }

  private async named(tally: FlowTally): Promise<RecordedFlow[]> {
    const found = tally.flows();
    const [edges, outcomes, principals] = await Promise.all([
      this.lookups.edges(found.map(({ key }) => key)),
      this.lookups.outcomes(new Set(found.flatMap((flow) => [...flow.outcomes.keys()]))),
      this.lookups.principals(found.flatMap((flow) => [flow.sourcePrincipal, flow.destinationPrincipal])),
    ]);
    const principal = (key: number | null) => (key === null ? undefined : principals.get(key)?.replace(/^spiffe:\/\//, ''));
    return found.flatMap((flow): RecordedFlow[] => {
      const edge: KnownEdge | undefined = edges.get(flow.key);
      if (!edge) return [];
      const [source, destination] = [principal(flow.sourcePrincipal), principal(flow.destinationPrincipal)];
      return [
        {
          edgeId: edge.id,
          ...edge.identity,
          ...(source === undefined ? {} : { sourcePrincipal: source }),
          ...(destination === undefined ? {} : { destinationPrincipal: destination }),
          mutualTlsPerSecond: flow.mutualTlsPerSecond,
          plaintextPerSecond: flow.plaintextPerSecond,
          requestsPerSecond: edge.identity.protocol === 'tcp' ? flow.connectionsPerSecond : flow.requestsPerSecond,
          outcomes: [...flow.outcomes].flatMap(([key, requestsPerSecond]) => {
            const outcome = outcomes.get(key);
            if (!outcome) return [];
            const { code, grpcStatus, flags } = outcome;
            return [{ code, ...(grpcStatus === undefined ? {} : { grpcStatus }), flags, requestsPerSecond }];
          }),
          firstSeen: flow.firstAt.toISOString(),
          lastSeen: flow.lastAt.toISOString(),
        },
      ];
    });
  }
}

function spanOf(request: FlowListRequest): { from: Date; to: Date } {
  const [from, to] = [new Date(request.from), new Date(request.to)];
  const spanSec = (to.getTime() - from.getTime()) / 1000;
  if (!(spanSec > 0)) throw new DomainError('request/invalid', { message: 'from must be before to' });
  if (spanSec > FLOW_SPAN_MAX_SEC + SPAN_SLACK_SEC)
    throw new DomainError('request/invalid', { message: 'flows go back seven days at most' });
  return { from, to };
}

function cursorKey(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (!/^\d{1,10}$/.test(cursor)) throw new DomainError('request/invalid', { message: 'cursor: not one that we gave' });
  return Number(cursor);
}
