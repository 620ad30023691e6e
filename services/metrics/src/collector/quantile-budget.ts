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
  private edges: readonly EdgeSample[] = [];
  plan: QuantilePlan | undefined;

  constructor(private readonly windowSec: number) {}

  /** `watched`: destination workloads that somebody looks at; they are read now, whoever's turn it is. */
  next(
    at: Date,
    { recordingRules, watched }: { recordingRules: boolean; watched: readonly string[] },
  ): Pick<ReadOptions, 'quantiles' | 'sides' | 'from'> {
    // Before the first window nothing is measured: it reads no buckets, and the second one knows what they may cost.
    if (this.baseMs.length === 0) return { quantiles: 'none', sides: 'both', from: 'raw' };
    this.plan = planQuantiles({
      windowSec: this.windowSec,
      baseMs: this.baseMs,
      requestsMs: this.requestsMs,
      buckets: this.buckets,
      destinationWorkloads: destinationCount(this.edges),
      recordingRules,
      current: this.plan,
    });
    const { mode, slices, share, sides } = this.plan;
    const whole = slices === 1 && share === 1;
    const slice = whole
      ? []
      : [...new Set([...rotationSlice(this.edges, this.plan, Math.floor(at.getTime() / 1000 / this.windowSec)), ...watched])];
    return {
      quantiles: whole ? 'all' : { workloads: slice },
      sides: sides === 'both' ? 'both' : { sourceOnly: sourceOnlyWorkloads(this.edges) },
      from: mode === 'recordingRules' ? 'recordingRules' : 'raw',
    };
  }

  took(cost: ReadCost, edges: readonly EdgeSample[]): void {
    const bucketsMs = (cost.byQuery.istioBuckets ?? 0) + (cost.byQuery.linkerdBuckets ?? 0);
    remember(this.baseMs, cost.prometheusMs - bucketsMs);
    remember(this.requestsMs, (cost.byQuery.istioRequests ?? 0) + (cost.byQuery.linkerdResponses ?? 0));
    if (this.plan && bucketsMs > 0) remember(this.buckets, { plan: this.plan, ms: bucketsMs });
    this.edges = edges;
  }
}

function remember<T>(list: T[], value: T): void {
  list.push(value);
  if (list.length > REMEMBERED) list.shift();
}
