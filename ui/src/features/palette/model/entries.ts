/** What the palette can find: every workload, edge and namespace of the graph, policies, certificates, incidents, with where each leads. */
import type { Certificate, IncidentSummary, PolicySummary, Topology, TopologyNode } from '@observatory/contracts';
import { STATUS_WORDS } from '../../../lib/certificate-states.js';
import { withArrows } from '../../../lib/format.js';
import type { Candidate } from './fuzzy.js';

export type Destination =
  | { kind: 'page'; path: string }
  | { kind: 'workload'; cluster: string; namespace: string; name: string }
  | { kind: 'edge'; edgeId: string }
  | { kind: 'policy'; cluster: string; namespace: string; name: string; policyKind: string }
  | { kind: 'incident'; id: string }
  | { kind: 'certificate'; id: string }
  | { kind: 'namespace'; namespace: string }
  | { kind: 'action'; run: () => void };

export interface PaletteEntry extends Candidate {
  id: string;
  /** In grey behind the label: what it is and where. */
  hint: string;
  destination: Destination;
}

function workloadEntry(node: TopologyNode): PaletteEntry {
  const { id, cluster, namespace, name, health } = node;
  const hint = `workload in ${namespace}`;
  return {
    id,
    label: name,
    hint,
    keywords: `${hint} ${cluster} ${node.app ?? ''} ${node.mesh} ${health.state}`,
    destination: { kind: 'workload', cluster, namespace, name },
  };
}

export function meshEntries(graph: Pick<Topology, 'nodes' | 'edges'>): PaletteEntry[] {
  const names = new Map(graph.nodes.map(({ id, name }) => [id, name]));
  const namespaces = [...new Set(graph.nodes.map(({ namespace }) => namespace))].filter((name) => name !== '').toSorted();
  return [
    ...graph.nodes.filter(({ kind }) => kind === 'workload').map(workloadEntry),
    ...namespaces.map((namespace): PaletteEntry => ({
      id: `namespace ${namespace}`,
      label: namespace,
      hint: 'namespace',
      keywords: 'namespace scope show only',
      destination: { kind: 'namespace', namespace },
    })),
    ...graph.edges.map(({ id, source, target, protocol }): PaletteEntry => ({
      id,
      label: `${names.get(source) ?? source} → ${names.get(target) ?? target}`,
      hint: `${protocol} traffic`,
      keywords: `edge ${protocol}`,
      destination: { kind: 'edge', edgeId: id },
    })),
  ];
}

export function policyEntries(policies: readonly PolicySummary[]): PaletteEntry[] {
  return policies.map(({ cluster, kind, namespace, name, words }) => ({
    id: `policy ${cluster} ${kind} ${namespace}/${name}`,
    label: name,
    hint: `${kind} in ${namespace}`,
    keywords: `policy ${kind} ${namespace} ${cluster} ${words}`,
    destination: { kind: 'policy', cluster, namespace, name, policyKind: kind },
  }));
}

export function incidentEntries(incidents: readonly IncidentSummary[]): PaletteEntry[] {
  return incidents.map(({ id, title, state, severity, namespaces, types, cause }) => ({
    id: `incident ${id}`,
    label: withArrows(title),
    hint: `incident, ${state === 'open' ? 'goes on' : state}`,
    keywords: `incident anomaly ${severity} ${types.join(' ')} ${namespaces.join(' ')} ${cause?.label ?? ''}`,
    destination: { kind: 'incident', id },
  }));
}

/** A certificate is held by a pod, a gateway's host or an object: its workload finds it too. */
export function certificateEntries(certificates: readonly Certificate[]): PaletteEntry[] {
  return certificates.map(({ id, name, kind, namespace, cluster, status, workload, spiffeId, dnsNames, serial, fingerprint }) => ({
    id: `certificate ${id}`,
    label: name,
    hint: `certificate${namespace === undefined ? '' : ` in ${namespace}`}, ${STATUS_WORDS[status].label.toLowerCase()}`,
    keywords: [...KINDS, kind, namespace, cluster, workload, spiffeId, ...dnsNames, serial, fingerprint].join(' '),
    destination: { kind: 'certificate', id },
  }));
}

const KINDS = ['certificates', 'certs'];
const KIND_MIN = 4;
const TEXT_MIN = 2;

/**
 * What the inventory is asked for, which is too large to hold here: the longest word that does not only name the kind (`cert payments`).
 * Empty where only the kind was typed; undefined where nothing is worth asking for.
 */
export function certificateText(query: string): string | undefined {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const [kinds, names] = [words.filter(namesKind), words.filter((word) => !namesKind(word))];
  const [longest = ''] = names.toSorted((a, b) => b.length - a.length);
  if (longest.length >= TEXT_MIN) return longest;
  return kinds.length > 0 ? '' : undefined;
}
const namesKind = (word: string) => word.length >= KIND_MIN && KINDS.some((kind) => kind.startsWith(word));
