/** Which buckets the next window reads: the plan that the last windows' times allow, plus what somebody looks at. */
import { destinationCount, planQuantiles, rotationSlice, sourceOnlyWorkloads, type QuantilePlan } from '@observatory/mesh';
import type { EdgeSample } from '@observatory/contracts';
import type { ReadCost, ReadOptions } from './window-reader.js';

/** Windows whose times are remembered. */
const REMEMBERED = 10;

export class QuantileBudget {
  private readonly baseMs: number[] = [];
  private readonly requestsMs: number[] = [];
  private readonly buckets: { plan: QuantilePlan; ms: number }[] = [];
  /** Undefined until a window was measured. */
  plan: QuantilePlan | undefined;
  /** Destination workloads of each slice of the plan; the edges themselves are let go of. */
  private slices: string[][] = [];
  private sourceOnly: string[] = [];

  constructor(private readonly windowSec: number) {}

  /** `watched`: destination workloads that somebody looks at; they are read now, whoever's turn it is. */
  next(at: Date, watched: readonly string[]): Pick<ReadOptions, 'quantiles' | 'sides' | 'from'> {
    // Before the first window nothing is measured: it reads the least, and the second one knows what more may cost.
    if (!this.plan) return { quantiles: 'none', sides: { sourceOnly: [] }, from: 'raw' };
    const { mode, slices, sides } = this.plan;
    const slice = this.slices[Math.floor(at.getTime() / 1000 / this.windowSec) % slices] ?? [];
    return {
      quantiles: this.isWhole ? 'all' : { workloads: [...new Set([...slice, ...watched])] },
      sides: sides === 'both' ? 'both' : { sourceOnly: this.sourceOnly },
      from: mode === 'recordingRules' ? 'recordingRules' : 'raw',
    };
  }

  /** Every bucket in every window. */
  get isWhole(): boolean {
    return this.plan?.slices === 1 && this.plan.share === 1;
  }

  took(cost: ReadCost, edges: readonly EdgeSample[], recordingRules: boolean): void {
    const bucketsMs = (cost.byQuery.istioBuckets ?? 0) + (cost.byQuery.linkerdBuckets ?? 0);
    remember(this.baseMs, cost.prometheusMs - bucketsMs);
    remember(this.requestsMs, (cost.byQuery.istioRequests ?? 0) + (cost.byQuery.linkerdResponses ?? 0));
    if (this.plan && bucketsMs > 0) remember(this.buckets, { plan: this.plan, ms: bucketsMs });
    const plan = planQuantiles({
      windowSec: this.windowSec,
      baseMs: this.baseMs,
      requestsMs: this.requestsMs,
      buckets: this.buckets,
      destinationWorkloads: destinationCount(edges),
      recordingRules,
      current: this.plan,
    });
    this.plan = plan;
    this.slices = this.isWhole ? [] : Array.from({ length: plan.slices }, (_, index) => rotationSlice(edges, plan, index));
    this.sourceOnly = plan.sides === 'both' ? [] : sourceOnlyWorkloads(edges);
  }
}

function remember<T>(list: T[], value: T): void {
  list.push(value);
  if (list.length > REMEMBERED) list.shift();
}
