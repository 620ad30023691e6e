/**
 * The objects of the simulated cluster with one revision counter, as etcd keeps them: every change is an event with a
 * revision, and only the last events are kept. A watcher from before them is told that they were compacted.
 */
import { kindByManifest, type KindInfo } from './kinds.js';

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    creationTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: unknown[];
    [field: string]: unknown;
  };
  [field: string]: unknown;
}

export type EventType = 'ADDED' | 'MODIFIED' | 'DELETED';

export interface StoreEvent {
  readonly revision: number;
  readonly type: EventType;
  readonly info: KindInfo;
  readonly object: KubeObject;
  /** The object before the change, for watchers whose selector it left. */
  readonly previous?: KubeObject;
}

/** Events kept for watchers that come back; older revisions answer 410. */
const KEPT_EVENTS = 2000;

export class Store {
  private readonly kinds = new Map<KindInfo, Map<string, KubeObject>>();
  private readonly events: StoreEvent[] = [];
  private readonly listeners = new Set<(event: StoreEvent) => void>();
  /** A real cluster's counter never starts at 0 either. */
  private lastRevision: number;
  private compactedRevision: number;

  constructor(
    firstRevision: number,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.lastRevision = firstRevision;
    this.compactedRevision = firstRevision;
  }

  get revision(): number {
    return this.lastRevision;
  }

  list(info: KindInfo): KubeObject[] {
    return Array.from(this.kinds.get(info)?.values() ?? []);
  }

  get(info: KindInfo, namespace: string, name: string): KubeObject | undefined {
    return this.kinds.get(info)?.get(`${namespace}/${name}`);
  }

  /** Creates or replaces. An object that is the same but for the server's own fields stays as it is. */
  apply(manifest: KubeObject): KubeObject {
    const info = infoOf(manifest);
    const namespace = info.namespaced ? (manifest.metadata.namespace ?? 'default') : '';
    const key = `${namespace}/${manifest.metadata.name}`;
    const objects = this.kinds.get(info) ?? new Map<string, KubeObject>();
    this.kinds.set(info, objects);
    const previous = objects.get(key);
    const object = this.complete(manifest, info, previous);
    if (previous && sameContent(previous, object)) return previous;
    this.lastRevision += 1;
    object.metadata.resourceVersion = String(this.lastRevision);
    objects.set(key, object);
    this.publish({ revision: this.lastRevision, type: previous ? 'MODIFIED' : 'ADDED', info, object, previous });
    return object;
  }

  delete(info: KindInfo, namespace: string, name: string): KubeObject | undefined {
    const objects = this.kinds.get(info);
    const previous = objects?.get(`${namespace}/${name}`);
    if (!objects || !previous) return undefined;
    objects.delete(`${namespace}/${name}`);
    this.lastRevision += 1;
    const object = { ...previous, metadata: { ...previous.metadata, resourceVersion: String(this.lastRevision) } };
    this.publish({ revision: this.lastRevision, type: 'DELETED', info, object, previous });
    return object;
  }

  /** Events after the revision, or undefined where they are compacted. */
  since(revision: number): StoreEvent[] | undefined {
    if (revision < this.compactedRevision) return undefined;
    return this.events.filter((event) => event.revision > revision);
  }

  /** Forgets all past events, as a real server does every few minutes. */
  compact(): void {
    this.events.length = 0;
    this.compactedRevision = this.lastRevision;
  }

  subscribe(listener: (event: StoreEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private complete(manifest: KubeObject, info: KindInfo, previous: KubeObject | undefined): KubeObject {
    const metadata = { ...manifest.metadata };
    if (info.namespaced) metadata.namespace ??= 'default';
    metadata.uid = previous?.metadata.uid ?? metadata.uid ?? crypto.randomUUID();
    metadata.creationTimestamp =
      previous?.metadata.creationTimestamp ??
      metadata.creationTimestamp ??
      this.now()
        .toISOString()
        .replace(/\.\d+Z$/, 'Z');
    metadata.generation =
      (previous?.metadata.generation ?? 0) + (previous && JSON.stringify(previous.spec) === JSON.stringify(manifest.spec) ? 0 : 1);
    return { ...manifest, metadata };
  }

  private publish(event: StoreEvent): void {
    this.events.push(event);
    if (this.events.length > KEPT_EVENTS) this.compactedRevision = this.events.shift()!.revision;
    for (const listener of this.listeners) listener(event);
  }
}

function infoOf(manifest: KubeObject): KindInfo {
  const info = kindByManifest(manifest.apiVersion, manifest.kind);
  if (!info) throw new Error(`the demo cluster has no kind ${manifest.kind} in ${manifest.apiVersion}`);
  return info;
}

function sameContent(a: KubeObject, b: KubeObject): boolean {
  const content = (object: KubeObject) =>
    JSON.stringify({ ...object, metadata: { ...object.metadata, resourceVersion: undefined, generation: undefined } });
  return content(a) === content(b);
}
