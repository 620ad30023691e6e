/**
 * Watches the wanted kinds of one cluster and holds what their projections keep. Reads only: list and watch.
 * Never throws after construction: a server that is away, a kind that is missing or forbidden are states, each with the reason.
 */
import { Logger } from '@nestjs/common';
import type { SourceFreshness, WatchedKind } from '@observatory/contracts';
import type { ClusterConfig } from '../config/clusters.js';
import { Backoff, jittered, pause } from '../timing/backoff.js';
import { discover, type ServedKind } from './discovery.js';
import { KindStore, type KubeChange } from './kind-store.js';
import { KubeCredentials } from './kube-credentials.js';
import { probe } from './kube-http.js';
import { kindKey, type KubeKind } from './kube-kind.js';
import { KUBE_TIMING, Reflector, type KubeTiming } from './reflector.js';

const LISTS_AT_ONCE = 4;
/** One lost probe may be a hiccup; after two the open watches are not believed any more. */
const PROBES_LOST = 2;

type State = Pick<WatchedKind, 'apiVersion' | 'state' | 'since' | 'detail'>;
export type KubeListener = (kind: string, change: KubeChange<unknown>) => void;

export class KubeWatcher {
  private readonly logger = new Logger(KubeWatcher.name);
  private readonly credentials: KubeCredentials;
  private readonly timing: KubeTiming;
  private readonly stores = new Map<string, KindStore<unknown>>();
  private readonly states = new Map<string, State>();
  private readonly reflectors = new Map<string, Reflector<unknown>>();
  private readonly listeners: KubeListener[] = [];
  private readonly stopped = new AbortController();
  private readonly gate = limiter(LISTS_AT_ONCE);
  private heardAt: Date | undefined;
  private trouble: string | undefined;

  constructor(
    readonly cluster: Pick<ClusterConfig, 'name' | 'kubeconfig' | 'context' | 'inCluster'>,
    private readonly kinds: readonly KubeKind[],
    timing: Partial<KubeTiming> = {},
  ) {
    this.timing = { ...KUBE_TIMING, ...timing };
    this.credentials = new KubeCredentials(cluster);
    for (const kind of kinds) {
      const key = kindKey(kind);
      this.stores.set(key, new KindStore((change) => this.listeners.forEach((listener) => listener(key, change))));
      this.states.set(key, { apiVersion: kind.group, state: 'syncing', since: new Date().toISOString() });
    }
  }

  start(): this {
    void this.discoverForEver();
    void this.probeForEver();
    return this;
  }

  stop(): void {
    this.stopped.abort();
    for (const reflector of this.reflectors.values()) reflector.stop();
    this.credentials.close();
  }

  /** Called for each change of what is kept; bursts come one by one. */
  onChange(listener: KubeListener): void {
    this.listeners.push(listener);
  }

  /** The live store of one of the kinds that this watcher was made with. */
  store<T>(kind: KubeKind<T>): KindStore<T> {
    const store = this.stores.get(kindKey(kind));
    if (!store) throw new Error(`${kindKey(kind)} is not watched`);
    return store as KindStore<T>;
  }

  /** Changes since the start, over all kinds. */
  get revision(): number {
    let sum = 0;
    for (const store of this.stores.values()) sum += store.revision;
    return sum;
  }

  kindStates(): WatchedKind[] {
    return this.kinds.map((kind) => {
      const key = kindKey(kind);
      const state = this.states.get(key) as State;
      return { ...state, kind: kind.kind, objects: this.stores.get(key)?.size ?? 0 };
    });
  }

  /** True when each kind was read, or is known to be missing or forbidden. */
  get settled(): boolean {
    return [...this.states.values()].every(({ state }) => state !== 'syncing');
  }

