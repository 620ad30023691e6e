/** All patterns over one cluster, window by window. Invariant: a window is looked at with what was known before it, then remembered. */
import { beaconFindings } from './beaconing.js';
import { floodFindings, type LoadBaseline } from './denial-of-service.js';
import { EdgeMemories } from './edge-memory.js';
import { exfiltrationFindings, type SentBaseline } from './exfiltration.js';
import type { Flow, SecurityFinding } from './flow.js';
import { NEWS_FOR_MS, newEdgeFindings } from './new-edges.js';
import { isPlaintextNow, plaintextFindings } from './plaintext.js';

export interface SecurityContext {
  readonly atMs: number;
  readonly windowSec: number;
  firstSeenMs(nodeId: string): number | undefined;
  wasDeployedLately(nodeId: string): boolean;
  sent(flow: Flow): SentBaseline | undefined;
  load(nodeId: string): LoadBaseline | undefined;
}

export class SecurityWatch {
  private readonly memories = new EdgeMemories();
  private readonly news = new Map<string, { sourceId: string; firstMs: number }>();

  /** What was before anybody watched. An edge that began after the first day was new once. */
  learn(flow: Flow, at: { atMs: number; spanSec: number }): void {
    const known = this.memories.get(flow.id) !== undefined;
    this.memories.see(flow, at);
    if (!known && at.atMs - this.memories.startedMs > 86_400_000) this.memories.learnNovelty(flow.sourceId);
  }

  observe(flows: readonly Flow[], context: SecurityContext): SecurityFinding[] {
    const { atMs, windowSec } = context;
    const { memories } = this;
    const plaintext = plaintextFindings(flows, { memories, windowSec });
    const unusual = new Set(plaintext.map(({ subjectId }) => subjectId));
    for (const flow of flows) {
      if (!memories.get(flow.id)) this.news.set(flow.id, { sourceId: flow.sourceId, firstMs: atMs });
      memories.see(flow, { atMs, spanSec: windowSec, isUnusual: unusual.has(flow.id) && isPlaintextNow(flow) });
    }
    const shared = { ...context, memories };
    const findings = [
      ...plaintext,
      ...newEdgeFindings(flows, shared),
      ...exfiltrationFindings(flows, shared),
      ...beaconFindings(flows, shared),
      ...floodFindings(flows, (nodeId) => context.load(nodeId)),
    ];
    this.settleNews(atMs);
    return findings;
  }

  get historySec(): number {
    return this.memories.historySec;
  }

  save(): { memories: ReturnType<EdgeMemories['save']>; news: [string, { sourceId: string; firstMs: number }][] } {
    return { memories: this.memories.save(), news: [...this.news] };
  }

  restore(saved: ReturnType<SecurityWatch['save']>): void {
    this.memories.restore(saved.memories);
    for (const [id, news] of saved.news) this.news.set(id, news);
  }

  /** What is no longer news says how often this source has some. */
  private settleNews(atMs: number): void {
    for (const [id, { sourceId, firstMs }] of this.news) {
      if (atMs - firstMs <= NEWS_FOR_MS) continue;
      this.news.delete(id);
      if (this.memories.historySec > 86_400) this.memories.learnNovelty(sourceId);
    }
  }
}
