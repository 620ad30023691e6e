/**
 * The graph between the contract and proto: `null` is an absent field there, an absent list is an empty one.
 * Invariant: what comes in through gRPC is the query that NATS would carry; what goes out holds the same facts.
 */
import type { ClusterInfo, Topology, TopologyDelta, TopologyDiff, TopologyEdge, TopologyNode } from '@observatory/contracts';
import { sourcesToProto, type TopologyProto } from '@observatory/proto';

/** For zod to parse: an empty string or 0 is proto's way to say nothing. */
export function queryFromProto(request: Partial<TopologyProto.GetTopologyRequest>): Record<string, unknown> {
  const { graph, namespaces, cluster, windowSec, at, idle } = request;
  return {
    ...(graph ? { graph } : {}),
    ...(namespaces ? { namespaces } : {}),
    ...(cluster ? { cluster } : {}),
    ...(windowSec ? { windowSec } : {}),
    ...(at ? { at } : {}),
    ...(idle === undefined || idle === null ? {} : { idle }),
  };
}

export function nodeToProto(node: TopologyNode): TopologyProto.Node {
  const rates = ({ errorRatio, ...rest }: TopologyNode['in']): TopologyProto.Rates => ({ ...rest, errorRatio: errorRatio ?? undefined });
  return { ...node, services: node.services ?? [], in: rates(node.in), out: rates(node.out) };
}

export function edgeToProto(edge: TopologyEdge): TopologyProto.Edge {
  const { errorRatio, clientErrorRatio, mtls } = edge;
  return {
    ...edge,
    errorRatio: errorRatio ?? undefined,
    clientErrorRatio: clientErrorRatio ?? undefined,
    mtls: { ...mtls, ratio: mtls.ratio ?? undefined },
  };
}

export function topologyToProto({ sources, nodes, edges, ...rest }: Topology): TopologyProto.Topology {
  return { ...rest, sources: sourcesToProto(sources), nodes: nodes.map(nodeToProto), edges: edges.map(edgeToProto) };
}

export function diffToProto({ sources, nodes, edges, ...rest }: TopologyDiff): TopologyProto.TopologyDiff {
  return {
    ...rest,
    sources: sourcesToProto(sources),
    nodes: {
      added: nodes.added.map(nodeToProto),
      removed: nodes.removed.map(nodeToProto),
      changed: nodes.changed.map(({ id, before, after, changes }) => ({
        id,
        before: nodeToProto(before),
        after: nodeToProto(after),
        changes,
      })),
    },
    edges: {
      added: edges.added.map(edgeToProto),
      removed: edges.removed.map(edgeToProto),
      changed: edges.changed.map(({ id, before, after, changes }) => ({
        id,
        before: edgeToProto(before),
        after: edgeToProto(after),
        changes,
      })),
    },
  };
}

export function deltaToProto({ previousAt, sources, nodes, edges, ...rest }: TopologyDelta): TopologyProto.TopologyDelta {
  return {
    ...rest,
    previousAt: previousAt ?? undefined,
    sources: sourcesToProto(sources),
    nodes: { upserted: nodes.upserted.map(nodeToProto), removed: nodes.removed },
    edges: { upserted: edges.upserted.map(edgeToProto), removed: edges.removed },
  };
}

export function clusterToProto({ trustDomain, sources, ...rest }: ClusterInfo): TopologyProto.Cluster {
  return { ...rest, trustDomain: trustDomain ?? undefined, sources: sourcesToProto(sources) };
}
