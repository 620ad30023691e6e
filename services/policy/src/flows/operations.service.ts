/** Operations from access logs in Loki: a sample of the newest lines of servers' proxies. Away or absent is a state, never an error. */
import { Injectable } from '@nestjs/common';
import type { FlowCoverage } from '@observatory/contracts';
import { z } from 'zod';
import { ClusterWatchService } from '../clusters/cluster-watch.service.js';
import { operationOfLine, workloadOfPod } from '../domain/access-log.js';
import type { SeenOperation } from '../domain/operations.js';

const LOOK_BACK_SEC = 900;
const LINES_MAX = 5000;
const WITHIN_MS = 5000;
const QUERY = '{container="istio-proxy"} |= `inbound`';

const lokiReply = z.object({
  data: z.object({
    result: z.array(z.object({ stream: z.record(z.string(), z.string()), values: z.array(z.tuple([z.string(), z.string()])) })),
  }),
});

export interface OperationsAnswer {
  readonly seen: readonly SeenOperation[];
  readonly states: FlowCoverage['operations'];
}

@Injectable()
export class OperationsService {
  constructor(private readonly watch: ClusterWatchService) {}

  async read(cluster: string): Promise<OperationsAnswer> {
    const config = this.watch.configOf(cluster);
    const traces = { source: 'trace' as const, state: 'off' as const, detail: 'traces are not read for operations' };
    if (!config?.loki)
      return { seen: [], states: [{ source: 'access-log', state: 'off', detail: 'no Loki is configured for this cluster' }, traces] };
    try {
      const seen = await this.fromLoki(config.loki.url);
      const detail = `${seen.length} requests of the last ${LOOK_BACK_SEC / 60} minutes stand for the whole span`;
      return { seen, states: [{ source: 'access-log', state: 'used', detail }, traces] };
    } catch (thrown) {
      return { seen: [], states: [{ source: 'access-log', state: 'down', detail: `Loki: ${(thrown as Error).message}` }, traces] };
    }
  }

  private async fromLoki(base: string): Promise<SeenOperation[]> {
    const end = Math.floor(Date.now() / 1000);
    const parameters = new URLSearchParams({
      query: QUERY,
      limit: String(LINES_MAX),
      start: String(end - LOOK_BACK_SEC),
      end: String(end),
    });
    const response = await fetch(`${base.replace(/\/+$/, '')}/loki/api/v1/query_range?${parameters.toString()}`, {
      signal: AbortSignal.timeout(WITHIN_MS),
    });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const { data } = lokiReply.parse(await response.json());
    return data.result.flatMap(({ stream, values }) => {
      const { namespace, pod } = stream;
      if (namespace === undefined || pod === undefined) return [];
      const workload = workloadOfPod(pod);
      return values.flatMap(([, line]) => operationOfLine({ namespace, workload, line }) ?? []);
    });
  }
}
