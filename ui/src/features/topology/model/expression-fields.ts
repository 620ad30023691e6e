/**
 * What a field of the find-and-hide language means for a node and for an edge.
 * An edge answers for itself first and for its ends where it has no such fact: `namespace = shop` is true of an edge
 * when one of its ends is in shop. Invariant: what is not known yields nothing, and nothing compares as true with it.
 */
import type { TopologyEdge, TopologyNode } from '@observatory/contracts';

/** A node, or an edge with its two ends (an end may be missing where the view filtered it out). */
export type Subject =
  | { node: TopologyNode; mtlsRatio?: number | null }
  | { edge: TopologyEdge; source?: TopologyNode | undefined; target?: TopologyNode | undefined };

export type Unit = 'percent' | 'perSecond' | 'milliseconds' | 'bytesPerSecond';

export type Field =
  | { name: string; type: 'number'; unit: Unit; read: (subject: Subject) => (number | null | undefined)[] }
  | { name: string; type: 'text'; values?: readonly string[]; read: (subject: Subject) => (string | undefined)[] }
  | { name: string; type: 'flag'; read: (subject: Subject) => boolean };

function ends(subject: Subject): TopologyNode[] {
  if ('node' in subject) return [subject.node];
  return [subject.source, subject.target].filter((end) => end !== undefined);
}

function ofEnds(read: (node: TopologyNode) => string | undefined) {
  return (subject: Subject) => ends(subject).map(read);
}

/** A node's own rate: what it receives, or what it sends where nothing reaches it (clients, ingress). */
const received = (node: TopologyNode) => (node.in.requestsPerSecond > 0 || node.in.bytesPerSecond > 0 ? node.in : node.out);

function figure(ofNode: (node: TopologyNode) => number | null | undefined, ofEdge: (edge: TopologyEdge) => number | null | undefined) {
  return (subject: Subject) => ['node' in subject ? ofNode(subject.node) : ofEdge(subject.edge)];
}

const edgeOnly = (ofEdge: (edge: TopologyEdge) => number | null | undefined) => figure(() => undefined, ofEdge);
const edgeTexts = (read: (edge: TopologyEdge) => (string | undefined)[]) => (subject: Subject) =>
  'edge' in subject ? read(subject.edge) : [];

const number = (name: string, unit: Unit, read: (subject: Subject) => (number | null | undefined)[]): Field => ({
  name,
  type: 'number',
  unit,
  read,
});
const text = (name: string, read: (subject: Subject) => (string | undefined)[], values?: readonly string[]): Field => ({
  name,
  type: 'text',
  read,
  ...(values ? { values } : {}),
});
const flag = (name: string, read: (subject: Subject) => boolean): Field => ({ name, type: 'flag', read });

const everyEndIs = (test: (node: TopologyNode) => boolean) => (subject: Subject) =>
  'node' in subject ? test(subject.node) : ends(subject).some(test);

/** An edge without traffic, or a node that is idle. */
function isIdle(subject: Subject): boolean {
  if ('node' in subject) return subject.node.idle;
  const { requestsPerSecond, sentBytesPerSecond, receivedBytesPerSecond, connectionsPerSecond = 0 } = subject.edge;
  return requestsPerSecond + sentBytesPerSecond + receivedBytesPerSecond + connectionsPerSecond === 0;
}

function mtls(subject: Subject): (number | null | undefined)[] {
  return ['edge' in subject ? subject.edge.mtls.ratio : subject.mtlsRatio];
}

export const FIELDS: readonly Field[] = [
  number(
    'errors',
    'percent',
    figure(
      (node) => received(node).errorRatio,
      (edge) => edge.errorRatio,
    ),
  ),
  number(
    'clienterrors',
    'percent',
    edgeOnly((edge) => edge.clientErrorRatio),
  ),
  number('mtls', 'percent', mtls),
  number(
    'rps',
    'perSecond',
    figure(
      (node) => received(node).requestsPerSecond,
      (edge) => edge.requestsPerSecond,
    ),
  ),
  number(
    'connections',
    'perSecond',
    edgeOnly((edge) => edge.connectionsPerSecond),
  ),
  number(
    'mean',
    'milliseconds',
    edgeOnly((edge) => edge.latencyMs?.mean),
  ),
  number(
    'p50',
    'milliseconds',
    edgeOnly((edge) => edge.latencyMs?.p50),
  ),
  number(
    'p95',
    'milliseconds',
    edgeOnly((edge) => edge.latencyMs?.p95),
  ),
  number(
    'p99',
    'milliseconds',
    edgeOnly((edge) => edge.latencyMs?.p99),
  ),
  number(
    'bytes',
    'bytesPerSecond',
    figure(
      (node) => received(node).bytesPerSecond,
      (edge) => edge.sentBytesPerSecond + edge.receivedBytesPerSecond,
    ),
  ),
  text(
    'name',
    ofEnds((node) => node.name),
  ),
  text(
    'namespace',
    ofEnds((node) => node.namespace),
  ),
  text(
    'cluster',
    ofEnds((node) => node.cluster),
  ),
  text(
    'app',
    ofEnds((node) => node.app),
  ),
  text(
    'version',
    ofEnds((node) => node.version),
  ),
  text('service', (subject) =>
    'edge' in subject ? [subject.edge.destinationService?.name, subject.edge.destinationService?.host] : (subject.node.services ?? []),
  ),
  text('from', (subject) => ('edge' in subject ? [subject.source?.name] : [])),
  text('to', (subject) => ('edge' in subject ? [subject.target?.name] : [])),
  text(
    'health',
    ofEnds((node) => node.health.state),
    ['healthy', 'degraded', 'failing', 'idle', 'unknown'],
  ),
  text(
    'kind',
    ofEnds((node) => node.kind),
    ['workload', 'app', 'service', 'serviceEntry', 'external', 'unknown'],
  ),
  text(
    'role',
    ofEnds((node) => node.role),
    ['gateway', 'waypoint', 'ztunnel', 'egress', 'passthrough', 'blackhole'],
  ),
  text(
    'mesh',
    ofEnds((node) => node.mesh),
    ['istio', 'ambient', 'linkerd', 'none'],
  ),
  text(
    'protocol',
    edgeTexts((edge) => [edge.protocol]),
    ['http', 'grpc', 'tcp'],
  ),
  text(
    'code',
    edgeTexts((edge) => edge.responses.flatMap(({ code, grpcStatus }) => [code, grpcStatus])),
  ),
  text(
    'flag',
    edgeTexts((edge) => edge.responses.flatMap(({ flags }) => flags.split(',').filter((name) => name !== '-'))),
  ),
  text('principal', (subject) =>
    'edge' in subject ? [subject.edge.mtls.sourcePrincipal, subject.edge.mtls.destinationPrincipal] : [subject.node.serviceAccount],
  ),
  flag('idle', isIdle),
  flag('healthy', (subject) => ends(subject).every((node) => node.health.state === 'healthy')),
  flag(
    'degraded',
    everyEndIs((node) => node.health.state === 'degraded'),
  ),
  flag(
    'failing',
    everyEndIs((node) => node.health.state === 'failing'),
  ),
  flag('encrypted', (subject) => mtls(subject)[0] === 1),
  flag(
    'external',
    everyEndIs((node) => node.kind === 'external' || node.kind === 'serviceEntry'),
  ),
];

export const FIELD_NAMES: readonly string[] = FIELDS.map((field) => field.name);
