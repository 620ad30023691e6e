/** What to watch, as the caller says it, and what an object looks like before it is projected. */

export interface KubeMetadata {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
}

/** As read from the server: nothing but metadata is certain. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata: KubeMetadata;
  spec?: unknown;
  status?: unknown;
  data?: unknown;
  [field: string]: unknown;
}

export interface KubeKind<T = unknown> {
  /** '' for core. */
  readonly group: string;
  readonly kind: string;
  /** Versions that the projection understands, best first; absent: any, the server's preferred one first. */
  readonly versions?: readonly string[];
  /** Asks for metadata only: then `spec` and `status` may be absent. */
  readonly metadataOnly?: boolean;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  /** What is kept of an object: undefined keeps nothing. Anything that throws here is logged, and the object left out. */
  readonly project: (object: KubeObject) => T | undefined;
}

/** `apps/Deployment`, `/Pod`: how kinds are named in maps and logs. A part of a kind by its fields is watched apart: `/ConfigMap?metadata.name=a`. */
export function kindKey({ group, kind, fieldSelector }: Pick<KubeKind, 'group' | 'kind' | 'fieldSelector'>): string {
  return fieldSelector === undefined ? `${group}/${kind}` : `${group}/${kind}?${fieldSelector}`;
}

/** `namespace/name`, or `name` of what has no namespace. */
export function objectKey({ namespace, name }: Pick<KubeMetadata, 'namespace' | 'name'>): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
