/**
 * Recorded flows as requests that policies can decide about: identity from the metrics, the port from the service, the operation from
 * logs or traces. Invariant: what is not known is named in `unknown`, never left out; rates of the flows of an edge add up to the edge's.
 */
import type { Point } from '@observatory/authz';
import { nodeId, type PolicyFlow, type RecordedFlow } from '@observatory/contracts';
import { pointsOf } from './enforcement.js';
import type { ServiceFact } from './kube-facts.js';
import type { MeshModel, MeshWorkload } from './mesh-model.js';
import type { Operation, Operations } from './operations.js';

export interface ReplayFlow {
  readonly flow: PolicyFlow;
  /** Undefined: the workload is not there any more, or is none. */
  readonly target?: MeshWorkload;
  readonly source?: MeshWorkload;
  readonly points: readonly Point[];
  /** Of the destination service. */
  readonly service?: ServiceFact;
}

/** Facts of requests that metrics never have. */
const NEVER_HTTP = ['headers', 'jwt', 'extAuthz', 'filterMetadata'];
const NEVER = ['source.ip', 'source.remoteIp', 'destinationIp', 'sni'];

export function replayFlows(recorded: readonly RecordedFlow[], model: MeshModel, operations: Operations): ReplayFlow[] {
  // One object for all flows of a target, so that its policies are compiled once.
  const kept = new Map<string, Point[]>();
  const pointsFor = (target: MeshWorkload, service: ServiceFact | undefined): Point[] => {
    const key = `${target.ref.id} ${service?.name ?? ''}`;
    const known = kept.get(key) ?? pointsOf(target, model, service);
    kept.set(key, known);
    return known;
  };
  return recorded.flatMap((flow) => {
    const target = model.byId.get(idOf(flow.target));
    const source = model.byId.get(idOf(flow.source));
    const service = serviceOf(flow, target);
    const points = target ? pointsFor(target, service) : [];
    const around = {
      points,
      ...(target ? { target } : {}),
      ...(source ? { source } : {}),
      ...(service ? { service } : {}),
    };
    return parts(flow).flatMap((part) => byOperation(flow, part, { around, operations }));
  });
}

export const idOf = ({ kind, cluster, namespace, name }: RecordedFlow['source']): string => nodeId(kind, cluster, namespace, name);

function serviceOf({ destinationService }: RecordedFlow, target: MeshWorkload | undefined): ServiceFact | undefined {
  if (destinationService) {
    const named = target?.services.find(
      ({ name, namespace }) => name === destinationService.name && namespace === destinationService.namespace,
    );
    if (named) return named;
  }
  return target?.services.length === 1 ? target.services[0] : undefined;
}

interface Part {
  readonly mtls: PolicyFlow['mtls'];
  readonly principal?: string;
  readonly isPrincipalKnown: boolean;
  readonly share: number;
}

/** An edge over which both mutual TLS and plain text went is two flows. */
function parts({ mutualTlsPerSecond: mutual, plaintextPerSecond: plain, sourcePrincipal: principal }: RecordedFlow): Part[] {
  const withIdentity: Part = {
    mtls: 'mutual',
    ...(principal === undefined ? {} : { principal }),
    isPrincipalKnown: principal !== undefined,
    share: mutual / (mutual + plain || 1),
  };
  const without: Part = { mtls: 'plaintext', isPrincipalKnown: true, share: plain / (mutual + plain || 1) };
  if (mutual > 0 && plain > 0) return [withIdentity, without];
  if (mutual > 0) return [withIdentity];
  if (plain > 0) return [without];
  // Nobody said how it went: an identity that was seen all the same is one.
  if (principal !== undefined) return [{ ...withIdentity, mtls: 'unknown', share: 1 }];
  return [{ mtls: 'unknown', isPrincipalKnown: false, share: 1 }];
}

interface Context {
  readonly around: Omit<ReplayFlow, 'flow'>;
  readonly operations: Operations;
}

function byOperation(recorded: RecordedFlow, part: Part, { around, operations }: Context): ReplayFlow[] {
  const known = recorded.protocol === 'tcp' ? [] : operations.of(calleesOf(recorded), part.principal ?? '');
  const rest = 1 - known.reduce((sum, { share }) => sum + share, 0);
  const some = known.map((operation) => ({ ...around, flow: flowOf(recorded, part, { around, operation, share: operation.share }) }));
  // Floating point leaves a crumb.
  if (known.length > 0 && rest < 1e-9) return some;
  return [...some, { ...around, flow: flowOf(recorded, part, { around, share: rest }) }];
}

