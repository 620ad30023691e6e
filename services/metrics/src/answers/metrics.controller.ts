/** The metrics service's door on NATS. */
import { Controller } from '@nestjs/common';
import {
  METRICS_SUBJECTS,
  type EdgeSeriesReply,
  type EdgeSeriesRequest,
  type FlowListReply,
  type FlowListRequest,
  type OverviewReply,
  type OverviewRequest,
  type WindowReadReply,
  type WindowReadRequest,
  type WorkloadSeriesReply,
  type WorkloadSeriesRequest,
} from '@observatory/contracts';
import { Answers, Asked } from '@observatory/platform';
import { FlowService } from './flow.service.js';
import { SeriesService } from './series.service.js';
import { WindowService } from './window.service.js';

@Controller()
export class MetricsController {
  constructor(
    private readonly windows: WindowService,
    private readonly series: SeriesService,
    private readonly flows: FlowService,
  ) {}

  @Answers(METRICS_SUBJECTS.windowRead)
  readWindow(@Asked(METRICS_SUBJECTS.windowRead) request: WindowReadRequest): Promise<WindowReadReply> {
    return this.windows.read(request);
  }

  @Answers(METRICS_SUBJECTS.workloadSeries)
  workload(@Asked(METRICS_SUBJECTS.workloadSeries) request: WorkloadSeriesRequest): Promise<WorkloadSeriesReply> {
    return this.series.workload(request);
  }

  @Answers(METRICS_SUBJECTS.edgeSeries)
  edge(@Asked(METRICS_SUBJECTS.edgeSeries) request: EdgeSeriesRequest): Promise<EdgeSeriesReply> {
    return this.series.edge(request);
  }

  @Answers(METRICS_SUBJECTS.overviewGet)
  overview(@Asked(METRICS_SUBJECTS.overviewGet) request: OverviewRequest): Promise<OverviewReply> {
    return this.series.overview(request);
  }

  @Answers(METRICS_SUBJECTS.flowList)
  listFlows(@Asked(METRICS_SUBJECTS.flowList) request: FlowListRequest): Promise<FlowListReply> {
    return this.flows.list(request);
  }
}
