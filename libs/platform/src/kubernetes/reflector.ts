/**
 * Keeps the objects of one kind as the API server has them: list in pages, then watch from there, for ever.
 *
 * Not client-node's ListWatch: it lists without pages, asks for no bookmarks, ends for good at any error but 410 and its own
 * timeout, and keeps whole objects. Here: a watch that ends goes on from the last version seen; 410 lists again; 403 waits
 * and asks again, holding nothing meanwhile; 404 ends it (the kind is gone); anything else waits with backoff, holding what was known.
 */
import { Logger } from '@nestjs/common';
import type { WatchedKind } from '@observatory/contracts';
import { Backoff, jittered, pause } from '../timing/backoff.js';
import type { ServedKind } from './discovery.js';
import type { KindStore } from './kind-store.js';
import type { KubeCredentials } from './kube-credentials.js';
import { getJson, KubeStatusError, openLines } from './kube-http.js';
import { objectKey, type KubeKind, type KubeObject } from './kube-kind.js';

const PAGE_OBJECTS = 500;
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';
const METADATA_WATCH = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';
/** A watch shorter than this that brought nothing counts as an attempt that failed. */
const SHORT_WATCH_MS = 1000;

export interface KubeTiming {
  /** The server ends a watch after this; we go on from where it ended. */
  readonly watchSec: number;
  /** A watch without a byte for so long is taken for half-open. Servers send bookmarks about every minute. */
  readonly watchIdleMs: number;
  /** A list may be slow, but not silent for longer. */
  readonly listIdleMs: number;
  /** How often we ask again for what we may not list, and look for kinds that are missing. */
  readonly askAgainMs: number;
  readonly backoffMinMs: number;
  readonly backoffMaxMs: number;
  /** How often the server is asked whether it is there, and how long it may take. */
  readonly probeMs: number;
  readonly probeTimeoutMs: number;
}

export const KUBE_TIMING: KubeTiming = {
  watchSec: 290,
  watchIdleMs: 100_000,
  listIdleMs: 60_000,
  askAgainMs: 60_000,
  backoffMinMs: 500,
  backoffMaxMs: 30_000,
  probeMs: 10_000,
  probeTimeoutMs: 5_000,
};

export interface ReflectorParts<T> {
  readonly kind: KubeKind<T>;
  readonly served: ServedKind;
  readonly credentials: KubeCredentials;
  readonly store: KindStore<T>;
  readonly timing: KubeTiming;
  /** Bounds how many lists run at once against one server. */
  readonly gate: <R>(work: () => Promise<R>) => Promise<R>;
  readonly onState: (state: WatchedKind['state'], detail?: string) => void;
}

interface ListPage {
  items?: KubeObject[];
  metadata?: { resourceVersion?: string; continue?: string };
}
interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: KubeObject & { code?: number; message?: string };
}

export class Reflector<T> {
  private readonly logger = new Logger('KubeWatcher');
  private readonly stopped = new AbortController();
  private readonly backoff: Backoff;
  private attempt = new AbortController();
  private waiting = new AbortController();
  private resourceVersion: string | undefined;
  private progress = false;
  private opened = false;

  constructor(private readonly parts: ReflectorParts<T>) {
    this.backoff = new Backoff(parts.timing.backoffMinMs, parts.timing.backoffMaxMs);
  }

