/**
 * The policies of one cluster at one time, read once: what stays the same between two sets keeps its identity, so that a replay
 * sees at once whom a change cannot touch. Invariant: at most one policy a kind, namespace and name; the last one given wins.
 */
import type { PolicyKind, PolicyRef } from '@observatory/contracts';
import type { AuthorizationPolicy } from '../model/policy.js';
import { readAuthorizationPolicy } from '../model/read-policy.js';

/** A policy as Kubernetes has it, without what the API server adds. */
export interface PolicyObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: unknown;
}

export interface PolicyEntry extends PolicyRef {
  readonly object: PolicyObject;
  /** Of Istio's AuthorizationPolicy. */
  readonly authorization?: AuthorizationPolicy;
}
export type PolicySet = readonly PolicyEntry[];

const GROUPS: Readonly<Record<string, Readonly<Record<string, PolicyKind>>>> = {
  'security.istio.io': {
    AuthorizationPolicy: 'AuthorizationPolicy',
    PeerAuthentication: 'PeerAuthentication',
    RequestAuthentication: 'RequestAuthentication',
  },
  'networking.k8s.io': { NetworkPolicy: 'NetworkPolicy' },
  'policy.linkerd.io': {
    Server: 'Server',
    AuthorizationPolicy: 'LinkerdAuthorizationPolicy',
    MeshTLSAuthentication: 'MeshTLSAuthentication',
    NetworkAuthentication: 'NetworkAuthentication',
    HTTPRoute: 'HTTPRoute',
  },
};

/** Undefined for what is no policy. */
export function kindOf(apiVersion: unknown, kind: unknown): PolicyKind | undefined {
  const group = typeof apiVersion === 'string' ? (apiVersion.split('/')[0] ?? '') : '';
  const kinds = Object.hasOwn(GROUPS, group) ? GROUPS[group] : undefined;
  return typeof kind === 'string' && kinds && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
}

/** `namespace` stands in where a manifest names none, as kubectl's does. */
export function entryOf(object: unknown, namespace = 'default'): PolicyEntry | undefined {
  if (typeof object !== 'object' || object === null) return undefined;
  const { apiVersion, kind: kindName, metadata, spec } = object as Record<string, unknown>;
  const kind = kindOf(apiVersion, kindName);
  const { name, namespace: own, labels, annotations } = (metadata ?? {}) as Record<string, unknown>;
  if (!kind || typeof name !== 'string' || name === '') return undefined;
  const place = typeof own === 'string' && own !== '' ? own : namespace;
  const whole = {
    apiVersion: apiVersion as string,
    kind: kindName as string,
    metadata: { name, namespace: place, ...(isMap(labels) ? { labels } : {}), ...(isMap(annotations) ? { annotations } : {}) },
    ...(spec === undefined ? {} : { spec }),
  } as PolicyObject;
  const authorization = kind === 'AuthorizationPolicy' ? readAuthorizationPolicy(whole) : undefined;
  return { kind, namespace: place, name, object: whole, ...(authorization ? { authorization } : {}) };
}

/** As `entryOf`, for cases written by hand: without apiVersion and kind it is an AuthorizationPolicy, and it may have no name. */
export function looseEntryOf(object: Readonly<Record<string, unknown>>, namespace: string): PolicyEntry | undefined {
  const { apiVersion, kind = 'AuthorizationPolicy', metadata } = object;
  const group = Object.keys(GROUPS).find((name) => Object.hasOwn(GROUPS[name] ?? {}, String(kind)));
  const named = { name: 'unnamed', ...(isMap(metadata) ? (metadata as object) : {}) };
  return entryOf({ ...object, kind, metadata: named, apiVersion: apiVersion ?? `${group ?? ''}/v1` }, namespace);
}

const isMap = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

export const refText = ({ kind, namespace, name }: PolicyRef): string => `${kind}/${namespace}/${name}`;
export const refOf = ({ kind, namespace, name }: PolicyRef): PolicyRef => ({ kind, namespace, name });

export function policySet(objects: readonly PolicyObject[]): PolicySet {
  return objects.flatMap((object) => entryOf(object) ?? []);
}

/** The set with policies added or replaced, and others taken away. */
export function changedSet(set: PolicySet, apply: PolicySet, remove: readonly PolicyRef[]): PolicySet {
  const result = new Map(set.map((entry) => [refText(entry), entry]));
  for (const ref of remove) result.delete(refText(ref));
  for (const entry of apply) {
    const known = result.get(refText(entry));
    if (!known || JSON.stringify(known.object) !== JSON.stringify(entry.object)) result.set(refText(entry), entry);
  }
  return [...result.values()];
}

export const authorizationOf = (set: PolicySet): AuthorizationPolicy[] => set.flatMap(({ authorization }) => authorization ?? []);
export const ofKind = (set: PolicySet, kind: PolicyKind): PolicyEntry[] => set.filter((entry) => entry.kind === kind);