  freshness(): SourceFreshness {
    const states = this.kindStates();
    const about = { name: 'Kubernetes', cluster: this.cluster.name, freshAt: this.heardAt?.toISOString() ?? null };
    const failing = states.filter(({ state }) => state === 'failing');
    const read = states.filter(({ state }) => state === 'synced').length;
    const forbidden = states.filter(({ state }) => state === 'forbidden').map(({ kind }) => kind);
    const refused = forbidden.length > 0 ? `no permission to list ${listed(forbidden)}` : undefined;
    if (this.heardAt === undefined)
      return { ...about, state: 'down', detail: this.trouble ?? failing[0]?.detail ?? refused ?? 'not read yet' };
    if (this.trouble !== undefined) return { ...about, state: 'stale', detail: this.trouble };
    if (failing[0]) {
      const detail = `${listed(failing.map(({ kind }) => kind))}: ${failing[0].detail ?? 'cannot be read'}`;
      return { ...about, state: 'stale', detail };
    }
    if (refused !== undefined) return { ...about, state: read > 0 ? 'fresh' : 'down', detail: refused };
    return { ...about, state: 'fresh' };
  }

  private async discoverForEver(): Promise<void> {
    const backoff = new Backoff(this.timing.backoffMinMs, this.timing.backoffMaxMs);
    while (!this.stopped.signal.aborted) {
      const wanted = this.kinds.filter((kind) => !this.reflectors.has(kindKey(kind)));
      try {
        if (wanted.length > 0) this.begin(wanted, await discover(this.credentials, wanted, this.stopped.signal));
        backoff.reset();
        await pause(jittered(this.timing.askAgainMs), this.stopped.signal);
      } catch (thrown) {
        const { message } = thrown as Error;
        for (const kind of wanted) this.setState(kind, 'failing', message);
        await pause(backoff.nextMs(), this.stopped.signal);
      }
    }
  }

  private begin(wanted: readonly KubeKind[], served: Map<string, ServedKind>): void {
    if (this.stopped.signal.aborted) return;
    for (const kind of wanted) {
      const found = served.get(kindKey(kind));
      if (found) this.reflect(kind, found);
      else this.setState(kind, 'missing', 'the cluster has no such kind');
    }
  }

  private reflect(kind: KubeKind, served: ServedKind): void {
    const key = kindKey(kind);
    const onState = (state: WatchedKind['state'], detail?: string) => this.setState(kind, state, detail, served.apiVersion);
    const { credentials, timing, gate } = this;
    const reflector = new Reflector({ kind, served, credentials, timing, gate, onState, store: this.store(kind) });
    this.reflectors.set(key, reflector);
    onState('syncing');
    void reflector.run().finally(() => this.reflectors.delete(key));
  }

  private setState(kind: KubeKind, state: WatchedKind['state'], detail?: string, apiVersion?: string): void {
    const key = kindKey(kind);
    const known = this.states.get(key) as State;
    if (state === 'synced') this.heardAt = new Date();
    if (known.state !== state) this.logger.log(`${this.cluster.name}: ${kind.kind} ${state}${detail === undefined ? '' : `: ${detail}`}`);
    const since = known.state === state ? known.since : new Date().toISOString();
    this.states.set(key, { apiVersion: apiVersion ?? known.apiVersion, state, since, ...(detail === undefined ? {} : { detail }) });
  }

  /** Open watches say nothing while nothing happens; this says whether anybody is still there. */
  private async probeForEver(): Promise<void> {
    const { probeMs, probeTimeoutMs } = this.timing;
    let lost = 0;
    while (!this.stopped.signal.aborted) {
      try {
        const signal = AbortSignal.any([this.stopped.signal, AbortSignal.timeout(probeTimeoutMs)]);
        await probe(this.credentials, { path: '/version', idleMs: probeTimeoutMs, signal });
        if (lost > 0) for (const reflector of this.reflectors.values()) reflector.retryNow();
        lost = 0;
        this.trouble = undefined;
        if (this.heardAt !== undefined) this.heardAt = new Date();
      } catch (thrown) {
        lost += 1;
        this.trouble = `the API server does not answer: ${(thrown as Error).message}`;
        if (lost === PROBES_LOST) for (const reflector of this.reflectors.values()) reflector.cut(this.trouble);
      }
      await pause(probeMs, this.stopped.signal);
    }
  }
}

const NAMED = 5;

function listed(kinds: readonly string[]): string {
  const rest = kinds.length - NAMED;
  return `${kinds.slice(0, NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function limiter(bound: number): <R>(work: () => Promise<R>) => Promise<R> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= bound) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
