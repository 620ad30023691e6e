/** The graph's door on NATS. */
import { Controller } from '@nestjs/common';
import {
  TOPOLOGY_SUBJECTS,
  type TopologyDiff,
  type TopologyDiffQuery,
  type TopologyExportReply,
  type TopologyExportRequest,
  type TopologyQuery,
} from '@observatory/contracts';
import { Answers, Asked, JsonBytes } from '@observatory/platform';
import { GraphService } from './graph.service.js';

@Controller()
export class GraphController {
  constructor(private readonly graphs: GraphService) {}

  @Answers(TOPOLOGY_SUBJECTS.graphGet)
  get(@Asked(TOPOLOGY_SUBJECTS.graphGet) query: TopologyQuery): Promise<JsonBytes> {
    return this.graphs.getBytes(query);
  }

  @Answers(TOPOLOGY_SUBJECTS.graphDiff)
  diff(@Asked(TOPOLOGY_SUBJECTS.graphDiff) query: TopologyDiffQuery): Promise<TopologyDiff> {
    return this.graphs.diff(query);
  }

  @Answers(TOPOLOGY_SUBJECTS.graphExport)
  export(@Asked(TOPOLOGY_SUBJECTS.graphExport) request: TopologyExportRequest): Promise<TopologyExportReply> {
    return this.graphs.export(request);
  }
}
