/**
 * The questions that take long, as functions of values: what the worker thread runs. Cluster and flows come with the question, so that
 * a worker holds nothing between two of them. Invariant: no clock, no IO; the same question has the same answer.
 */
import {
  Decider,
  together,
  changedSet,
  policySet,
  refOf,
  refText,
  type PolicyEntry,
  diagnosticsOf,
  readPolicies,
  type PolicyObject,
  type Enforcer,
} from '@observatory/authz';
import type {
  FlowListReply,
  MatrixCell,
  PolicyChanges,
  PolicyDiagnostic,
  PolicyFlow,
  PolicyMesh,
  PolicyRef,
  PolicySimulateRequest,
  PolicySource,
  PolicySuggestion,
  PolicySuggestRequest,
  PolicyWorkload,
  ReachEntry,
  ReachVerdict,
  RequestDecision,
  UnusedRule,
  WorkloadCoverage,
} from '@observatory/contracts';
import { describe } from '../domain/describe.js';
import { ruleUses, unusedRules, workloadCoverage, type RuleUse } from '../domain/coverage.js';
import { meshDiagnostics, selectedWorkloads } from '../domain/mesh-checks.js';
import type { MeshModel } from '../domain/mesh-model.js';
import { Operations, type SeenOperation } from '../domain/operations.js';
import { replayFlows, type ReplayFlow } from '../domain/policy-flows.js';
import { isEndpoint, matrix, Reach } from '../domain/reach.js';
import { replay, type Replay } from '../domain/replay.js';
import { suggest } from '../domain/suggest.js';

/** One cluster as it is now. */
export interface ClusterInput {
  readonly model: MeshModel;
  readonly mesh: PolicyMesh;
  readonly policies: readonly PolicyObject[];
  readonly serviceAccounts: readonly string[];
}
export interface Recording {
  readonly flows: FlowListReply['flows'];
  readonly operations: readonly SeenOperation[];
}

const DIAGNOSTICS_MAX = 2000;
const ENTRIES_MAX = 20_000;
const PAIRS_MAX = 250_000;

function bounded(diagnostics: readonly PolicyDiagnostic[]): PolicyDiagnostic[] {
  const rank = { error: 0, warning: 1, info: 2 };
  return diagnostics.toSorted((a, b) => rank[a.severity] - rank[b.severity]).slice(0, DIAGNOSTICS_MAX);
}

function flowsOf(cluster: ClusterInput, recording: Recording): ReplayFlow[] {
  const operations = new Operations();
  for (const operation of recording.operations) operations.add(operation);
  return replayFlows(recording.flows, cluster.model, operations);
}

export interface ValidateInput {
  readonly policies: PolicySource;
  readonly cluster?: ClusterInput;
}
export interface Validation {
  readonly policies: { kind: PolicyRef['kind']; namespace: string; name: string; words: string[] }[];
  readonly diagnostics: PolicyDiagnostic[];
  readonly omitted: number;
}

function diagnose(entries: readonly PolicyEntry[], cluster: ClusterInput | undefined): PolicyDiagnostic[] {
  const found: PolicyDiagnostic[] = [];
  if (!cluster) return found;
  const decider = new Decider(changedSet(policySet(cluster.policies), entries, []), cluster.mesh);
  const known = { model: cluster.model, decider, serviceAccounts: new Set(cluster.serviceAccounts) };
  for (const entry of entries) found.push(...meshDiagnostics(entry, known));
  return found;
}

function placed(diagnostics: readonly PolicyDiagnostic[], place: ReturnType<typeof readPolicies>['place']): PolicyDiagnostic[] {
  return diagnostics.map((diagnostic) =>
    diagnostic.line === undefined ? { ...diagnostic, ...place(diagnostic.policy, diagnostic.path) } : diagnostic,
  );
}

export function validate({ policies, cluster }: ValidateInput): Validation {
  const read = readPolicies(policies);
  const all = [...read.diagnostics, ...placed(diagnose(read.entries, cluster), read.place)];
  return {
    policies: read.entries.map((entry) => ({ ...refOf(entry), words: describe(entry, cluster?.mesh.rootNamespace) })),
    diagnostics: bounded(all),
    omitted: Math.max(0, all.length - DIAGNOSTICS_MAX),
  };
}

export interface SimulateInput extends Pick<PolicySimulateRequest, 'policies' | 'workload' | 'requests' | 'layers'> {
  readonly mesh: PolicyMesh;
  readonly cluster?: ClusterInput;
}

export function simulate({ policies, workload, requests, layers, mesh, cluster }: SimulateInput): {
  results: RequestDecision[];
  diagnostics: PolicyDiagnostic[];
} {
  const read = readPolicies(policies, { namespace: workload.namespace });
  const set = changedSet(policySet(cluster?.policies ?? []), read.entries, []);
  const decider = new Decider(set, mesh);
  const enforcer = enforcerOf(workload, cluster);
  const results = requests.map((request): RequestDecision => {
    const each = decider.layers({ enforcer, workload }, request);
    return { ...(request.id === undefined ? {} : { id: request.id }), ...together(each), ...(layers ? { layers: each } : {}) };
  });
  return { results, diagnostics: bounded([...read.diagnostics, ...placed(diagnose(read.entries, cluster), read.place)]) };
}

