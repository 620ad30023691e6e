/**
 * Do NetworkPolicies let a connection through: into the workload, and out of the caller? Source: networking.k8s.io/v1's API reference.
 * A direction that no policy selects is open; otherwise the rules of all that select are one union. Invariant: pure, compiled once; facts
 * that are not known make it INDETERMINATE only where no rule lets in anyway and one could.
 */
import { inBlock, ipBlock, type IpBlock } from '../match/ip-block.js';
import { labelSelector, picks, type Labels, type LabelSelector } from '../match/label-selector.js';
import { all, any, isOpen, type Three } from '../match/three-valued.js';
import type { PolicyEntry } from '../set/policy-set.js';

/** One end of a connection; what is left out is not known. */
export interface End {
  readonly namespace?: string | undefined;
  readonly labels?: Labels | undefined;
  readonly namespaceLabels?: Labels | undefined;
  readonly ip?: string | undefined;
}
export type Ports = readonly { readonly name?: string | undefined; readonly port: number }[];
export interface Connection {
  readonly source: End;
  readonly destination: End;
  /** Of the destination; undefined: not known. */
  readonly port?: number | undefined;
  /** What the destination listens on, by which names of ports are known. */
  readonly ports?: Ports | undefined;
}

type Matcher<Value> = (value: Value) => Three;
interface Asked {
  readonly end: End;
  readonly facts: Readonly<Record<'namespace' | 'labels' | 'namespaceLabels' | 'ip', string>>;
  readonly connection: Connection;
}
type Rule = Matcher<Asked>;

export interface NetworkPolicy {
  readonly entry: PolicyEntry;
  readonly pods: LabelSelector;
  /** Undefined: it says nothing about that direction. */
  readonly ingress: readonly Rule[] | undefined;
  readonly egress: readonly Rule[] | undefined;
}

export interface NetworkDecision {
  readonly decision: 'ALLOW' | 'DENY' | 'INDETERMINATE';
  readonly by?: { readonly entry: PolicyEntry; readonly rule?: number };
  readonly reason: string;
  readonly missing?: string[];
}

const NAMESPACE_NAME = 'kubernetes.io/metadata.name';
const SOURCE = { namespace: 'source.namespace', labels: 'source.labels', namespaceLabels: 'source.namespaceLabels', ip: 'source.ip' };
const DESTINATION = {
  namespace: 'destination.namespace',
  labels: 'destination.labels',
  namespaceLabels: 'destination.namespaceLabels',
  ip: 'destinationIp',
};
const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export function networkPolicy(entry: PolicyEntry): NetworkPolicy {
  const spec = (entry.object.spec ?? {}) as Readonly<Record<string, unknown>>;
  const types = itemsOf(spec['policyTypes']);
  const egress = itemsOf(spec['egress']);
  const isIngress = types.length === 0 || types.includes('Ingress');
  const isEgress = types.length === 0 ? egress.length > 0 : types.includes('Egress');
  const rules = (items: readonly unknown[], side: 'from' | 'to') => items.map((item) => ruleOf(item, side, entry.namespace));
  return {
    entry,
    pods: labelSelector(spec['podSelector']),
    ingress: isIngress ? rules(itemsOf(spec['ingress']), 'from') : undefined,
    egress: isEgress ? rules(egress, 'to') : undefined,
  };
}

/** Peers and ports both; an empty list is everything. */
function ruleOf(item: unknown, side: 'from' | 'to', namespace: string): Rule {
  const fields = (item ?? {}) as Readonly<Record<string, unknown>>;
  const peers = itemsOf(fields[side]).map((peer) => peerOf(peer, namespace));
  const ports = itemsOf(fields['ports']).map(portOf);
  return (asked) =>
    all([
      peers.length === 0 || any(peers.map((matches) => matches(asked))),
      ports.length === 0 || any(ports.map((matches) => matches(asked.connection))),
    ]);
}

function peerOf(peer: unknown, namespace: string): Matcher<Asked> {
  const { ipBlock: block, namespaceSelector, podSelector } = (peer ?? {}) as Readonly<Record<string, unknown>>;
  if (block) return ofBlock(ipBlock(block));
  const pods = podSelector ? labelSelector(podSelector) : undefined;
  const namespaces = namespaceSelector ? labelSelector(namespaceSelector) : undefined;
  if (!pods && !namespaces) return () => false;
  return ({ end, facts }) =>
    all([
      namespaces ? inNamespaces(namespaces, end, facts) : end.namespace === undefined ? [facts.namespace] : end.namespace === namespace,
      !pods || (end.labels ? picks(pods, end.labels) : picks(pods, {}, facts.labels)),
    ]);
}

const ofBlock =
  (block: IpBlock): Matcher<Asked> =>
  ({ end, facts }) =>
    end.ip === undefined ? [facts.ip] : inBlock(block, end.ip);

