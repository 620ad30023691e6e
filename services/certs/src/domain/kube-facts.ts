/** What is kept of each Kubernetes object to know who holds which certificate, and where it can be looked at. No secret is among them. */
import type { NodeRole } from '@observatory/contracts';
import type { NamespaceMesh, Owner, ProxyKind } from '@observatory/platform';

export type Labels = Readonly<Record<string, string>>;

export interface PodFact {
  readonly namespace: string;
  readonly name: string;
  readonly owner: Owner;
  readonly labels: Labels;
  readonly serviceAccount: string;
  readonly ip?: string;
  readonly node?: string;
  /** Of its own containers; of a gateway, of its proxy. */
  readonly ports: readonly { readonly name?: string; readonly port: number }[];
  readonly proxy?: ProxyKind;
  readonly role?: NodeRole;
  readonly running: boolean;
  readonly ended: boolean;
  readonly optedOut: boolean;
  /** SECRET_TTL of its proxy: how long a certificate it asks for, in milliseconds. */
  readonly lifetime?: number;
}

export interface NamespaceFact {
  readonly name: string;
  readonly mesh: NamespaceMesh;
  readonly optedOut: boolean;
}

export interface ServiceFact {
  readonly namespace: string;
  readonly name: string;
  readonly selector: Labels;
  readonly ports: readonly { readonly port: number; readonly targetPort: number | string }[];
}

/** Ports and hosts that a gateway serves with TLS of its own, of Istio's Gateway or of the Gateway API's. */
export interface GatewayFact {
  readonly namespace: string;
  readonly name: string;
  readonly selector: Labels;
  /** Istio's Gateway may select pods of other namespaces. */
  readonly anyNamespace: boolean;
  readonly servers: readonly { readonly port: number; readonly hosts: readonly string[] }[];
}

export interface BundleFact {
  readonly mesh: 'istio' | 'linkerd';
  readonly namespace: string;
  readonly name: string;
  readonly pem: string;
}

export interface ManagedFact {
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
  readonly issuer: string;
  readonly secretName?: string;
  readonly dnsNames: readonly string[];
  readonly isCa: boolean;
  readonly ready: boolean | null;
  readonly message?: string;
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly renewalTime?: number;
  readonly revision?: number;
  readonly failedAttempts: number;
}

export interface RequestFact {
  readonly namespace: string;
  readonly name: string;
  readonly certificateName?: string;
  readonly revision?: number;
  readonly createdAt: number;
  readonly certificatePem?: string;
  readonly failed: boolean;
  readonly message?: string;
}

export interface IssuerFact {
  readonly kind: 'Issuer' | 'ClusterIssuer';
  readonly namespace?: string;
  readonly name: string;
  readonly ready: boolean | null;
  readonly message?: string;
}

/** Everything read from one cluster's API server. */
export interface ClusterFacts {
  readonly cluster: string;
  readonly namespaces: readonly NamespaceFact[];
  readonly pods: readonly PodFact[];
  readonly services: readonly ServiceFact[];
  readonly gateways: readonly GatewayFact[];
  readonly bundles: readonly BundleFact[];
  readonly managed: readonly ManagedFact[];
  readonly requests: readonly RequestFact[];
  readonly issuers: readonly IssuerFact[];
}