  /** Resolves when stopped, or when the server has no such kind any more. */
  async run(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      this.attempt = new AbortController();
      this.progress = false;
      this.opened = false;
      const startedAt = performance.now();
      try {
        if (this.resourceVersion === undefined) await this.parts.gate(() => this.list());
        await this.watch();
        if (this.progress || performance.now() - startedAt > SHORT_WATCH_MS) this.backoff.reset();
        else await this.wait(this.backoff.nextMs());
      } catch (thrown) {
        if (this.stopped.signal.aborted || (await this.recover(thrown)) === 'gone') return;
      }
    }
  }

  stop(): void {
    this.stopped.abort();
    this.attempt.abort();
    this.waiting.abort();
  }

  /** Gives up the request under way, for a server that seems not to be there any more. */
  cut(reason: string): void {
    this.opened = false;
    this.parts.onState('failing', reason);
    this.attempt.abort();
  }

  /** The server is back: what hangs or waits tries again at once. */
  retryNow(): void {
    this.backoff.reset();
    if (!this.opened) this.attempt.abort();
    this.waiting.abort();
  }

  private async recover(thrown: unknown): Promise<'again' | 'gone'> {
    const { timing, store, onState } = this.parts;
    const error = thrown as Error;
    const status = thrown instanceof KubeStatusError ? thrown.status : undefined;
    if (status === 404) {
      store.replace(new Map());
      onState('missing', error.message);
      return 'gone';
    }
    if (status === 410) {
      this.resourceVersion = undefined;
      this.logger.debug(`${this.name}: the watched version is gone, listing again`);
      await this.wait(this.backoff.nextMs());
    } else if (status === 403) {
      this.resourceVersion = undefined;
      store.replace(new Map());
      onState('forbidden', error.message);
      await this.wait(jittered(timing.askAgainMs));
    } else {
      // A stream that breaks is opened again first: only what cannot be opened is failing.
      if (!this.opened && !this.attempt.signal.aborted) onState('failing', error.message);
      this.logger.debug(`${this.name}: ${error.message}`);
      const asked = thrown instanceof KubeStatusError ? (thrown.retryAfterMs ?? 0) : 0;
      await this.wait(Math.max(this.backoff.nextMs(), Math.min(asked, timing.askAgainMs)));
    }
    return 'again';
  }

  private async wait(ms: number): Promise<void> {
    this.waiting = new AbortController();
    if (!this.stopped.signal.aborted) await pause(ms, this.waiting.signal);
  }

  private get name(): string {
    return `${this.parts.served.apiVersion} ${this.parts.kind.kind}`;
  }

  private async list(): Promise<void> {
    const objects = new Map<string, T>();
    let next: string | undefined;
    let version: string | undefined;
    let limit: number | undefined = PAGE_OBJECTS;
    do {
      try {
        const page = await this.page({ limit, continue: next });
        for (const item of page.items ?? []) this.keep(item, (key, object) => objects.set(key, object));
        version = page.metadata?.resourceVersion;
        next = page.metadata?.continue || undefined;
      } catch (thrown) {
        // The pages took longer than the server keeps history: once more, in one piece.
        if (!(thrown instanceof KubeStatusError && thrown.status === 410 && next !== undefined)) throw thrown;
        objects.clear();
        [next, limit] = [undefined, undefined];
        continue;
      }
      if (next === undefined) break;
    } while (!this.stopped.signal.aborted);
    if (version === undefined) throw new Error('a list without a resourceVersion');
    this.resourceVersion = version;
    this.parts.store.replace(objects);
    this.parts.onState('synced');
  }

  private async page(query: Record<string, string | number | undefined>): Promise<ListPage> {
    const { served, kind, timing, credentials } = this.parts;
    const accept = kind.metadataOnly ? METADATA_LIST : 'application/json';
    const selectors = { labelSelector: kind.labelSelector, fieldSelector: kind.fieldSelector };
    const get = { path: served.path, query: { ...query, ...selectors }, accept, idleMs: timing.listIdleMs, signal: this.attempt.signal };
    return (await getJson(credentials, get)) as ListPage;
  }

  private async watch(): Promise<void> {
    const { served, kind, timing, credentials } = this.parts;
    const accept = kind.metadataOnly ? METADATA_WATCH : 'application/json';
    const query = {
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: this.resourceVersion,
      timeoutSeconds: Math.ceil(jittered(timing.watchSec * 1000) / 1000),
      labelSelector: kind.labelSelector,
      fieldSelector: kind.fieldSelector,
    };
    const lines = await openLines(credentials, {
      path: served.path,
      query,
      accept,
      idleMs: timing.watchIdleMs,
      signal: this.attempt.signal,
    });
    this.opened = true;
    this.parts.onState('synced');
    for await (const line of lines) this.apply(JSON.parse(line) as WatchEvent);
  }

  private apply({ type, object }: WatchEvent): void {
    if (type === 'ERROR') throw new KubeStatusError(object.code ?? 500, object.message ?? 'the watch failed');
    this.progress = true;
    const { store } = this.parts;
    if (type === 'DELETED') store.delete(objectKey(object.metadata));
    else if (type !== 'BOOKMARK' && !this.keep(object, (key, kept) => store.upsert(key, kept))) store.delete(objectKey(object.metadata));
    this.resourceVersion = object.metadata.resourceVersion ?? this.resourceVersion;
  }

  /** False when the projection leaves the object out. */
  private keep(object: KubeObject, into: (key: string, object: T) => void): boolean {
    try {
      const kept = this.parts.kind.project(object);
      if (kept === undefined) return false;
      into(objectKey(object.metadata), kept);
      return true;
    } catch (thrown) {
      this.logger.warn(`${this.name} ${objectKey(object.metadata)} cannot be read: ${(thrown as Error).message}`);
      return false;
    }
  }
}
