/** The policy service's door on gRPC: the same answers as on NATS. */
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import {
  EVENTS,
  policyListRequest,
  policySimulateRequest,
  policyValidateRequest,
  policyVersionsRequest,
  policyWhatIfRequest,
  timestamp,
} from '@observatory/contracts';
import { EventBus, parseRequest } from '@observatory/platform';
import type { PolicyProto } from '@observatory/proto';
import { Observable } from 'rxjs';
import { InventoryService } from '../inventory/inventory.service.js';
import {
  changedToProto,
  decisionToProto,
  diagnosticToProto,
  listToProto,
  requestFromProto,
  said,
  versionToProto,
  whatIfToProto,
} from './policy.mapper.js';
import { ReplayService } from './replay.service.js';

const SERVICE = 'PolicyService';

@Controller()
export class PolicyGrpcController {
  constructor(
    private readonly inventory: InventoryService,
    private readonly replay: ReplayService,
    private readonly events: EventBus,
  ) {}

  @GrpcMethod(SERVICE, 'ListPolicies')
  async listPolicies(request: PolicyProto.ListPoliciesRequest): Promise<PolicyProto.ListPoliciesResponse> {
    return listToProto(await this.inventory.list(parseRequest(policyListRequest, said({ ...request }))));
  }

  @GrpcMethod(SERVICE, 'ListVersions')
  async listVersions({ cluster, ref, limit, cursor }: PolicyProto.ListVersionsRequest): Promise<PolicyProto.ListVersionsResponse> {
    const asked = parseRequest(policyVersionsRequest, { cluster, ...ref, ...said({ limit, cursor }) });
    const { generatedAt, versions, nextCursor } = await this.inventory.versions(asked);
    return { generatedAt, versions: versions.map(versionToProto), nextCursor };
  }

  @GrpcMethod(SERVICE, 'Validate')
  async validate({ policies, cluster }: PolicyProto.ValidateRequest): Promise<PolicyProto.ValidateResponse> {
    const reply = await this.replay.validate(parseRequest(policyValidateRequest, { policies, ...said({ cluster }) }));
    return { generatedAt: reply.generatedAt, diagnostics: reply.diagnostics.map(diagnosticToProto), omitted: reply.omitted };
  }

  @GrpcMethod(SERVICE, 'Simulate')
  async simulate({ policies, includeCluster, workload, requests }: PolicyProto.SimulateRequest): Promise<PolicyProto.SimulateResponse> {
    const asked = {
      policies,
      ...said({ includeCluster }),
      workload: workload && {
        ...said({ serviceAccount: workload.serviceAccount }),
        namespace: workload.namespace,
        labels: workload.labels,
        waypoint: workload.waypoint,
      },
      requests: requests.map(requestFromProto),
    };
    const { results, diagnostics } = await this.replay.simulate(parseRequest(policySimulateRequest, asked));
    return { results: results.map(decisionToProto), diagnostics: diagnostics.map(diagnosticToProto) };
  }

  @GrpcMethod(SERVICE, 'WhatIf')
  async whatIf({ cluster, apply, delete: remove, from, to }: PolicyProto.WhatIfRequest): Promise<PolicyProto.WhatIfResponse> {
    const asked = { cluster, changes: { apply, delete: remove }, ...said({ from, to }) };
    return whatIfToProto(await this.replay.whatIf(parseRequest(policyWhatIfRequest, asked)));
  }

  @GrpcMethod(SERVICE, 'WatchPolicies')
  watchPolicies({ cluster, since }: PolicyProto.WatchPoliciesRequest): Observable<PolicyProto.PolicyChanged> {
    const start = since ? new Date(parseRequest(timestamp, since)) : new Date();
    return new Observable((subscriber) =>
      this.events.follow(EVENTS.policyChanged, start, (event) => {
        if (!cluster || event.cluster === cluster) subscriber.next(changedToProto(event));
      }),
    );
  }
}
