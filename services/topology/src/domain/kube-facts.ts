/**
 * What is kept of each Kubernetes object, and nothing more: a cluster of 2,000 workloads has some 10,000 pods.
 * `createdAt` is milliseconds since 1970; labels of pods of one owner are one shared object.
 */
import type { NamespaceMesh, Owner, ProxyKind, Injection } from '@observatory/platform';

export type Labels = Readonly<Record<string, string>>;

export interface PodFact {
  readonly namespace: string;
  readonly owner: Owner;
  readonly labels: Labels;
  readonly serviceAccount: string;
  readonly proxy?: ProxyKind;
  readonly ready: boolean;
  /** Finished or being deleted: no replica any more. */
  readonly ended: boolean;
  readonly createdAt: number;
}

/** Deployment, StatefulSet, DaemonSet or CronJob. */
export interface ControllerFact {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Of the pods that it makes. */
  readonly labels: Labels;
  readonly serviceAccount: string;
  /** What the pod template asks for; the pods themselves say what came of it. */
  readonly inject?: Injection;
  readonly ambientOptOut: boolean;
  /** Absent for what has no steady number: CronJobs. */
  readonly replicas?: { readonly desired: number; readonly ready: number };
  readonly createdAt: number;
}

export interface ServiceFact {
  readonly namespace: string;
  readonly name: string;
  readonly selector: Labels;
  readonly createdAt: number;
}

export interface ServiceEntryFact {
  readonly namespace: string;
  readonly name: string;
  readonly hosts: readonly string[];
  readonly createdAt: number;
}

export interface NamespaceFact {
  readonly name: string;
  /** What pods of the namespace get unless they say otherwise. */
  readonly mesh: NamespaceMesh;
}

/** Everything read from one cluster. */
export interface ClusterFacts {
  readonly cluster: string;
  readonly namespaces: readonly NamespaceFact[];
  readonly pods: readonly PodFact[];
  readonly controllers: readonly ControllerFact[];
  readonly services: readonly ServiceFact[];
  readonly serviceEntries: readonly ServiceEntryFact[];
}
