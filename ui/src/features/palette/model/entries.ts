/** What the palette can find in the mesh: every workload, edge and namespace of the graph, with where it leads. */
import type { IncidentSummary, PolicySummary, Topology, TopologyNode } from '@observatory/contracts';
import type { Candidate } from './fuzzy.js';

export type Destination =
  | { kind: 'page'; path: string }
  | { kind: 'workload'; cluster: string; namespace: string; name: string }
  | { kind: 'edge'; edgeId: string }
  | { kind: 'policy'; cluster: string; namespace: string; name: string; policyKind: string }
  | { kind: 'incident'; id: string }
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
    label: title,
    hint: `incident, ${state}`,
    keywords: `incident anomaly ${severity} ${types.join(' ')} ${namespaces.join(' ')} ${cause?.label ?? ''}`,
    destination: { kind: 'incident', id },
  }));
}
