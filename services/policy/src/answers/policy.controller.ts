/** The policy service's door on NATS. */
import { Controller } from '@nestjs/common';
import {
  POLICY_SUBJECTS,
  type PolicyComplianceRequest,
  type PolicyCoverageRequest,
  type PolicyDiffRequest,
  type PolicyFlowsRequest,
  type PolicyGetRequest,
  type PolicyListRequest,
  type PolicyMatrixRequest,
  type PolicyReachRequest,
  type PolicySimulateRequest,
  type PolicySuggestRequest,
  type PolicyValidateRequest,
  type PolicyVersionsRequest,
  type PolicyWhatIfRequest,
} from '@observatory/contracts';
import { Answers, Asked } from '@observatory/platform';
import { InventoryService } from '../inventory/inventory.service.js';
import { PostureService } from '../posture/posture.service.js';
import { ReplayService } from './replay.service.js';

@Controller()
export class PolicyController {
  constructor(
    private readonly inventory: InventoryService,
    private readonly replay: ReplayService,
    private readonly posture: PostureService,
  ) {}

  @Answers(POLICY_SUBJECTS.policyList)
  list(@Asked(POLICY_SUBJECTS.policyList) request: PolicyListRequest) {
    return this.inventory.list(request);
  }

  @Answers(POLICY_SUBJECTS.policyGet)
  get(@Asked(POLICY_SUBJECTS.policyGet) request: PolicyGetRequest) {
    return this.inventory.get(request);
  }

  @Answers(POLICY_SUBJECTS.versionList)
  versions(@Asked(POLICY_SUBJECTS.versionList) request: PolicyVersionsRequest) {
    return this.inventory.versions(request);
  }

  @Answers(POLICY_SUBJECTS.versionDiff)
  diff(@Asked(POLICY_SUBJECTS.versionDiff) request: PolicyDiffRequest) {
    return this.inventory.diff(request);
  }

  @Answers(POLICY_SUBJECTS.validate)
  validate(@Asked(POLICY_SUBJECTS.validate) request: PolicyValidateRequest) {
    return this.replay.validate(request);
  }

  @Answers(POLICY_SUBJECTS.simulate)
  simulate(@Asked(POLICY_SUBJECTS.simulate) request: PolicySimulateRequest) {
    return this.replay.simulate(request);
  }

  @Answers(POLICY_SUBJECTS.whatIf)
  whatIf(@Asked(POLICY_SUBJECTS.whatIf) request: PolicyWhatIfRequest) {
    return this.replay.whatIf(request);
  }

  @Answers(POLICY_SUBJECTS.suggest)
  suggest(@Asked(POLICY_SUBJECTS.suggest) request: PolicySuggestRequest) {
    return this.replay.suggest(request);
  }

  @Answers(POLICY_SUBJECTS.flowList)
  flows(@Asked(POLICY_SUBJECTS.flowList) request: PolicyFlowsRequest) {
    return this.replay.flows(request);
  }

  @Answers(POLICY_SUBJECTS.coverage)
  coverage(@Asked(POLICY_SUBJECTS.coverage) request: PolicyCoverageRequest) {
    return this.posture.cover(request);
  }

  @Answers(POLICY_SUBJECTS.compliance)
  compliance(@Asked(POLICY_SUBJECTS.compliance) request: PolicyComplianceRequest) {
    return this.posture.comply(request);
  }

  @Answers(POLICY_SUBJECTS.reach)
  reach(@Asked(POLICY_SUBJECTS.reach) request: PolicyReachRequest) {
    return this.posture.reach(request);
  }

  @Answers(POLICY_SUBJECTS.matrix)
  matrix(@Asked(POLICY_SUBJECTS.matrix) request: PolicyMatrixRequest) {
    return this.posture.matrix(request);
  }
}
