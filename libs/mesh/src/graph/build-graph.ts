/**
 * The graph of a mean of windows, in one of four views, joined with what Kubernetes knows.
 * Invariant: the requests on all edges are the requests of all samples, in every view.
 */
import type { EdgeSample, GraphKind } from '@observatory/contracts';
import type { GraphObjects, MeshGraph, ServiceFacts, WorkloadFacts } from '../types.js';
import { EdgeBuilder } from './edge-builder.js';
import { NodeBuilder } from './node-builder.js';
import { View, type NodeKey } from './view.js';

export interface BuildGraphOptions {
  /** Mean over the window, see `WindowRing.mean` and `meanOfSamples`. */
  readonly samples: readonly EdgeSample[];
  readonly windowSec: number;
  readonly graph: GraphKind;
  readonly objects?: GraphObjects;
}

class GraphBuilder {
  readonly nodes = new Map<string, NodeBuilder>();
  readonly edges = new Map<string, EdgeBuilder>();
  private readonly view: View;

  constructor(private readonly options: BuildGraphOptions) {
    this.view = new View(options.graph, options.samples, options.objects);
  }

  addSample(sample: EdgeSample): void {
    const source = this.node(this.view.source(sample));
    const target = this.node(this.view.target(sample));
    source.addSource(sample);
    target.addTarget(sample);
    const key = `${source.index} ${target.index} ${sample.protocol}`;
    let edge = this.edges.get(key);
    if (edge === undefined) this.edges.set(key, (edge = new EdgeBuilder(source, target, sample.protocol)));
    edge.add(sample);
  }

  /** Workloads are nodes, or part of one; in the service graph the services are, and lend their workloads' facts. */
  addWorkload(facts: WorkloadFacts): void {
    if (this.options.graph !== 'service') {
      this.node(this.view.workload(facts)).addMember(facts);
      return;
    }
    const { cluster, namespace } = facts;
    for (const name of facts.services ?? []) this.node({ kind: 'service', cluster, namespace, name }).addMember(facts);
    if (facts.services === undefined || facts.services.length === 0) this.nodes.get(keyText(this.view.workload(facts)))?.addMember(facts);
  }

  addService({ kind, cluster, namespace, name }: ServiceFacts): void {
    this.node({ kind, cluster, namespace, name });
  }

  private node(key: NodeKey): NodeBuilder {
    const text = keyText(key);
    let node = this.nodes.get(text);
    if (node === undefined) this.nodes.set(text, (node = new NodeBuilder(bare(key), this.nodes.size)));
    return node;
  }
}

/** An endpoint serves as a key, but its version is a description, not part of what the node is. */
const bare = ({ kind, cluster, namespace, name, version }: NodeKey): NodeKey =>
  kind === 'app' && version !== undefined ? { kind, cluster, namespace, name, version } : { kind, cluster, namespace, name };

const keyText = (key: NodeKey) => {
  const { kind, cluster, namespace, name, version } = bare(key);
  return `${kind}\u0000${cluster}\u0000${namespace}\u0000${name}\u0000${version ?? ''}`;
};

export function buildGraph(options: BuildGraphOptions): MeshGraph {
  const builder = new GraphBuilder(options);
  for (const sample of options.samples) builder.addSample(sample);
  for (const workload of options.objects?.workloads ?? []) builder.addWorkload(workload);
  if (options.graph === 'service') for (const service of options.objects?.services ?? []) builder.addService(service);
  return {
    nodes: Array.from(builder.nodes.values(), (node) => node.node(options.windowSec)),
    edges: Array.from(builder.edges.values(), (edge) => edge.edge()),
  };
}
