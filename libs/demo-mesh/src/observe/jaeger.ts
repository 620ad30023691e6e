/** Jaeger's query interface over simulated traces: services, operations, search, one trace. A fiftieth of what enters is traced. */
import type { Cluster } from '../model/cluster.js';
import type { Lane, Workload } from '../model/types.js';
import { hashText, mix } from '../traffic/random.js';
import { walkBack, type Recall } from './past.js';
import { requestsOf, type SimulatedRequest } from './requests.js';
import { readTraceId, traceIdOf, traceOf, type Span } from './trace.js';

const SAMPLED_ONE_IN = 50;
const LIMIT_DEFAULT = 20;
const LIMIT_MAX = 500;
const SCAN_LIMIT_SEC = 1800;
const SPAN_DEFAULT_SEC = 3600;

interface JaegerTrace {
  traceID: string;
  spans: JaegerSpan[];
  processes: Record<string, { serviceName: string; tags: { key: string; type: string; value: string }[] }>;
  warnings: null;
}

interface JaegerSpan {
  traceID: string;
  spanID: string;
  operationName: string;
  references: { refType: 'CHILD_OF'; traceID: string; spanID: string }[];
  startTime: number;
  duration: number;
  tags: { key: string; type: string; value: string | boolean }[];
  logs: never[];
  processID: string;
  warnings: null;
}

/** As Istio names services in traces by default. */
const serviceName = (workload: Workload): string => `${workload.app}.${workload.namespace}`;

const ERROR_STATUSES = new Set(['2', '4', '7', '13', '14', '15']);
const failed = ({ reply }: Span): boolean =>
  reply.code === '0' || Number(reply.code) >= 500 || (reply.grpcStatus !== undefined && ERROR_STATUSES.has(reply.grpcStatus));

function tagsOf(span: Span): JaegerSpan['tags'] {
  const text = (key: string, value: string) => ({ key, type: 'string', value });
  return [
    text('span.kind', span.kind),
    text('component', 'proxy'),
    text('http.method', span.method),
    text('http.url', span.url),
    text('http.status_code', span.reply.code),
    text('response_flags', span.reply.flags),
    ...(span.reply.grpcStatus === undefined ? [] : [text('grpc.status_code', span.reply.grpcStatus)]),
    text('peer.service', span.peer),
    text('istio.namespace', span.workload.namespace),
    text('istio.canonical_service', span.workload.app),
    text('istio.canonical_revision', span.workload.version ?? 'latest'),
    ...(failed(span) ? [{ key: 'error', type: 'bool', value: true }] : []),
  ];
}

function asJaeger(traceID: string, spans: readonly Span[]): JaegerTrace {
  const names = Array.from(new Set(spans.map(({ workload }) => serviceName(workload))));
  return {
    traceID,
    spans: spans.map((span) => ({
      traceID,
      spanID: span.spanId,
      operationName: span.operation,
      references: span.parentId ? [{ refType: 'CHILD_OF', traceID, spanID: span.parentId }] : [],
      startTime: Math.round(span.startMs * 1000),
      duration: Math.max(1, Math.round(span.durationMs * 1000)),
      tags: tagsOf(span),
      logs: [],
      processID: `p${names.indexOf(serviceName(span.workload)) + 1}`,
      warnings: null,
    })),
    processes: Object.fromEntries(names.map((name, index) => [`p${index + 1}`, { serviceName: name, tags: [] }])),
    warnings: null,
  };
}

/** `1.5s`, `200ms`, `300us` in milliseconds. */
export function jaegerDurationMs(text: string | null): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(us|µs|ms|s|m)$/.exec(text ?? '');
  return match
    ? Number(match[1]) * { us: 0.001, µs: 0.001, ms: 1, s: 1000, m: 60_000 }[match[2] as 'us' | 'µs' | 'ms' | 's' | 'm']
    : undefined;
}