/** A workload of the live mesh is known by its labels; any other is taken for one with a sidecar. */
function enforcerOf(workload: PolicyWorkload, cluster: ClusterInput | undefined): Enforcer {
  if (workload.waypoint) return 'waypoint';
  if (workload.labels['gateway.networking.k8s.io/gateway-name'] !== undefined) return 'gateway';
  const labels = JSON.stringify(workload.labels);
  const same = cluster?.model.workloads.find(
    ({ policy }) => policy.namespace === workload.namespace && JSON.stringify(policy.labels) === labels,
  );
  if (same?.mesh === 'linkerd') return 'linkerd';
  if (same?.mesh === 'ambient') return 'ztunnel';
  return same?.role === 'gateway' ? 'gateway' : 'sidecar';
}

export interface WhatIfInput {
  readonly cluster: ClusterInput;
  readonly recording: Recording;
  readonly changes: PolicyChanges;
}
export interface WhatIf extends Replay {
  readonly diagnostics: PolicyDiagnostic[];
  readonly applied: PolicyRef[];
  readonly deleted: PolicyRef[];
  readonly known: Known;
}
/** How much of the traffic is known down to its operations. */
export interface Known {
  readonly requestsPerSecond: number;
  readonly operationsKnownRatio: number;
}

function knownOf(flows: readonly ReplayFlow[]): Known {
  let [all, withOperation, http] = [0, 0, 0];
  for (const { flow } of flows) {
    all += flow.requestsPerSecond;
    if (flow.protocol === 'tcp') continue;
    http += flow.requestsPerSecond;
    if (flow.operationFrom !== 'unknown') withOperation += flow.requestsPerSecond;
  }
  return { requestsPerSecond: all, operationsKnownRatio: http === 0 ? 0 : Math.min(1, withOperation / http) };
}

export function whatIf({ cluster, recording, changes }: WhatIfInput): WhatIf {
  const read = readPolicies(changes.apply);
  const current = policySet(cluster.policies);
  const there = new Set(current.map(refText));
  const deleted = changes.delete.filter((ref) => there.has(refText(ref)));
  const missing = changes.delete.filter((ref) => !there.has(refText(ref)));
  const proposed = changedSet(current, read.entries, deleted);
  const flows = flowsOf(cluster, recording);
  const notThere = missing.map((ref): PolicyDiagnostic => ({
    severity: 'warning',
    code: 'not-there',
    message: 'there is nothing to delete',
    policy: refText(ref),
    path: '',
  }));
  return {
    ...replay(flows, new Decider(current, cluster.mesh), new Decider(proposed, cluster.mesh)),
    diagnostics: bounded([...read.diagnostics, ...notThere, ...placed(diagnose(read.entries, cluster), read.place)]),
    applied: read.entries.map(refOf),
    deleted,
    known: knownOf(flows),
  };
}

export interface SuggestInput {
  readonly cluster: ClusterInput;
  readonly recording: Recording;
  readonly options: Pick<PolicySuggestRequest, 'namespaces' | 'workloads' | 'detail' | 'defaultDeny'>;
}

export function suggestPolicies({ cluster, recording, options }: SuggestInput): {
  suggestions: PolicySuggestion[];
  yaml: string;
  replay: Replay;
  known: Known;
} {
  const current = policySet(cluster.policies);
  const decider = new Decider(current, cluster.mesh);
  const flows = flowsOf(cluster, recording);
  const suggestions = suggest(flows, { model: cluster.model, decider, options });
  const yaml = suggestions
    .filter(({ state }) => state === 'suggested')
    .map((each) => each.yaml)
    .join('---\n');
  const proposed = changedSet(current, readPolicies(yaml).entries, []);
  return { suggestions, yaml, replay: replay(flows, decider, new Decider(proposed, cluster.mesh)), known: knownOf(flows) };
}

export function listFlows({
  cluster,
  recording,
  workload,
  limit,
}: {
  cluster: ClusterInput;
  recording: Recording;
  workload?: string;
  limit: number;
}): {
  flows: PolicyFlow[];
  workloads: Record<string, PolicyWorkload>;
  known: Known;
} {
  const all = flowsOf(cluster, recording);
  const wanted = all
    .filter(({ flow }) => workload === undefined || flow.target.id === workload)
    .toSorted((a, b) => b.flow.requestsPerSecond - a.flow.requestsPerSecond)
    .slice(0, limit);
  const workloads: Record<string, PolicyWorkload> = {};
  for (const { target } of wanted) if (target) workloads[target.ref.id] = target.policy;
  return { flows: wanted.map(({ flow }) => flow), workloads, known: knownOf(all) };
}

