/** Answers which policies there are, what one says, and how it came to be so. */
import { Decider, entryOf, policySet, refText, type PolicyEntry } from '@observatory/authz';
import { Injectable } from '@nestjs/common';
import type {
  PolicyDiffReply,
  PolicyDiffRequest,
  PolicyGetReply,
  PolicyGetRequest,
  PolicyListReply,
  PolicyListRequest,
  PolicySummary,
  PolicyVersionsReply,
  PolicyVersionsRequest,
  SourceFreshness,
} from '@observatory/contracts';
import { DomainError } from '@observatory/platform';
import { parse } from 'yaml';
import { ClusterInputs } from '../clusters/cluster-inputs.service.js';
import { ClusterWatchService } from '../clusters/cluster-watch.service.js';
import { actionOf, describe, scopeOf } from '../domain/describe.js';
import type { ClusterFacts, PolicyFact } from '../domain/kube-facts.js';
import { selectedWorkloads } from '../domain/mesh-checks.js';
import { diffOf, yamlOf } from '../domain/version-diff.js';
import { CoverageService, type KeptCoverage } from '../posture/coverage.service.js';
import { VersionKeeper } from './version-keeper.service.js';
import { VersionRepository, type LatestVersion } from './version.repository.js';

const VERSIONS_ALL = 2_147_483_647;

@Injectable()
export class InventoryService {
  constructor(
    private readonly watch: ClusterWatchService,
    private readonly inputs: ClusterInputs,
    private readonly keeper: VersionKeeper,
    private readonly repository: VersionRepository,
    private readonly coverage: CoverageService,
  ) {}

  async list(request: PolicyListRequest): Promise<PolicyListReply> {
    const { cluster, namespace, kind, limit, cursor } = request;
    const wanted = (policy: { namespace: string; kind: string }) =>
      (namespace === undefined || policy.namespace === namespace) && (kind === undefined || policy.kind === kind);
    const live = await Promise.all(this.watch.all(cluster).map((facts) => this.summaries(facts)));
    const gone = request.deleted ? this.keeper.deleted(cluster).flatMap((version) => goneSummary(version) ?? []) : [];
    const all = [...live.flat(), ...gone].filter(wanted).toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
    const rest = cursor === undefined ? all : all.filter((policy) => placeOf(policy) > cursor);
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    return {
      generatedAt: new Date().toISOString(),
      sources: this.sources(cluster),
      policies: page,
      kinds: this.watch.kinds(cluster),
      ...(rest.length > limit && last ? { nextCursor: placeOf(last) } : {}),
    };
  }

  async get(request: PolicyGetRequest): Promise<PolicyGetReply> {
    const { cluster, kind, namespace, name } = request;
    const facts = this.watch.facts(cluster);
    const fact = facts.policies.find((policy) => policy.kind === kind && policy.namespace === namespace && policy.name === name);
    const entry = fact && entryOf(fact.object);
    if (!fact || !entry) return this.gone(request);
    const input = this.inputs.of(cluster);
    const decider = new Decider(policySet(input.policies), input.mesh);
    const coverage = await this.coverage.of(cluster);
    const uses = coverage.uses.filter((use) => refText(use.policy) === refText(entry));
    return {
      generatedAt: new Date().toISOString(),
      sources: this.sources(cluster),
      policy: this.summaryOf(fact, entry, { cluster, coverage }),
      yaml: yamlOf(fact.object),
      object: { ...fact.object },
      words: describe(entry, input.mesh.rootNamespace),
      workloads: selectedWorkloads(entry, { model: input.model, decider })?.map(({ ref }) => ref) ?? null,
      diagnostics: coverage.diagnostics.filter(({ policy }) => policy === refText(entry)),
      rules: (entry.authorization?.rules ?? []).map((_, rule) => {
        const use = uses.find((each) => each.rule === rule);
        const at = use?.lastMatchedAt === undefined ? {} : { lastMatchedAt: use.lastMatchedAt };
        return { rule, path: `spec.rules[${rule}]`, flowsMatched: use?.flowsMatched ?? null, ...at };
      }),
      usageDays: Math.round(coverage.usageDays ?? 0),
    };
  }

