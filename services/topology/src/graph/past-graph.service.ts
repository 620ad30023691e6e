/** Graphs of the past, and of other spans than the live one: read from memory or from the metrics service, built, and kept for a while. */
import { Injectable } from '@nestjs/common';
import { METRICS_SUBJECTS, type EdgeSample, type GraphKind, type SourceFreshness } from '@observatory/contracts';
import { buildGraph, roundGraph, type GraphObjects, type MeshGraph } from '@observatory/mesh';
import { BoundedMap, DomainError, Requester } from '@observatory/platform';
import { ClusterWatchService } from '../clusters/cluster-watch.service.js';
import { missingWindows } from '../domain/source-freshness.js';
import { LayoutService } from '../layout/layout.service.js';
import { WindowsService } from '../windows/windows.service.js';
import { nextVersion } from './version.js';

export interface PastGraph {
  /** Another for each graph that was built. */
  readonly version: number;
  readonly at: string;
  readonly windowSec: number;
  readonly sources: SourceFreshness[];
  readonly graph: MeshGraph;
}
export interface PastQuestion {
  readonly at: string;
  readonly windowSec: number;
  readonly graph: GraphKind;
}

interface Known {
  readonly samples: EdgeSample[];
  readonly objects: GraphObjects;
  readonly sources: readonly SourceFreshness[];
}

const PAGE_EDGES = 2000;
const PAGES_MAX = 200;
const PAGE_TIMEOUT_MS = 5_000;
/** A graph of 20,000 edges is some 30 MB of objects: one such, or many small ones. */
const KEPT = { maxEntries: 16, maxBytes: 40_000_000 };
const EDGE_BYTES = 1_500;
/** Late windows and backfill still change what is close to now. */
const KEPT_FOR_MS = 30_000;

interface Entry {
  readonly graph: Promise<PastGraph>;
  readonly readAtMs: number;
}

@Injectable()
export class PastGraphService {
  private readonly kept = new BoundedMap<Entry>(KEPT);

  constructor(
    private readonly requester: Requester,
    private readonly windows: WindowsService,
    private readonly kubernetes: ClusterWatchService,
    private readonly layout: LayoutService,
  ) {}

  get(question: PastQuestion): Promise<PastGraph> {
    return this.keep(question, () => this.read(question));
  }

  /** Up to now: from memory where that has the whole span, else from what is stored up to the newest window that all of it is. */
  latest(question: PastQuestion): Promise<PastGraph> {
    const { newestAtMs, newestStoredAtMs } = this.windows;
    if (newestAtMs !== undefined && this.windows.holds(question.windowSec)) {
      const now = { ...question, at: new Date(newestAtMs).toISOString() };
      return this.keep(now, () => Promise.resolve(this.held(now)));
    }
    return this.get(newestStoredAtMs === undefined ? question : { ...question, at: new Date(newestStoredAtMs).toISOString() });
  }

  private keep({ at, windowSec, graph }: PastQuestion, build: () => Promise<PastGraph>): Promise<PastGraph> {
    const key = JSON.stringify([at, windowSec, graph]);
    const known = this.kept.get(key);
    if (known && Date.now() - known.readAtMs < KEPT_FOR_MS) return known.graph;
    const entry = { graph: build(), readAtMs: Date.now() };
    this.kept.set(key, entry, 0);
    entry.graph.then(
      ({ graph }) => this.kept.set(key, entry, graph.edges.length * EDGE_BYTES),
      () => this.kept.delete(key),
    );
    return entry.graph;
  }

  private async read(question: PastQuestion): Promise<PastGraph> {
    const { samples, ...reply } = await this.samples(question.at, question.windowSec);
    const objects = this.kubernetes.objects(Date.parse(reply.at));
    return this.built({ ...question, at: reply.at }, { samples, objects, sources: [...reply.sources, ...missingWindows(reply)] });
  }

  private held(question: PastQuestion): PastGraph {
    const sources = this.windows.freshness(Date.now());
    return this.built(question, { samples: this.windows.samples(question.windowSec), objects: this.kubernetes.objects(), sources });
  }

  private built({ at, windowSec, graph: kind }: PastQuestion, { samples, objects, sources: read }: Known): PastGraph {
    const graph = roundGraph(buildGraph({ samples, windowSec, graph: kind, objects }));
    const sources = [...read, ...this.kubernetes.freshness()];
    return { version: nextVersion(), at, windowSec, sources, graph: this.layout.placePast(kind, graph) };
  }

  private async samples(at: string, windowSec: number) {
    const samples: EdgeSample[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const request = { at, windowSec, limit: PAGE_EDGES, ...(cursor === undefined ? {} : { cursor }) };
      const { edges, nextCursor, ...reply } = await this.requester.request(METRICS_SUBJECTS.windowRead, request, {
        timeoutMs: PAGE_TIMEOUT_MS,
      });
      for (const edge of edges) samples.push(edge);
      if (nextCursor === undefined) return { ...reply, samples };
      cursor = nextCursor;
    }
    throw new DomainError('request/too-large', { message: `the window has more than ${PAGES_MAX * PAGE_EDGES} edges` });
  }
}
