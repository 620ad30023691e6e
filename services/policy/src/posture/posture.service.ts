/** Answers how well the mesh is covered, where it falls short of the rule sets, and who can reach whom. */
import { policySet, refText } from '@observatory/authz';
import { Injectable } from '@nestjs/common';
import type {
  ComplianceFinding,
  PolicyComplianceReply,
  PolicyComplianceRequest,
  PolicyCoverageReply,
  PolicyCoverageRequest,
  PolicyMatrixReply,
  PolicyMatrixRequest,
  PolicyReachReply,
  PolicyReachRequest,
} from '@observatory/contracts';
import { DomainError } from '@observatory/platform';
import { ClusterInputs } from '../clusters/cluster-inputs.service.js';
import { ClusterWatchService } from '../clusters/cluster-watch.service.js';
import { BUILT_IN_RULES, builtInFindings, type ComplianceInput } from '../domain/compliance.js';
import { namespaceCoverage } from '../domain/coverage.js';
import { EngineService } from '../engine/engine.service.js';
import { OpaService } from '../opa/opa.service.js';
import { CoverageService } from './coverage.service.js';

const FINDINGS_MAX = 5000;
const SEVERITIES: readonly ComplianceFinding['severity'][] = ['high', 'medium', 'low', 'info'];

@Injectable()
export class PostureService {
  constructor(
    private readonly watch: ClusterWatchService,
    private readonly inputs: ClusterInputs,
    private readonly coverage: CoverageService,
    private readonly engine: EngineService,
    private readonly opa: OpaService,
  ) {}

  async cover({ cluster, namespace }: PolicyCoverageRequest): Promise<PolicyCoverageReply> {
    const clusters = cluster === undefined ? this.watch.clusters() : [cluster];
    const parts = await Promise.all(clusters.map(async (name) => ({ name, kept: await this.coverage.of(name) })));
    const within = (of: { namespace: string }) => namespace === undefined || of.namespace === namespace;
    const days = parts.map(({ kept }) => kept.usageDays).filter((each) => each !== null);
    return {
      ...this.head(cluster),
      namespaces: parts
        .flatMap(({ name, kept }) => namespaceCoverage(name, kept.workloads, policySet(this.inputs.of(name).policies)))
        .filter(within),
      workloads: parts.flatMap(({ kept }) => kept.workloads).filter(within),
      unusedRules: parts.flatMap(({ kept }) => kept.unused).filter(({ policy }) => within(policy)),
      usage: {
        days: days.length === 0 ? null : Math.min(...days),
        detail: [...new Set(parts.map(({ kept }) => kept.usageDetail))].join('; '),
      },
    };
  }

  async comply({ cluster, namespace }: PolicyComplianceRequest): Promise<PolicyComplianceReply> {
    const clusters = cluster === undefined ? this.watch.clusters() : [cluster];
    const inputs = await Promise.all(clusters.map((name) => this.complianceInput(name)));
    const opa = await this.opa.findings(inputs.map(({ input }) => input));
    const all = [...inputs.flatMap(({ findings }) => findings), ...opa.findings].filter(
      ({ subject }) => namespace === undefined || subject.namespace === namespace,
    );
    const sorted = all.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
    const builtIn = BUILT_IN_RULES.map(({ id, title }) => ({ id, title }));
    const namespaces = (await this.cover({ cluster, namespace })).namespaces;
    return {
      ...this.head(cluster),
      ruleSets: [{ name: 'built-in', state: 'active', detail: `${builtIn.length} rules`, rules: builtIn }, opa.ruleSet],
      findings: sorted.slice(0, FINDINGS_MAX),
      findingsOmitted: Math.max(0, sorted.length - FINDINGS_MAX),
      namespaces: namespaces.map((of) => {
        const own = all.filter((finding) => finding.cluster === of.cluster && finding.subject.namespace === of.namespace);
        const count = (severity: ComplianceFinding['severity']) => own.filter((finding) => finding.severity === severity).length;
        return { ...of, high: count('high'), medium: count('medium'), low: count('low'), info: count('info') };
      }),
    };
  }

  async reach({ cluster: given, workload, identity }: PolicyReachRequest): Promise<PolicyReachReply> {
    const cluster = given ?? this.clusterOf(workload);
    const recording = (await this.coverage.recordingOf(cluster))?.recording;
    const asked = { ...(workload === undefined ? {} : { workload }), ...(identity === undefined ? {} : { identity }) };
    const answer = await this.engine.ask('reach', { cluster: this.inputs.of(cluster), recording, ...asked });
    if (!answer) throw new DomainError('resource/not-found', { message: 'There is no such workload' });
    return { ...this.head(cluster), ...answer };
  }

  async matrix({ cluster, source, target }: PolicyMatrixRequest): Promise<PolicyMatrixReply> {
    const recording = (await this.coverage.recordingOf(cluster))?.recording;
    const between = { ...(source === undefined ? {} : { source }), ...(target === undefined ? {} : { target }) };
    const answer = await this.engine.ask('reachMatrix', { cluster: this.inputs.of(cluster), recording, ...between });
    return { ...this.head(cluster), cluster, ...answer };
  }

  private async complianceInput(cluster: string): Promise<{ input: ComplianceInput; findings: ComplianceFinding[] }> {
    const { mesh, policies } = this.inputs.of(cluster);
    const { workloads, unused: unusedRules, diagnostics, selectingNothing } = await this.coverage.of(cluster);
    const entries = policySet(policies);
    const nothing = new Set(selectingNothing.map(refText));
    const input: ComplianceInput = { cluster, mesh, workloads, policies, unusedRules };
    const findings = builtInFindings({
      ...input,
      entries,
      diagnostics,
      selectingNothing: entries.filter((entry) => nothing.has(refText(entry))),
    });
    return { input, findings };
  }

  /** A node's id says its cluster; with one cluster there is no question. */
  private clusterOf(workload: string | undefined): string {
    const clusters = this.watch.clusters();
    const owner = workload === undefined ? undefined : clusters.find((name) => this.inputs.of(name).model.byId.has(workload));
    const found = owner ?? (clusters.length === 1 ? clusters[0] : undefined);
    if (found === undefined) throw new DomainError('request/invalid', { message: 'cluster: say which one' });
    return found;
  }

  private head(cluster: string | undefined) {
    return { generatedAt: new Date().toISOString(), sources: this.watch.freshness(cluster) };
  }
}