/** Every namespace carries its own name as a label. Whoever is of no known namespace may be out of the cluster. */
function inNamespaces(selector: LabelSelector, { namespace, namespaceLabels }: End, facts: Asked['facts']): Three {
  if (namespaceLabels)
    return picks(selector, namespace === undefined ? namespaceLabels : { [NAMESPACE_NAME]: namespace, ...namespaceLabels });
  if (namespace === undefined) return [facts.namespace];
  return picks(selector, { [NAMESPACE_NAME]: namespace }, facts.namespaceLabels);
}

/** Connections of a mesh are TCP. */
function portOf(value: unknown): Matcher<Connection> {
  const { port, endPort, protocol } = (value ?? {}) as { port?: number | string | null; endPort?: number | null; protocol?: string | null };
  if ((protocol ?? 'TCP') !== 'TCP') return () => false;
  if (port === undefined || port === null) return () => true;
  if (typeof port === 'number') {
    const last = endPort ?? port;
    return ({ port: asked }) => (asked === undefined ? ['port'] : asked >= port && asked <= last);
  }
  return ({ port: asked, ports }) => {
    if (!ports) return ['workload.ports'];
    const named = ports.filter(({ name }) => name === port);
    if (named.length === 0) return false;
    return asked === undefined ? ['port'] : named.some((each) => each.port === asked);
  };
}

const nameOf = ({ entry }: NetworkPolicy): string => `\`${entry.namespace}/${entry.name}\``;

/** `policies` select the workload, and say something about ingress. */
export function intoWorkload(policies: readonly NetworkPolicy[], connection: Connection): NetworkDecision {
  if (policies.length === 0) return { decision: 'ALLOW', reason: 'no NetworkPolicy selects the workload: every connection is let in' };
  const asked: Asked = { end: connection.source, facts: SOURCE, connection };
  const open: string[] = [];
  for (const policy of policies)
    for (const [rule, matches] of (policy.ingress ?? []).entries()) {
      const value = matches(asked);
      if (value === true)
        return {
          decision: 'ALLOW',
          by: { entry: policy.entry, rule },
          reason: `NetworkPolicy ${nameOf(policy)} lets it in: rule ${rule} matched`,
        };
      if (isOpen(value)) open.push(...value);
    }
  return refused(policies, open, 'no NetworkPolicy that selects the workload lets the connection in');
}

/** `policies` are those of the caller's namespace, or of all where that is not known; which of them select it may not be known either. */
export function outOfCaller(policies: readonly NetworkPolicy[], connection: Connection): NetworkDecision | undefined {
  const { source, destination } = connection;
  const selecting: NetworkPolicy[] = [];
  const unsure: string[] = [];
  for (const policy of policies) {
    const own = source.namespace === undefined ? [SOURCE.namespace] : source.namespace === policy.entry.namespace;
    const selected = all([own, source.labels ? picks(policy.pods, source.labels) : picks(policy.pods, {}, SOURCE.labels)]);
    if (selected === false) continue;
    selecting.push(policy);
    if (isOpen(selected)) unsure.push(...selected);
  }
  if (selecting.length === 0) return undefined;
  const asked: Asked = { end: destination, facts: DESTINATION, connection };
  const values = selecting.map((policy) => any((policy.egress ?? []).map((matches) => matches(asked))));
  return ofEgress(selecting, values, unsure);
}

/** Where it is not known which policies select, all of them let it out, or it hangs on that. */
function ofEgress(selecting: readonly NetworkPolicy[], values: readonly Three[], unsure: readonly string[]): NetworkDecision | undefined {
  const at = values.indexOf(true);
  const policy = selecting[at];
  if (policy && (unsure.length === 0 || values.every((value) => value === true)))
    return { decision: 'ALLOW', by: { entry: policy.entry }, reason: `NetworkPolicy ${nameOf(policy)} lets it out of the caller` };
  return refused(
    selecting,
    [...unsure, ...values.filter(isOpen).flat()],
    'no NetworkPolicy that selects the caller lets the connection out',
  );
}

function refused(policies: readonly NetworkPolicy[], open: readonly string[], sentence: string): NetworkDecision {
  const names = policies.slice(0, NAMED_MAX).map(nameOf).join(', ');
  const more = policies.length > NAMED_MAX ? ` and ${policies.length - NAMED_MAX} more` : '';
  if (open.length > 0) {
    const missing = [...new Set(open)].sort();
    return {
      decision: 'INDETERMINATE',
      reason: `whether NetworkPolicy ${names}${more} lets the connection pass hangs on what is not known: ${missing.join(', ')}`,
      missing,
    };
  }
  const [first] = policies;
  return { decision: 'DENY', ...(first ? { by: { entry: first.entry } } : {}), reason: `${sentence}: ${names}${more}` };
}
const NAMED_MAX = 5;
