/**
 * The NetworkPolicies of a set as a layer of its own: which of them concern a workload, and what the network sees of a request.
 * Source: Kubernetes' NetworkPolicy, and Istio's "Ambient and Kubernetes NetworkPolicy": HBONE arrives at port 15008, whatever port is asked for.
 * Invariant: a set without NetworkPolicies has no such layer, and costs nothing.
 */
import type { LayerDecision } from '@observatory/contracts';
import { picks } from '../match/label-selector.js';
import type { Workload } from '../model/policy.js';
import type { Request } from '../model/request.js';
import { ofKind, type PolicySet } from '../set/policy-set.js';
import {
  intoWorkload,
  networkPolicy,
  outOfCaller,
  type Connection,
  type End,
  type NetworkDecision,
  type NetworkPolicy,
} from './network-policy.js';
import type { Point } from './point.js';

export const HBONE_PORT = 15_008;

const OPEN: LayerDecision = layerOf(intoWorkload([], { source: {}, destination: {} }), false);

export class NetworkLayer {
  private readonly ingress = new Map<string, NetworkPolicy[]>();
  private readonly egress = new Map<string, NetworkPolicy[]>();
  /** Of every namespace: for callers of whom that is not known. */
  readonly allEgress: NetworkPolicy[] = [];
  readonly isEmpty: boolean;

  constructor(set: PolicySet) {
    const policies = ofKind(set, 'NetworkPolicy').map(networkPolicy);
    this.isEmpty = policies.length === 0;
    for (const policy of policies) {
      if (policy.ingress) add(this.ingress, policy);
      if (!policy.egress) continue;
      add(this.egress, policy);
      this.allEgress.push(policy);
    }
  }

  /** Those that limit what comes into the workload. */
  selecting({ namespace, labels }: Workload): NetworkPolicy[] {
    return (this.ingress.get(namespace) ?? []).filter(({ pods }) => picks(pods, labels) === true);
  }

  decide(selected: readonly NetworkPolicy[], point: Point, request: Request): LayerDecision | undefined {
    if (this.isEmpty) return undefined;
    if (selected.length === 0 && this.allEgress.length === 0) return OPEN;
    return worst(connections(point, request).map((each) => this.decideConnection(selected, each)));
  }

  private decideConnection(selected: readonly NetworkPolicy[], { connection, isTunnel }: Seen): LayerDecision {
    const into = intoWorkload(selected, connection);
    const { namespace } = connection.source;
    const egress = namespace === undefined ? this.allEgress : (this.egress.get(namespace) ?? []);
    const out = into.decision === 'DENY' || egress.length === 0 ? undefined : outOfCaller(egress, connection);
    const decided = out && out.decision !== 'ALLOW' && (out.decision === 'DENY' || into.decision === 'ALLOW') ? out : into;
    return layerOf(decided, isTunnel);
  }
}

function add(to: Map<string, NetworkPolicy[]>, policy: NetworkPolicy): void {
  const own = to.get(policy.entry.namespace);
  if (own) own.push(policy);
  else to.set(policy.entry.namespace, [policy]);
}

function layerOf({ decision, by, reason, missing }: NetworkDecision, isTunnel: boolean): LayerDecision {
  const { namespace, name } = by?.entry ?? {};
  const rule = by?.rule === undefined ? {} : { rule: by.rule };
  return {
    layer: 'networkPolicy',
    decision,
    ...(namespace !== undefined && name !== undefined ? { decidedBy: { kind: 'NetworkPolicy', namespace, name, ...rule } } : {}),
    reason: isTunnel && by ? `${reason} (mutual TLS of ambient arrives at port ${HBONE_PORT})` : reason,
    ...(missing ? { missing } : {}),
  };
}

interface Seen {
  readonly connection: Connection;
  readonly isTunnel: boolean;
}

/** Where it is not known whether the caller uses mutual TLS, both ways that it could come in. */
function connections({ enforcer, workload }: Point, request: Request): Seen[] {
  const known = (fact: string): boolean =>
    !(request.unknown ?? []).some((name) => name === fact || (name === 'source' && fact.startsWith('source.')));
  const port = request.port !== undefined && known('port') && known('destination.port') ? request.port : undefined;
  const destination: End = {
    namespace: workload.namespace,
    labels: workload.labels,
    ...(request.destinationIp === undefined || !known('destinationIp') ? {} : { ip: request.destinationIp }),
  };
  const plain: Seen = {
    connection: { source: sourceOf(request, known), destination, port, ports: workload.ports },
    isTunnel: false,
  };
  if (enforcer !== 'ztunnel' && enforcer !== 'waypoint') return [plain];
  const tunnel: Seen = { connection: { ...plain.connection, port: HBONE_PORT }, isTunnel: true };
  if (!known('source.principal') || !known('principal')) return [plain, tunnel];
  return request.source?.principal === undefined ? [plain] : [tunnel];
}

function sourceOf({ source = {} }: Request, known: (fact: string) => boolean): End {
  const { namespace, principal = '', labels, namespaceLabels, ip } = source;
  const ofIdentity = /\/ns\/([^/]+)\/sa\//.exec(principal)?.[1] ?? /^[^./]+\.([^./]+)\.serviceaccount\.identity\./.exec(principal)?.[1];
  const isPrincipalKnown = known('source.principal') && known('principal');
  return {
    namespace: namespace ?? (isPrincipalKnown ? ofIdentity : undefined),
    labels: known('source.labels') ? labels : undefined,
    namespaceLabels: known('source.namespaceLabels') ? namespaceLabels : undefined,
    ip: known('source.ip') && known('ip') ? ip : undefined,
  };
}

/** The ways that it could be are one answer where they agree. */
function worst(layers: readonly LayerDecision[]): LayerDecision | undefined {
  const [first, second] = layers;
  if (!first || !second || first.decision === second.decision) return first;
  const missing = [...new Set(['source.principal', ...layers.flatMap((layer) => layer.missing ?? [])])].sort();
  const reason = `it hangs on what is not known: ${missing.join(', ')}: mutual TLS of ambient arrives at port ${HBONE_PORT}, plain text at the port that is asked for`;
  return { layer: 'networkPolicy', decision: 'INDETERMINATE', reason, missing };
}
