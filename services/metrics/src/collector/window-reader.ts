/** Reads one window of one source from its Prometheus: asks, adapts, and knows what it cost. */
import {
  adaptWindow,
  vectorsByTime,
  windowQueries,
  type PromSeries,
  type QuantileScope,
  type QueriedMesh,
  type QueryName,
  type ReportingSides,
  type TelemetryProblem,
  type WindowQuery,
  type WindowVectors,
} from '@observatory/mesh';
import type { EdgeSample } from '@observatory/contracts';
import type { PrometheusClient } from '@observatory/platform';
import { canonicalWindow } from '../domain/canonical-sample.js';

/** Prometheus evaluates a query on one core; the second one keeps it busy while we read an answer. */
const CONCURRENT_QUERIES = 2;

export interface ReadOptions {
  cluster: string;
  selector: string | undefined;
  meshes: readonly QueriedMesh[];
  rateWindowSec: number;
  quantiles: QuantileScope;
  sides: ReportingSides;
  from: 'raw' | 'recordingRules';
}

export interface ReadWindow {
  at: Date;
  edges: EdgeSample[];
  problems: TelemetryProblem[];
}

export interface ReadCost {
  queries: number;
  rows: number;
  /** Sum over the queries: what Prometheus worked, and we waited. */
  prometheusMs: number;
  byQuery: Partial<Record<QueryName, number>>;
  warnings: string[];
  notFinite: number;
}

export class WindowReader {
  constructor(private readonly client: PrometheusClient) {}

  /** Rejects when any query but those for quantiles fails: half a window would look like a whole one. */
  async read(at: Date, options: ReadOptions): Promise<{ window: ReadWindow; cost: ReadCost }> {
    const vectors: WindowVectors = {};
    const cost = await this.ask(windowQueries(options), async ({ name, promql }) => {
      const answer = await this.client.vector(promql, at);
      vectors[name] = answer.rows;
      return answer;
    });
    return { window: adapted(at, vectors, options), cost };
  }

  /** Several windows at once, `stepSec` apart, the last one at `end`; oldest first. */
  async readRange(
    span: { start: Date; end: Date; stepSec: number },
    options: ReadOptions,
  ): Promise<{ windows: ReadWindow[]; cost: ReadCost }> {
    const answers: Partial<Record<QueryName, Iterable<PromSeries>>> = {};
    const cost = await this.ask(windowQueries(options), async ({ name, promql }) => {
      const answer = await this.client.range(promql, span);
      answers[name] = answer.rows;
      return answer;
    });
    const byTime = vectorsByTime(answers);
    const windows: ReadWindow[] = [];
    for (let at = span.start.getTime(); at <= span.end.getTime(); at += span.stepSec * 1000) {
      windows.push(adapted(new Date(at), byTime.get(at) ?? {}, options));
      byTime.delete(at);
    }
    return { windows, cost };
  }

  private async ask(queries: readonly WindowQuery[], run: (query: WindowQuery) => Promise<Answered>): Promise<ReadCost> {
    const cost: ReadCost = { queries: queries.length, rows: 0, prometheusMs: 0, byQuery: {}, warnings: [], notFinite: 0 };
    const waiting = [...queries];
    const worker = async () => {
      for (let query = waiting.shift(); query; query = waiting.shift()) {
        try {
          const answer = await run(query);
          cost.rows += answer.rows.length;
          cost.notFinite += answer.notFinite;
          cost.warnings.push(...answer.warnings);
          cost.byQuery[query.name] = answer.elapsedMs;
          cost.prometheusMs += answer.elapsedMs;
        } catch (thrown) {
          if (!query.name.endsWith('Buckets')) throw thrown;
          cost.warnings.push(`quantiles were not read: ${(thrown as Error).message}`);
        }
      }
    };
    await Promise.all(Array.from({ length: CONCURRENT_QUERIES }, worker));
    return cost;
  }
}

interface Answered {
  rows: { readonly length: number };
  notFinite: number;
  warnings: string[];
  elapsedMs: number;
}

function adapted(at: Date, vectors: WindowVectors, { cluster, rateWindowSec: rateSec }: ReadOptions): ReadWindow {
  const { edges, problems } = adaptWindow(vectors, { cluster, at: at.toISOString(), rateWindowSec: rateSec });
  return { at, edges: canonicalWindow(edges), problems };
}