  async versions({ limit, cursor, ...key }: PolicyVersionsRequest): Promise<PolicyVersionsReply> {
    const before = cursor === undefined ? VERSIONS_ALL : Number(cursor);
    if (!Number.isInteger(before)) throw new DomainError('request/invalid', { message: 'cursor: not one that we gave' });
    const found = await this.repository.list(key, { before, limit: limit + 1 });
    if (found.length === 0 && cursor === undefined) throw notFound(key);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      generatedAt: new Date().toISOString(),
      versions: page.map(versionOnly),
      ...(found.length > limit && last ? { nextCursor: String(last.version) } : {}),
    };
  }

  async diff({ from, to, ...key }: PolicyDiffRequest): Promise<PolicyDiffReply> {
    const [before, after] = await Promise.all([this.repository.get(key, from), this.repository.get(key, to)]);
    if (!before || !after) throw notFound(key);
    const { diff } = diffOf(before.yaml, after.yaml, { before: `version ${from}`, after: `version ${to}` });
    return {
      generatedAt: new Date().toISOString(),
      from: versionOnly(before),
      to: versionOnly(after),
      fromYaml: before.yaml,
      toYaml: after.yaml,
      diff,
    };
  }

  sources(cluster?: string): SourceFreshness[] {
    return this.watch.freshness(cluster);
  }

  private async summaries(facts: ClusterFacts): Promise<PolicySummary[]> {
    const coverage = await this.coverage.of(facts.cluster);
    return facts.policies.flatMap((fact) => {
      const entry = entryOf(fact.object);
      return entry ? [this.summaryOf(fact, entry, { cluster: facts.cluster, coverage })] : [];
    });
  }

  private summaryOf(
    fact: PolicyFact,
    entry: PolicyEntry,
    { cluster, coverage }: { cluster: string; coverage: KeptCoverage },
  ): PolicySummary {
    const { kind, namespace, name } = entry;
    const rootNamespace = this.watch.facts(cluster).rootNamespace;
    const stored = this.keeper.latest({ cluster, kind, namespace, name });
    const own = coverage.diagnostics.filter(({ policy }) => policy === refText(entry));
    const action = actionOf(entry);
    return {
      cluster,
      kind,
      namespace,
      name,
      apiVersion: fact.object.apiVersion,
      ...(action === undefined ? {} : { action }),
      dryRun: entry.authorization?.dryRun ?? false,
      scope: scopeOf(entry, rootNamespace),
      rules: entry.authorization?.rules.length ?? 0,
      selects: coverage.selected[refText(entry)] ?? null,
      problems: {
        errors: own.filter(({ severity }) => severity === 'error').length,
        warnings: own.filter(({ severity }) => severity === 'warning').length,
      },
      words: describe(entry, rootNamespace)[0] ?? '',
      ...(stored && stored.change !== 'deleted' ? { version: stored.version, seenAt: stored.seenAt } : {}),
      ...(fact.createdAt === undefined ? {} : { createdAt: fact.createdAt }),
      ...(fact.changedBy === undefined ? {} : { changedBy: fact.changedBy }),
    };
  }

  /** What is not there any more can still be read, as it was last. */
  private gone({ cluster, kind, namespace, name }: PolicyGetRequest): PolicyGetReply {
    const stored = this.keeper.latest({ cluster, kind, namespace, name });
    const summary = stored?.change === 'deleted' ? goneSummary(stored) : undefined;
    const entry = stored && entryOf(parse(stored.yaml));
    if (!stored || !summary || !entry) throw notFound({ kind, namespace, name });
    return {
      generatedAt: new Date().toISOString(),
      sources: this.sources(cluster),
      policy: summary,
      yaml: stored.yaml,
      object: { ...entry.object },
      words: describe(entry),
      workloads: [],
      diagnostics: [],
      rules: [],
      usageDays: 0,
    };
  }
}

const placeOf = ({ cluster, kind, namespace, name }: PolicySummary): string => `${cluster}/${namespace}/${name}/${kind}`;
const notFound = ({ kind, namespace, name }: { kind: string; namespace: string; name: string }): DomainError =>
  new DomainError('resource/not-found', { message: `There is no ${kind} ${namespace}/${name}` });

function versionOnly({
  version,
  change,
  seenAt,
  changedBy,
  changedAt,
  linesAdded,
  linesRemoved,
  diff,
}: PolicyVersionsReply['versions'][number]) {
  const by = changedBy === undefined ? {} : { changedBy };
  return { version, change, seenAt, ...by, ...(changedAt === undefined ? {} : { changedAt }), linesAdded, linesRemoved, diff };
}

function goneSummary({ cluster, kind, namespace, name, version, yaml, seenAt }: LatestVersion): PolicySummary | undefined {
  const entry = entryOf(parse(yaml));
  if (!entry) return undefined;
  const action = actionOf(entry);
  return {
    cluster,
    kind,
    namespace,
    name,
    apiVersion: entry.object.apiVersion,
    ...(action === undefined ? {} : { action }),
    dryRun: entry.authorization?.dryRun ?? false,
    scope: scopeOf(entry, 'istio-system'),
    rules: entry.authorization?.rules.length ?? 0,
    selects: 0,
    problems: { errors: 0, warnings: 0 },
    words: describe(entry)[0] ?? '',
    version,
    seenAt,
    deletedAt: seenAt,
  };
}