const calleesOf = ({ target, destinationService }: RecordedFlow): string[] => [
  `workload ${target.namespace}/${target.name}`,
  ...(destinationService ? [`host ${destinationService.host}`] : []),
];

interface Details {
  readonly around: Omit<ReplayFlow, 'flow'>;
  readonly operation?: Operation;
  readonly share: number;
}

function flowOf(recorded: RecordedFlow, part: Part, { around, operation, share }: Details): PolicyFlow {
  const protocol = recorded.protocol === 'tcp' ? 'tcp' : 'http';
  const port = operation?.port ?? portOf(recorded, around.target, around.service);
  const unknown = [...NEVER, ...(protocol === 'http' ? NEVER_HTTP : [])];
  if (port === undefined) unknown.push('port');
  if (!part.isPrincipalKnown) unknown.push('source.principal');
  // All gRPC is POST, by its specification.
  const method = operation?.method ?? (recorded.protocol === 'grpc' ? 'POST' : undefined);
  if (protocol === 'http' && !operation) unknown.push('host', 'path');
  if (protocol === 'http' && method === undefined) unknown.push('method');
  const isNamespaceKnown = !part.isPrincipalKnown && recorded.source.namespace !== '' && recorded.source.kind === 'workload';
  const end = (of: RecordedFlow['source']) => ({
    id: idOf(of),
    cluster: of.cluster,
    namespace: of.namespace,
    name: of.name,
    kind: of.kind,
  });
  const weight = part.share * share;
  return {
    id: [recorded.edgeId, part.mtls, operation ? `${operation.method} ${operation.host} ${operation.path}` : ''].join('|'),
    edgeId: recorded.edgeId,
    source: end(recorded.source),
    target: end(recorded.target),
    protocol: recorded.protocol,
    mesh: recorded.mesh,
    mtls: part.mtls,
    requestsPerSecond: recorded.requestsPerSecond * weight,
    outcomes: recorded.outcomes.map((outcome) => ({ ...outcome, requestsPerSecond: outcome.requestsPerSecond * weight })),
    firstSeen: recorded.firstSeen,
    lastSeen: recorded.lastSeen,
    request: {
      protocol,
      source: {
        ...(part.isPrincipalKnown && part.principal !== undefined ? { principal: part.principal } : {}),
        ...(isNamespaceKnown ? { namespace: recorded.source.namespace } : {}),
        ...(around.source ? { labels: around.source.policy.labels, namespaceLabels: around.source.namespaceLabels } : {}),
      },
      ...(port === undefined ? {} : { port }),
      ...(method === undefined ? {} : { method }),
      ...(operation ? { path: operation.path, host: operation.host } : {}),
      unknown,
    },
    operationFrom: operation?.from ?? 'unknown',
  };
}

/** The port of the workload: by the service where it has one, by the workload where that has one. */
function portOf({ protocol }: RecordedFlow, target: MeshWorkload | undefined, service: ServiceFact | undefined): number | undefined {
  const ofService = service?.ports ?? [];
  const fitting = ofService.length > 1 ? ofService.filter((port) => protocolOf(port) === protocol) : ofService;
  const [only, ...others] = fitting;
  if (only && others.length === 0) {
    if (typeof only.targetPort === 'number') return only.targetPort;
    return target?.ports.find(({ name }) => name === only.targetPort)?.port;
  }
  const [own, ...more] = target?.ports ?? [];
  return ofService.length === 0 && own && more.length === 0 ? own.port : undefined;
}

/** Istio's protocol selection: appProtocol, else the name up to the first dash. */
function protocolOf({ name = '', protocol }: { name?: string; protocol?: string }): 'http' | 'grpc' | 'tcp' {
  const said = (protocol ?? name.split('-')[0] ?? '').toLowerCase();
  if (said === 'grpc' || said === 'kubernetes.io/h2c') return 'grpc';
  return said === 'http' || said === 'http2' || said === 'kubernetes.io/ws' ? 'http' : 'tcp';
}