export interface Coverage {
  readonly workloads: WorkloadCoverage[];
  readonly uses: RuleUse[];
  readonly unused: UnusedRule[];
  readonly diagnostics: PolicyDiagnostic[];
  /** Policies that select nothing, by reference. */
  readonly selectingNothing: PolicyRef[];
  /** How many workloads each policy selects, by reference. */
  readonly selected: Record<string, number>;
}

/** Without a recording no rule is called unused. */
export function cover({ cluster, recording }: { cluster: ClusterInput; recording: Recording | undefined }): Coverage {
  const set = policySet(cluster.policies);
  const decider = new Decider(set, cluster.mesh);
  const uses = recording ? ruleUses(flowsOf(cluster, recording), decider) : [];
  const selected: Record<string, number> = {};
  const selectingNothing: PolicyRef[] = [];
  for (const entry of set) {
    const workloads = selectedWorkloads(entry, { model: cluster.model, decider });
    if (workloads === undefined) continue;
    selected[refText(entry)] = workloads.length;
    if (workloads.length === 0) selectingNothing.push(refOf(entry));
  }
  return {
    workloads: workloadCoverage(cluster.model, decider),
    uses,
    unused: unusedRules(cluster.model.cluster, uses),
    diagnostics: bounded([...set.flatMap(diagnosticsOf), ...diagnose(set, cluster)]),
    selectingNothing,
    selected,
  };
}

function observedOf(recording: Recording | undefined): ReadonlyMap<string, number> | undefined {
  if (!recording) return undefined;
  const observed = new Map<string, number>();
  for (const flow of recording.flows) {
    const [source = '', target = ''] = flow.edgeId.split('~~');
    const key = `${source}|${target}`;
    observed.set(key, (observed.get(key) ?? 0) + flow.requestsPerSecond);
  }
  return observed;
}

export interface ReachInput {
  readonly cluster: ClusterInput;
  readonly recording: Recording | undefined;
  readonly workload?: string;
  readonly identity?: string;
}

export function reach({
  cluster,
  recording,
  workload,
  identity,
}: ReachInput): { entries: ReachEntry[]; omitted: number; anonymous: ReachVerdict | null } | undefined {
  const { model } = cluster;
  const asked = new Reach(model, new Decider(policySet(cluster.policies), cluster.mesh));
  const observed = observedOf(recording);
  const endpoints = model.workloads.filter(isEndpoint);
  if (workload !== undefined) {
    const target = model.byId.get(workload);
    if (!target) return undefined;
    const sources = endpoints.filter((source) => source !== target);
    const entries = sources.slice(0, ENTRIES_MAX).map((source) => asked.entry(source, target, observed));
    return { entries, omitted: Math.max(0, sources.length - ENTRIES_MAX), anonymous: asked.anonymous(target) };
  }
  const own = endpoints.filter(({ principal }) => principal === identity);
  // An identity that nothing runs as can still be asked about.
  const stranger = {
    ref: { id: `identity~${identity}`, cluster: model.cluster, namespace: '', name: identity ?? '' },
    principal: identity,
  };
  const source = own[0] ?? {
    ...stranger,
    policy: { namespace: '', labels: {} },
    mesh: 'none' as const,
    ports: [],
    services: [],
    namespaceLabels: {},
    running: false,
  };
  const targets = endpoints.filter((target) => !own.includes(target));
  const entries = targets.slice(0, ENTRIES_MAX).map((target) => asked.entry(source as (typeof endpoints)[number], target, observed));
  return { entries, omitted: Math.max(0, targets.length - ENTRIES_MAX), anonymous: null };
}

export interface MatrixInput {
  readonly cluster: ClusterInput;
  readonly recording: Recording | undefined;
  readonly source?: string;
  readonly target?: string;
}

export function reachMatrix({ cluster, recording, source, target }: MatrixInput): {
  namespaces: string[];
  cells: MatrixCell[];
  entries: ReachEntry[];
  omitted: number;
} {
  const { model } = cluster;
  const asked = new Reach(model, new Decider(policySet(cluster.policies), cluster.mesh));
  const observed = observedOf(recording);
  const endpoints = model.workloads.filter(isEndpoint);
  const within = (namespace: string | undefined) =>
    namespace === undefined ? [] : endpoints.filter(({ ref }) => ref.namespace === namespace);
  if (source !== undefined && target !== undefined) {
    const pairs = within(target).flatMap((to) => within(source).flatMap((from) => (from === to ? [] : [[from, to] as const])));
    const entries = pairs.slice(0, ENTRIES_MAX).map(([from, to]) => asked.entry(from, to, observed));
    return { namespaces: [...new Set([source, target])], cells: [], entries, omitted: Math.max(0, pairs.length - ENTRIES_MAX) };
  }
  const { cells, omitted } = matrix(asked, model, { observed, pairsMax: PAIRS_MAX });
  const namespaces = [...new Set(endpoints.map(({ ref }) => ref.namespace))].toSorted();
  return { namespaces, cells, entries: [], omitted };
}

export const JOBS = { validate, simulate, whatIf, suggestPolicies, listFlows, cover, reach, reachMatrix } as const;
export type Jobs = typeof JOBS;
