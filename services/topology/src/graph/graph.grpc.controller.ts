/** The topology service's door on gRPC: the same answers as on NATS. */
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { topologyDiffQuery, topologyExportRequest, topologyQuery } from '@observatory/contracts';
import { parseRequest } from '@observatory/platform';
import { sourcesToProto, type TopologyProto } from '@observatory/proto';
import { map, type Observable } from 'rxjs';
import { ClustersService } from '../clusters/clusters.service.js';
import { DeltaService } from '../deltas/delta.service.js';
import { clusterToProto, deltaToProto, diffToProto, queryFromProto, topologyToProto } from './graph.mapper.js';
import { GraphService } from './graph.service.js';

const SERVICE = 'TopologyService';

@Controller()
export class GraphGrpcController {
  constructor(
    private readonly graphs: GraphService,
    private readonly clusters: ClustersService,
    private readonly deltas: DeltaService,
  ) {}

  @GrpcMethod(SERVICE, 'GetTopology')
  async getTopology(request: TopologyProto.GetTopologyRequest): Promise<TopologyProto.Topology> {
    return topologyToProto(await this.graphs.get(parseRequest(topologyQuery, queryFromProto(request))));
  }

  @GrpcMethod(SERVICE, 'DiffTopology')
  async diffTopology(request: TopologyProto.DiffTopologyRequest): Promise<TopologyProto.TopologyDiff> {
    const { from, to } = request;
    return diffToProto(await this.graphs.diff(parseRequest(topologyDiffQuery, { ...queryFromProto(request), from, to })));
  }

  @GrpcMethod(SERVICE, 'ExportTopology')
  exportTopology(request: TopologyProto.ExportTopologyRequest): Promise<TopologyProto.ExportTopologyResponse> {
    const format = request.format ? { format: request.format } : {};
    return this.graphs.export(parseRequest(topologyExportRequest, { ...queryFromProto(request.topology ?? {}), ...format }));
  }

  @GrpcMethod(SERVICE, 'ListClusters')
  async listClusters(): Promise<TopologyProto.ListClustersResponse> {
    const { generatedAt, sources, clusters } = await this.clusters.list();
    return { generatedAt, sources: sourcesToProto(sources), clusters: clusters.map(clusterToProto) };
  }

  @GrpcMethod(SERVICE, 'WatchTopology')
  watchTopology(): Observable<TopologyProto.TopologyDelta> {
    return this.deltas.watch().pipe(map(deltaToProto));
  }
}
