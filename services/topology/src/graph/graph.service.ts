/** Answers about the graph: which one is asked for, what of it, in which form; serialised once for all who ask the same. */
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  LIVE_SPAN_SEC,
  type Topology,
  type TopologyDiff,
  type TopologyExportReply,
  type TopologyDiffQuery,
  type TopologyExportRequest,
  type TopologyQuery,
} from '@observatory/contracts';
import { diffGraphs, exportGraph, filterGraph } from '@observatory/mesh';
import { BoundedMap, JsonBytes } from '@observatory/platform';
import { LiveGraphService } from './live-graph.service.js';
import { serialiseTopology } from './serialise.js';
import { PastGraphService, type PastGraph } from './past-graph.service.js';

/** The largest answer is some 12 MB. */
const KEPT_REPLIES = { maxEntries: 64, maxBytes: 32_000_000 };

@Injectable()
export class GraphService {
  /** By question; `version` says of which graph, so that an old graph is not kept by its answers. */
  private readonly replies = new BoundedMap<{ version: number; reply: JsonBytes }>(KEPT_REPLIES);

  constructor(
    private readonly live: LiveGraphService,
    private readonly past: PastGraphService,
  ) {}

  async get(query: TopologyQuery): Promise<Topology> {
    return answer(await this.whole(query), query);
  }

  async getBytes(query: TopologyQuery): Promise<JsonBytes> {
    const whole = await this.whole(query);
    const key = JSON.stringify(query);
    const known = this.replies.get(key);
    if (known?.version === whole.version) return known.reply;
    const bytes = serialiseTopology(answer(whole, query), known?.reply.bytes.length);
    const reply = new JsonBytes(bytes, `"${createHash('sha1').update(bytes).digest('base64url')}"`);
    this.replies.set(key, { version: whole.version, reply }, bytes.length);
    return reply;
  }

  async diff({ from, to, ...query }: TopologyDiffQuery): Promise<TopologyDiff> {
    const [before, after] = await Promise.all([this.whole({ ...query, at: from }), this.whole({ ...query, at: to })]);
    const differences = diffGraphs(filterGraph(before.graph, query), filterGraph(after.graph, query));
    const { windowSec, graph } = query;
    return {
      generatedAt: new Date().toISOString(),
      sources: after.sources,
      from: before.at,
      to: after.at,
      windowSec,
      graph,
      ...differences,
    };
  }

  async export({ format, ...query }: TopologyExportRequest): Promise<TopologyExportReply> {
    return exportGraph(await this.get(query), format);
  }

  /** The live graph where that is what is asked for. */
  private async whole(query: TopologyQuery): Promise<PastGraph> {
    const live = await this.live.get(query.graph);
    const now = query.at === undefined || Date.parse(query.at) >= live.windowAtMs;
    if (now && query.windowSec === LIVE_SPAN_SEC) return live;
    const question = { at: now ? live.at : (query.at as string), windowSec: query.windowSec, graph: query.graph };
    return now ? this.past.latest(question) : this.past.get(question);
  }
}

function answer(whole: PastGraph, query: TopologyQuery): Topology {
  const { at, windowSec, sources } = whole;
  const { nodes, edges } = filterGraph(whole.graph, query);
  return { generatedAt: new Date().toISOString(), sources, at, windowSec, graph: query.graph, nodes, edges };
}
