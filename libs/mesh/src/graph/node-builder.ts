/**
 * One node while the samples and the facts of Kubernetes about it are gathered.
 * Invariant: what Kubernetes says (mesh, role, replicas) goes before what traffic suggests.
 */
import {
  isNoResponse,
  type EdgeSample,
  type EndpointIdentity,
  type LatencyHistogram,
  type MeshKind,
  type NodeRole,
  type TopologyNode,
} from '@observatory/contracts';
import { explanationOf } from '../explanations.js';
import { mergeAllHistograms, quantile } from '../histogram.js';
import type { WorkloadFacts } from '../types.js';
import { judge, type Failure, type JudgedTraffic, type Verdict } from './health.js';
import { idOf, type NodeKey } from './view.js';

interface Flow {
  requests: number;
  errors: number;
  noResponse: number;
  bytes: number;
  connections: number;
  failedConnections: number;
  latencySum: number;
  latencyCount: number;
  histograms: LatencyHistogram[];
  /** Requests, or connections, by the way in which they failed. */
  failures: Map<string, { readonly failure: Failure; perSecond: number }> | undefined;
  edges: number;
}

const newFlow = (): Flow => ({
  requests: 0,
  errors: 0,
  noResponse: 0,
  bytes: 0,
  connections: 0,
  failedConnections: 0,
  latencySum: 0,
  latencyCount: 0,
  histograms: [],
  failures: undefined,
  edges: 0,
});

function addFailures(flow: Flow, { responses, protocol }: EdgeSample): void {
  for (const { code, grpcStatus, flags, outcome, requestsPerSecond } of responses) {
    if (outcome !== 'error') continue;
    flow.failures ??= new Map();
    const key = `${code}|${grpcStatus ?? ''}|${flags}`;
    const known = flow.failures.get(key);
    if (known) known.perSecond += requestsPerSecond;
    else flow.failures.set(key, { failure: { code, grpcStatus, flags }, perSecond: requestsPerSecond });
    if (protocol === 'tcp') flow.failedConnections += requestsPerSecond;
    else if (isNoResponse(code)) flow.noResponse += requestsPerSecond;
  }
}

function addTo(flow: Flow, sample: EdgeSample): void {
  flow.edges += 1;
  flow.requests += sample.requestsPerSecond;
  flow.errors += sample.errorsPerSecond;
  flow.bytes += sample.sentBytesPerSecond + sample.receivedBytesPerSecond;
  flow.connections += sample.connectionsPerSecond ?? 0;
  flow.latencySum += sample.latencySumMsPerSecond ?? 0;
  flow.latencyCount += sample.latencyCountPerSecond ?? 0;
  if (sample.latency !== undefined) flow.histograms.push(sample.latency);
  addFailures(flow, sample);
}

function judged(flow: Flow): JudgedTraffic {
  const [worst] = [...(flow.failures?.values() ?? [])].sort((a, b) => b.perSecond - a.perSecond);
  const histogram = mergeAllHistograms(flow.histograms);
  const p95 = histogram === undefined ? undefined : quantile(histogram, 0.95);
  return {
    requestsPerSecond: flow.requests,
    errorsPerSecond: flow.errors,
    noResponsePerSecond: flow.noResponse,
    connectionsPerSecond: flow.connections,
    failedConnectionsPerSecond: flow.failedConnections,
    ...(p95 === undefined ? {} : { latencyMsP95: p95 }),
    ...(flow.latencyCount > 0 ? { latencyMsMean: flow.latencySum / flow.latencyCount } : {}),
    ...(worst === undefined ? {} : { worst: worst.failure }),
  };
}

const ratesOf = (flow: Flow) => ({
  requestsPerSecond: flow.requests,
  errorRatio: flow.requests > 0 ? Math.min(1, flow.errors / flow.requests) : null,
  bytesPerSecond: flow.bytes,
});

type Votes = Partial<Record<MeshKind, number>>;

export class NodeBuilder {
  readonly id: string;
  private readonly incoming = newFlow();
  private readonly outgoing = newFlow();
  private readonly votes: Votes = {};
  private readonly services = new Set<string>();
  private readonly members = new Map<WorkloadFacts, WorkloadFacts>();
  private app: string | undefined;
  private version: string | undefined;
  private role: NodeRole | undefined;

