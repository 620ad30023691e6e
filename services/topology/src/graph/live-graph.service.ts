/**
 * The graph of now: rebuilt once per window, and when Kubernetes or the freshness of a source changed.
 * The workload graph of each version is the one that deltas are made of; other kinds are built when somebody asks.
 */
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LIVE_SPAN_SEC, type GraphKind, type SourceFreshness } from '@observatory/contracts';
import { buildGraph, roundGraph, type MeshGraph } from '@observatory/mesh';
import { ClusterWatchService } from '../clusters/cluster-watch.service.js';
import { nextAtMs } from '../domain/live-version.js';
import { nextVersion } from './version.js';
import { freshnessSignature } from '../domain/source-freshness.js';
import { LayoutService } from '../layout/layout.service.js';
import { WindowsService } from '../windows/windows.service.js';

export interface LiveGraph {
  /** Another for each graph that was built. */
  readonly version: number;
  readonly at: string;
  /** End of the newest window in it: `at`, or a few milliseconds before where something else changed since. */
  readonly windowAtMs: number;
  readonly windowSec: number;
  readonly sources: SourceFreshness[];
  readonly graph: MeshGraph;
}
export type BuiltListener = (previous: LiveGraph | undefined, next: LiveGraph) => void;

/** Windows of other clusters that end at the same time are given this long to arrive. */
const LEVEL_WAIT_MS = 1_000;
/** Old windows arrive one after the other after a restart. */
const REPLAY_WAIT_MS = 200;
/** Changes of Kubernetes come in bursts: a rollout changes many pods. */
const KUBERNETES_WAIT_MS = 2_000;
/** Staleness appears by time passing. */
const FRESHNESS_EVERY_MS = 2_000;
/** How long a start waits for the kept layout and the first read of Kubernetes. */
const START_WAIT_MS = 5_000;

@Injectable()
export class LiveGraphService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(LiveGraphService.name);
  private readonly listeners: BuiltListener[] = [];
  private readonly others = new Map<GraphKind, LiveGraph>();
  private current: LiveGraph | undefined;
  private atMs: number | undefined;
  private hasWindows = false;
  private scheduled: { timer: NodeJS.Timeout; dueMs: number } | undefined;
  private freshnessTimer: NodeJS.Timeout | undefined;
  private started = false;
  private starting: Promise<void> | undefined;
  private buildMs = 0;

  constructor(
    private readonly windows: WindowsService,
    private readonly kubernetes: ClusterWatchService,
    private readonly layout: LayoutService,
  ) {}

  onApplicationBootstrap(): void {
    this.windows.onWindow(({ atMs, windowSec }) => {
      const old = Date.now() - atMs > 2 * windowSec * 1000;
      this.schedule(old ? REPLAY_WAIT_MS : this.windows.isLevel ? 0 : LEVEL_WAIT_MS);
    });
    this.layout.onAdopted(() => this.schedule(REPLAY_WAIT_MS));
    this.kubernetes.onChange(() => this.schedule(KUBERNETES_WAIT_MS));
    this.freshnessTimer = setInterval(() => this.checkFreshness(), FRESHNESS_EVERY_MS);
    this.freshnessTimer.unref();
    this.starting = this.start();
  }

  onApplicationShutdown(): void {
    clearInterval(this.freshnessTimer);
    clearTimeout(this.scheduled?.timer);
  }

  onBuilt(listener: BuiltListener): void {
    this.listeners.push(listener);
  }

  /** The newest graph of a kind. */
  async get(kind: GraphKind): Promise<LiveGraph> {
    await this.starting;
    if (!this.current) this.build();
    const current = this.current as unknown as LiveGraph;
    if (kind === 'workload') return current;
    const known = this.others.get(kind);
    if (known?.at === current.at) return known;
    const built = { ...current, version: nextVersion(), graph: this.graphOf(kind) };
    this.others.set(kind, built);
    return built;
  }

  sources(): SourceFreshness[] {
    return [...this.windows.freshness(Date.now()), ...this.kubernetes.freshness()];
  }

  figures(): Record<string, number> {
    const { nodes, edges } = this.current?.graph ?? { nodes: [], edges: [] };
    return { graphNodes: nodes.length, graphEdges: edges.length, graphBuildMs: Math.round(this.buildMs) };
  }

  private async start(): Promise<void> {
    const endsAt = Date.now() + START_WAIT_MS;
    await this.layout.ready(START_WAIT_MS);
    while (!this.kubernetes.settled && Date.now() < endsAt) await new Promise((resolve) => setTimeout(resolve, 50));
    this.started = true;
  }

  /** Builds within `waitMs`; what is due earlier stays so. */
  private schedule(waitMs: number): void {
    const dueMs = Date.now() + waitMs;
    if (this.scheduled && this.scheduled.dueMs <= dueMs) return;
    clearTimeout(this.scheduled?.timer);
    const timer = setTimeout(() => {
      this.scheduled = undefined;
      if (this.started) this.build();
      else this.schedule(REPLAY_WAIT_MS);
    }, waitMs);
    this.scheduled = { timer, dueMs };
  }

  private checkFreshness(): void {
    if (this.current && freshnessSignature(this.current.sources) !== freshnessSignature(this.sources())) this.schedule(0);
  }

  private build(): void {
    const startedAt = performance.now();
    clearTimeout(this.scheduled?.timer);
    this.scheduled = undefined;
    const windowAtMs = this.windows.newestAtMs;
    // Before the first window there is only what exists, as of now: the chain begins anew with that window.
    const previous = windowAtMs !== undefined && !this.hasWindows ? undefined : this.current;
    const previousAtMs = previous && this.atMs;
    this.hasWindows = windowAtMs !== undefined;
    this.atMs = nextAtMs(previousAtMs, windowAtMs ?? Math.floor(Date.now() / 1000) * 1000);
    const next: LiveGraph = {
      version: nextVersion(),
      at: new Date(this.atMs).toISOString(),
      windowAtMs: windowAtMs ?? this.atMs,
      windowSec: LIVE_SPAN_SEC,
      sources: this.sources(),
      graph: this.graphOf('workload'),
    };
    this.current = next;
    this.others.clear();
    this.buildMs = performance.now() - startedAt;
    this.logger.debug(`${next.at}: ${next.graph.nodes.length} nodes, ${next.graph.edges.length} edges in ${this.buildMs.toFixed(0)} ms`);
    for (const listener of this.listeners) listener(previous, next);
  }

  private graphOf(kind: GraphKind): MeshGraph {
    const samples = this.windows.samples(LIVE_SPAN_SEC);
    const graph = roundGraph(buildGraph({ samples, windowSec: LIVE_SPAN_SEC, graph: kind, objects: this.kubernetes.objects() }));
    return this.layout.placeLive(kind, graph);
  }
}
