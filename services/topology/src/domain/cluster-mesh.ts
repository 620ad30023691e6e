/**
 * Which meshes does a cluster run, under which trust domain, in which namespaces? From the nodes and principals of the graph
 * and from what Kubernetes has. Invariant: only what was seen; a trust domain that no principal names is null.
 */
import type { ClusterInfo } from '@observatory/contracts';
import { MESHES, type MeshGraph } from '@observatory/mesh';
import type { ClusterFacts } from './kube-facts.js';

type MeshOfCluster = Pick<ClusterInfo, 'meshes' | 'trustDomain' | 'namespaces'>;

export function describeMesh(cluster: string, graph: MeshGraph, facts: ClusterFacts | undefined): MeshOfCluster {
  const nodes = graph.nodes.filter((node) => node.cluster === cluster);
  const present = new Set(nodes.map(({ mesh }) => mesh));
  const namespaces = [...nodes.map(({ namespace }) => namespace), ...(facts?.namespaces ?? []).map(({ name }) => name)];
  return {
    meshes: MESHES.filter((mesh) => present.has(mesh)),
    trustDomain: trustDomainOf(graph, new Set(nodes.map(({ id }) => id))),
    namespaces: [...new Set(namespaces.filter((name) => name !== ''))].sort(),
  };
}

/** The one that most edges into the cluster's own workloads name: `spiffe://<trust domain>/…`, or Linkerd's `….identity.linkerd.<trust domain>`. */
function trustDomainOf({ edges }: MeshGraph, own: ReadonlySet<string>): string | null {
  const votes = new Map<string, number>();
  for (const { target, mtls } of edges) {
    const domain = own.has(target) ? trustDomainOfPrincipal(mtls.destinationPrincipal ?? '') : undefined;
    if (domain !== undefined) votes.set(domain, (votes.get(domain) ?? 0) + 1);
  }
  const ranked = [...votes].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  return ranked[0]?.[0] ?? null;
}

export function trustDomainOfPrincipal(principal: string): string | undefined {
  return (/^spiffe:\/\/([^/]+)\//.exec(principal) ?? /\.serviceaccount\.identity\.[^.]+\.(.+)$/.exec(principal))?.[1];
}