  constructor(
    readonly key: NodeKey,
    readonly index: number,
  ) {
    this.id = idOf(key);
  }

  addSource(sample: EdgeSample): void {
    addTo(this.outgoing, sample);
    this.describe(sample.source);
    if (sample.reporters.includes('source') || sample.mutualTlsPerSecond > 0) this.vote(sample.mesh);
  }

  addTarget(sample: EdgeSample): void {
    addTo(this.incoming, sample);
    this.describe(sample.target);
    const { destinationService: service, reporters } = sample;
    if (reporters.includes('destination') || reporters.includes('waypoint') || sample.mutualTlsPerSecond > 0) this.vote(sample.mesh);
    if (service !== undefined && service.namespace !== '' && service.namespace === this.key.namespace) this.services.add(service.name);
  }

  /** A workload of Kubernetes that this node stands for, alone or with others. */
  addMember(facts: WorkloadFacts): void {
    this.members.set(facts, facts);
  }

  private vote(mesh: MeshKind): void {
    this.votes[mesh] = (this.votes[mesh] ?? 0) + 1;
  }

  private describe({ app, version, role }: EndpointIdentity): void {
    this.app ??= app;
    this.version ??= version;
    this.role ??= role;
  }

  node(windowSec: number): TopologyNode {
    const { kind, cluster, namespace, name } = this.key;
    const members = [...this.members.values()];
    const idle = this.incoming.edges + this.outgoing.edges === 0;
    const replicas = replicasOf(members);
    const role = members.find((member) => member.role !== undefined)?.role ?? this.role;
    const node: TopologyNode = {
      id: this.id,
      kind,
      cluster,
      namespace,
      name,
      mesh: this.mesh(members),
      idle,
      health: this.health(idle, replicas, windowSec),
      in: ratesOf(this.incoming),
      out: ratesOf(this.outgoing),
    };
    this.addDescription(node, members);
    if (role !== undefined) node.role = role;
    if (replicas !== undefined) node.replicas = replicas;
    const explanation = explanationOf(kind, role);
    if (explanation !== undefined) node.explanation = explanation;
    return node;
  }

  private addDescription(node: TopologyNode, members: readonly WorkloadFacts[]): void {
    const { kind, version: ownVersion } = this.key;
    const app = kind === 'app' ? this.key.name : (members[0]?.app ?? this.app);
    const version = kind === 'workload' ? (members[0]?.version ?? this.version) : ownVersion;
    const services = new Set([...this.services, ...members.flatMap((member) => member.services ?? [])]);
    const accounts = new Set(members.flatMap((member) => member.serviceAccount ?? []));
    if (app !== undefined && kind !== 'service') node.app = app;
    if (version !== undefined) node.version = version;
    if (services.size > 0 && (kind === 'workload' || kind === 'app')) node.services = [...services].sort();
    if (accounts.size === 1) node.serviceAccount = [...accounts][0]!;
  }

  /** Traffic in clear text may have a proxy at one end: a sidecar's word goes before ztunnel's, which sees its peers too. */
  private mesh(members: readonly WorkloadFacts[]): MeshKind {
    const said = members.map(({ mesh }) => mesh).filter((mesh) => mesh !== undefined);
    if (said.length > 0) return said.find((mesh) => mesh !== 'none') ?? 'none';
    if (this.key.kind === 'external' || this.key.kind === 'unknown' || this.key.kind === 'serviceEntry') return 'none';
    return (['istio', 'ambient', 'linkerd'] as const).find((mesh) => this.votes[mesh] !== undefined) ?? 'none';
  }

  private health(idle: boolean, replicas: TopologyNode['replicas'], windowSec: number): Verdict {
    if (this.key.kind === 'unknown' && this.incoming.edges === 0)
      return { state: 'unknown', reasons: ['nobody reports about its own state'] };
    const flow = this.incoming.edges > 0 ? this.incoming : this.outgoing;
    return judge(idle ? undefined : judged(flow), { windowSec, replicas });
  }
}

function replicasOf(members: readonly WorkloadFacts[]): { desired: number; ready: number } | undefined {
  const known = members.flatMap(({ replicas }) => replicas ?? []);
  if (known.length === 0) return undefined;
  return { desired: known.reduce((sum, { desired }) => sum + desired, 0), ready: known.reduce((sum, { ready }) => sum + ready, 0) };
}
