/** Answers what a policy would do: checked, tried on requests, replayed over recorded traffic, or suggested from it. */
import { Injectable } from '@nestjs/common';
import type {
  FlowCoverage,
  PolicyFlowsReply,
  PolicyFlowsRequest,
  PolicySimulateReply,
  PolicySimulateRequest,
  PolicySuggestReply,
  PolicySuggestRequest,
  PolicyValidateReply,
  PolicyValidateRequest,
  PolicyWhatIfReply,
  PolicyWhatIfRequest,
} from '@observatory/contracts';
import { ClusterInputs } from '../clusters/cluster-inputs.service.js';
import { ClusterWatchService } from '../clusters/cluster-watch.service.js';
import { DEFAULT_MESH } from '@observatory/authz';
import type { Known } from '../engine/jobs.js';
import { EngineService } from '../engine/engine.service.js';
import { RecordingService, type CoveredRecording } from '../flows/recording.service.js';

@Injectable()
export class ReplayService {
  constructor(
    private readonly watch: ClusterWatchService,
    private readonly inputs: ClusterInputs,
    private readonly engine: EngineService,
    private readonly recordings: RecordingService,
  ) {}

  async validate({ policies, cluster }: PolicyValidateRequest): Promise<PolicyValidateReply> {
    const live = cluster === undefined ? {} : { cluster: this.inputs.of(cluster) };
    const answer = await this.engine.ask('validate', { policies, ...live });
    const sources = cluster === undefined ? [] : this.watch.freshness(cluster);
    return { generatedAt: new Date().toISOString(), sources, ...answer };
  }

  async simulate({ mesh, includeCluster, ...request }: PolicySimulateRequest): Promise<PolicySimulateReply> {
    const cluster = includeCluster === undefined ? undefined : this.inputs.of(includeCluster);
    const defaults = cluster?.mesh ?? {
      ...DEFAULT_MESH,
      trustDomainAliases: [...DEFAULT_MESH.trustDomainAliases],
      extensionProviders: [...DEFAULT_MESH.extensionProviders],
    };
    const given = Object.fromEntries(Object.entries(mesh ?? {}).filter(([, value]) => value !== undefined));
    return this.engine.ask('simulate', { ...request, mesh: { ...defaults, ...given }, ...(cluster ? { cluster } : {}) });
  }

  async whatIf({ cluster, changes, ...span }: PolicyWhatIfRequest): Promise<PolicyWhatIfReply> {
    const input = this.inputs.of(cluster);
    const covered = await this.recordings.get(cluster, span);
    const { known, ...answer } = await this.engine.ask('whatIf', { cluster: input, recording: covered.recording, changes });
    return { ...this.head(cluster, covered), cluster, coverage: coverageOf(covered, known), ...answer };
  }

  async suggest({ cluster, from, to, ...options }: PolicySuggestRequest): Promise<PolicySuggestReply> {
    const input = this.inputs.of(cluster);
    const covered = await this.recordings.get(cluster, { from, to });
    const { known, ...answer } = await this.engine.ask('suggestPolicies', { cluster: input, recording: covered.recording, options });
    return { ...this.head(cluster, covered), cluster, coverage: coverageOf(covered, known), ...answer };
  }

  async flows({ cluster, from, to, workload, limit }: PolicyFlowsRequest): Promise<PolicyFlowsReply> {
    const input = this.inputs.of(cluster);
    const covered = await this.recordings.get(cluster, { from, to });
    const asked = { cluster: input, recording: covered.recording, limit, ...(workload === undefined ? {} : { workload }) };
    const { known, ...answer } = await this.engine.ask('listFlows', asked);
    return { ...this.head(cluster, covered), coverage: coverageOf(covered, known), ...answer };
  }

  private head(cluster: string, { sources }: CoveredRecording) {
    return { generatedAt: new Date().toISOString(), sources: [...this.watch.freshness(cluster), ...sources] };
  }
}

const coverageOf = ({ coverage }: CoveredRecording, known: Known): FlowCoverage => ({ ...coverage, ...known });