const answer = (data: unknown[]): unknown => ({ data, total: data.length, limit: 0, offset: 0, errors: null });

export class Jaeger {
  private readonly entries: readonly Lane[];

  constructor(
    private readonly cluster: Cluster,
    private readonly recall: Recall,
  ) {
    this.entries = cluster.lanes.filter((lane) => lane.source.role === 'gateway' && lane.target?.mesh === 'istio');
  }

  services(): unknown {
    const traced = Array.from(this.cluster.workloads.values()).filter(({ mesh, namespace }) => mesh === 'istio' && namespace !== 'data');
    return answer(Array.from(new Set(traced.map(serviceName))).toSorted());
  }

  operations(service: string): unknown {
    const lanes = this.cluster.lanes.filter(
      ({ call, source, target }) => call.protocol !== 'tcp' && [source, target].some((end) => end && serviceName(end) === service),
    );
    return answer(Array.from(new Set(lanes.map(({ service: to, port }) => `${to.host}:${port}/*`))).toSorted());
  }

  trace(traceId: string): unknown {
    const place = readTraceId(this.cluster, traceId);
    const found = place && this.sampledAt(place.timeSec).find(({ lane, index }) => lane === place.lane && index === place.index);
    return found && answer([this.tell(found, place.timeSec)]);
  }

  async search(parameters: URLSearchParams): Promise<unknown> {
    const limit = Math.min(LIMIT_MAX, Number(parameters.get('limit')) || LIMIT_DEFAULT);
    const nowSec = Math.floor(Date.now() / 1000);
    const toSec = Math.min(nowSec, Math.ceil(Number(parameters.get('end')) / 1e6) || nowSec);
    const fromSec = Math.floor(Number(parameters.get('start')) / 1e6) || toSec - SPAN_DEFAULT_SEC;
    const wanted = traceFilter(parameters);
    const found: JaegerTrace[] = [];
    await walkBack({ fromSec, toSec, limit: SCAN_LIMIT_SEC }, (timeSec) => {
      for (const request of this.sampledAt(timeSec)) {
        const trace = this.tell(request, timeSec);
        if (found.length < limit && wanted(trace)) found.push(trace);
      }
      return found.length < limit;
    });
    return answer(found);
  }

  private sampledAt(timeSec: number): SimulatedRequest[] {
    const states = this.recall.stateAt(timeSec);
    const { seed } = this.recall;
    return this.entries.flatMap((lane) => {
      const state = states.get(lane.id);
      if (!state) return [];
      return requestsOf(this.cluster, state, { timeSec, seed }).filter(
        ({ index }) => mix(seed, hashText(lane.id), timeSec, index) % SAMPLED_ONE_IN === 0,
      );
    });
  }

  private tell(request: SimulatedRequest, timeSec: number): JaegerTrace {
    const traceId = traceIdOf(this.cluster, request, timeSec);
    return asJaeger(traceId, traceOf({ cluster: this.cluster, states: this.recall.stateAt(timeSec), traceId }, request));
  }
}

function traceFilter(parameters: URLSearchParams): (trace: JaegerTrace) => boolean {
  const service = parameters.get('service');
  const operation = parameters.get('operation');
  const minMs = jaegerDurationMs(parameters.get('minDuration')) ?? 0;
  const maxMs = jaegerDurationMs(parameters.get('maxDuration')) ?? Number.POSITIVE_INFINITY;
  const tags = Object.entries(JSON.parse(parameters.get('tags') ?? '{}') as Record<string, string>);
  return (trace) =>
    trace.spans.some((span) => {
      if (service && trace.processes[span.processID]?.serviceName !== service) return false;
      if (operation && span.operationName !== operation) return false;
      if (span.duration < minMs * 1000 || span.duration > maxMs * 1000) return false;
      return tags.every(([key, value]) => span.tags.some((tag) => tag.key === key && String(tag.value) === value));
    });
}
