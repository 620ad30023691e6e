/** The metrics service's door on gRPC: the same answers as on NATS. */
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { EVENTS, edgeSeriesRequest, overviewRequest, timestamp, windowReadRequest, workloadSeriesRequest } from '@observatory/contracts';
import { EventBus, parseRequest } from '@observatory/platform';
import type { MetricsProto } from '@observatory/proto';
import { Observable } from 'rxjs';
import { closedToProto, headerToProto, nowToProto, pointsToProto, spanFromProto, windowToProto } from './metrics.mapper.js';
import { SeriesService } from './series.service.js';
import { WindowService } from './window.service.js';

const SERVICE = 'MetricsService';

@Controller()
export class MetricsGrpcController {
  constructor(
    private readonly windows: WindowService,
    private readonly series: SeriesService,
    private readonly events: EventBus,
  ) {}

  @GrpcMethod(SERVICE, 'ReadWindow')
  async readWindow({ limit, cursor, cluster, at, windowSec }: MetricsProto.ReadWindowRequest): Promise<MetricsProto.Window> {
    const optional = { ...(limit ? { limit } : {}), ...(cursor ? { cursor } : {}), ...(cluster ? { cluster } : {}) };
    return windowToProto(await this.windows.read(parseRequest(windowReadRequest, { at, windowSec, ...optional })));
  }

  @GrpcMethod(SERVICE, 'WatchWindows')
  watchWindows({ cluster, since }: MetricsProto.WatchWindowsRequest): Observable<MetricsProto.WindowClosed> {
    const start = since ? new Date(parseRequest(timestamp, since)) : new Date();
    return new Observable((subscriber) =>
      this.events.follow(EVENTS.windowClosed, start, (event) => {
        if (!cluster || event.cluster === cluster) subscriber.next(closedToProto(event));
      }),
    );
  }

  @GrpcMethod(SERVICE, 'GetOverview')
  async getOverview({ cluster, span }: MetricsProto.GetOverviewRequest): Promise<MetricsProto.Overview> {
    const reply = await this.series.overview(parseRequest(overviewRequest, { ...(cluster ? { cluster } : {}), ...spanFromProto(span) }));
    const namespaces = reply.namespaces.map(({ traffic, ...of }) => ({ ...of, traffic: pointsToProto(traffic) }));
    return { header: headerToProto(reply), now: nowToProto(reply.now), mesh: pointsToProto(reply.mesh), namespaces };
  }

  @GrpcMethod(SERVICE, 'GetWorkloadSeries')
  async getWorkloadSeries({ span, ...workload }: MetricsProto.GetWorkloadSeriesRequest): Promise<MetricsProto.WorkloadSeries> {
    const reply = await this.series.workload(parseRequest(workloadSeriesRequest, { ...workload, ...spanFromProto(span) }));
    return { header: headerToProto(reply), id: reply.id, inbound: pointsToProto(reply.in), outbound: pointsToProto(reply.out) };
  }

  @GrpcMethod(SERVICE, 'GetEdgeSeries')
  async getEdgeSeries({ edgeId, span }: MetricsProto.GetEdgeSeriesRequest): Promise<MetricsProto.EdgeSeries> {
    const reply = await this.series.edge(parseRequest(edgeSeriesRequest, { edgeId, ...spanFromProto(span) }));
    return { header: headerToProto(reply), id: reply.id, traffic: pointsToProto(reply.traffic) };
  }
}
