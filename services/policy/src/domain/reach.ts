/**
 * Who can reach whom? Every fact of a request but the caller's identity is unknown: what is allowed whatever they are is `all`, what is
 * denied whatever they are is `none`, and what hangs on them is `some`. Invariant: no traffic is needed for the answer.
 */
import type { Decided, Decider, Point } from '@observatory/authz';
import type { MatrixCell, PolicyRef, PolicyRequest, ReachEntry, ReachVerdict } from '@observatory/contracts';
import { pointsOf } from './enforcement.js';
import type { MeshModel, MeshWorkload } from './mesh-model.js';

/** Requests per second by `source id|target id`; undefined where there is no recording. */
export type Observed = ReadonlyMap<string, number> | undefined;

const CONDITIONS: Readonly<Record<string, string>> = {
  host: 'the host that is asked for',
  method: 'the method',
  path: 'the path',
  port: 'the port',
  headers: 'headers',
  jwt: 'the token of the request',
  sni: 'the server name of the TLS handshake',
  'source.ip': "the caller's address",
  'source.remoteIp': "the original client's address",
  destinationIp: 'the address that is called',
  extAuthz: 'an external authorizer',
  filterMetadata: 'metadata of a filter',
};
const UNKNOWN_HTTP = ['headers', 'jwt', 'extAuthz', 'filterMetadata', 'host', 'method', 'path'];
const UNKNOWN = ['source.ip', 'source.remoteIp', 'destinationIp', 'sni'];

export class Reach {
  private readonly points = new Map<string, Point[]>();
  /** By target, then caller: its principal, or the workload itself where NetworkPolicies ask for its labels. */
  private readonly known = new Map<string, Map<string, Decided>>();

  constructor(
    private readonly model: MeshModel,
    private readonly decider: Decider,
  ) {}

  decide(source: MeshWorkload | undefined, target: MeshWorkload): Decided {
    const byLabels = this.decider.hasNetworkPolicies;
    const key = (byLabels ? source?.ref.id : source?.principal) ?? '';
    const byCaller = this.known.get(target.ref.id) ?? new Map<string, Decided>();
    this.known.set(target.ref.id, byCaller);
    const known = byCaller.get(key);
    if (known) return known;
    const decided = this.decider.decide(this.pointsFor(target), requestTo(target, source?.principal, byLabels ? podOf(source) : {}));
    byCaller.set(key, decided);
    return decided;
  }

  entry(source: MeshWorkload, target: MeshWorkload, observed: Observed): ReachEntry {
    const decided = this.decide(source, target);
    const { principal } = source;
    return {
      source: { ...source.ref, ...(principal === undefined ? {} : { principal }) },
      target: target.ref,
      verdict: verdictOf(decided),
      reason: decided.reason,
      conditions: (decided.missing ?? []).map((fact) => CONDITIONS[fact] ?? fact),
      ...(decided.decidedBy ? { decidedBy: refOf(decided.decidedBy) } : {}),
      requestsPerSecond: observed ? (observed.get(`${source.ref.id}|${target.ref.id}`) ?? 0) : null,
    };
  }

  /** Callers without identity: plain text. */
  anonymous(target: MeshWorkload): ReachVerdict {
    return verdictOf(this.decide(undefined, target));
  }

  private pointsFor(target: MeshWorkload): Point[] {
    const known =
      this.points.get(target.ref.id) ??
      pointsOf(target, this.model, target.services.find(({ waypoint }) => waypoint) ?? target.services[0]);
    this.points.set(target.ref.id, known);
    return known;
  }
}

export function verdictOf({ decision, missing = [] }: Decided): ReachVerdict {
  if (decision !== 'INDETERMINATE') return decision === 'ALLOW' ? 'all' : 'none';
  return missing.some((fact) => !Object.hasOwn(CONDITIONS, fact)) ? 'unknown' : 'some';
}

const refOf = ({ kind, namespace, name }: { kind: string; namespace: string; name: string }): PolicyRef => ({
  kind: kind as PolicyRef['kind'],
  namespace,
  name,
});

/** An identity that nothing runs as has no pod. */
const podOf = (source: MeshWorkload | undefined): PolicyRequest['source'] =>
  source === undefined || source.ref.namespace === ''
    ? {}
    : { namespace: source.ref.namespace, labels: source.policy.labels, namespaceLabels: source.namespaceLabels };

function requestTo(target: MeshWorkload, principal: string | undefined, pod: PolicyRequest['source']): PolicyRequest {
  const ports = target.ports.map(({ port }) => port);
  const protocol = target.services.every(({ ports: of }) => of.every(({ name = '', protocol: app = '' }) => isTcp(app || name)))
    ? 'tcp'
    : 'http';
  return {
    protocol: target.services.length === 0 ? 'http' : protocol,
    source: { ...pod, ...(principal === undefined ? {} : { principal }) },
    ...(ports.length === 1 ? { port: ports[0] } : {}),
    unknown: [
      ...UNKNOWN,
      ...(protocol === 'http' || target.services.length === 0 ? UNKNOWN_HTTP : []),
      ...(ports.length === 1 ? [] : ['port']),
    ],
  };
}

const isTcp = (name: string): boolean => !/^(http|http2|grpc|grpc-web|kubernetes\.io\/)/.test(name);

/** Pairs of workloads counted by namespaces. `pairsMax` bounds how many are decided; the rest is `omitted`. */
export function matrix(reach: Reach, { workloads }: MeshModel, { observed, pairsMax }: { observed: Observed; pairsMax: number }) {
  const cells = new Map<string, MatrixCell>();
  const inMesh = workloads.filter(isEndpoint);
  let pairs = 0;
  for (const target of inMesh) {
    for (const source of inMesh) {
      if (source === target) continue;
      pairs += 1;
      if (pairs > pairsMax) continue;
      const key = `${source.ref.namespace}|${target.ref.namespace}`;
      const requests = observed ? (observed.get(`${source.ref.id}|${target.ref.id}`) ?? 0) : null;
      const cell = cells.get(key) ?? emptyCell(source.ref.namespace, target.ref.namespace, observed ? 0 : null);
      cells.set(key, cell);
      cell[verdictOf(reach.decide(source, target))] += 1;
      if (requests !== null) cell.requestsPerSecond = (cell.requestsPerSecond ?? 0) + requests;
    }
  }
  return { cells: [...cells.values()], omitted: Math.max(0, pairs - pairsMax) };
}

/** Proxies of the mesh itself are no ends of anybody's traffic. */
export const isEndpoint = ({ role }: MeshWorkload): boolean => role !== 'ztunnel' && role !== 'waypoint';

const emptyCell = (source: string, target: string, requestsPerSecond: number | null): MatrixCell => ({
  source,
  target,
  all: 0,
  some: 0,
  none: 0,
  unknown: 0,
  requestsPerSecond,
});
