/**
 * What is kept of each Kubernetes object to know whom a policy selects: labels, accounts, ports, services, and the policies themselves.
 * Invariant: nothing that moves without meaning (status, resource versions) is kept, so that a change here is a change.
 */
import type { PolicyObject } from '@observatory/authz';
import type { Injection, NamespaceMesh, Owner, ProxyKind } from '@observatory/platform';
import type { PolicyKind } from '@observatory/contracts';

export type Labels = Readonly<Record<string, string>>;

export interface PortFact {
  readonly name?: string;
  readonly port: number;
}

export interface PodFact {
  readonly namespace: string;
  readonly owner: Owner;
  readonly labels: Labels;
  readonly serviceAccount: string;
  readonly ports: readonly PortFact[];
  readonly proxy?: ProxyKind;
  /** Linkerd's default inbound policy, where an annotation says it. */
  readonly linkerdDefaultPolicy?: string;
  readonly ended: boolean;
}

export interface ControllerFact {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly serviceAccount: string;
  readonly ports: readonly PortFact[];
  readonly inject?: Injection;
  readonly linkerdDefaultPolicy?: string;
  readonly ambientOptOut: boolean;
}

export interface ServiceFact {
  readonly namespace: string;
  readonly name: string;
  readonly selector: Labels;
  readonly ports: readonly { name?: string; port: number; targetPort: number | string; protocol?: string }[];
  /** Of the label istio.io/use-waypoint, on the service or its namespace. */
  readonly waypoint?: string;
}

export interface NamespaceFact {
  readonly name: string;
  readonly labels: Labels;
  readonly mesh: NamespaceMesh;
  readonly linkerdDefaultPolicy?: string;
}

/** A policy as it is kept: the object without status and bookkeeping, and who wrote it as far as the server says. */
export interface PolicyFact {
  readonly kind: PolicyKind;
  readonly namespace: string;
  readonly name: string;
  readonly object: PolicyObject;
  readonly uid?: string;
  readonly generation?: number;
  readonly createdAt?: string;
  readonly changedBy?: string;
  readonly changedAt?: string;
}
export interface ClusterFacts {
  readonly cluster: string;
  readonly rootNamespace: string;
  readonly namespaces: readonly NamespaceFact[];
  readonly pods: readonly PodFact[];
  readonly controllers: readonly ControllerFact[];
  readonly services: readonly ServiceFact[];
  /** Hosts of ServiceEntries. */
  readonly externalHosts: readonly string[];
  /** `namespace/name`. */
  readonly serviceAccounts: readonly string[];
  readonly policies: readonly PolicyFact[];
  /** The text of the mesh's own configuration, where we may read it. */
  readonly meshConfig?: string;
}
