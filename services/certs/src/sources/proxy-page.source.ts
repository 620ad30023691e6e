/**
 * Reads admin pages of proxies, where the operator allows it: each page once in PAGE_INTERVAL_MS, a bounded number at a time, beside the
 * passes. Invariant: an answer is bounded in time and bytes, and a page that fails takes nothing away of what it said before.
 */
import type { SourceFreshness } from '@observatory/contracts';
import type { Reason } from '../domain/coverage.js';
import type { PodFact } from '../domain/kube-facts.js';
import { pagesOf, PAGE_KINDS, readPage, type PageContext, type PageKind, type PageReading, type ProxyPage } from '../domain/proxy-pages.js';

export const PAGE_INTERVAL_MS = 60_000;
const PAGES_AT_ONCE = 8;
const TIMEOUT_MS = 5000;
/** The dump of a ztunnel holds every workload of the mesh. */
const PAGE_MAX_BYTES = 64 * 1024 * 1024;
export const PAGE_NAMES: Readonly<Record<PageKind, string>> = { ztunnel: 'ztunnel config dumps', envoy: 'Envoy admin pages' };
const STALE_AFTER_MS = 3 * PAGE_INTERVAL_MS;

export interface ProxyPageOptions {
  readonly kinds: ReadonlySet<PageKind>;
  readonly url: string;
  readonly onRead: (page: ProxyPage, reading: PageReading) => void;
}
interface PageState {
  readonly page: ProxyPage;
  readonly at: number;
  readonly failed?: Reason;
  readonly reading?: PageReading;
}

export class ProxyPageSource {
  private readonly states = new Map<string, PageState>();
  private startedAt = -Infinity;
  private running: Promise<void> | undefined;
  private readonly stopped = new AbortController();

  constructor(private readonly options: ProxyPageOptions) {}

  isOn(kind: PageKind): boolean {
    return this.options.kinds.has(kind);
  }

  /** Starts a round when one is due and none is under way. */
  refresh(context: PageContext): void {
    const pages = pagesOf(context.pods, this.options.kinds);
    const wanted = new Set(pages.map(({ key }) => key));
    for (const key of this.states.keys()) if (!wanted.has(key)) this.states.delete(key);
    if (this.running || pages.length === 0 || context.at - this.startedAt < PAGE_INTERVAL_MS) return;
    this.startedAt = context.at;
    this.running = this.readAll(pages, context).finally(() => (this.running = undefined));
  }

  stop(): void {
    this.stopped.abort();
  }

  /** Only of what is switched on. */
  freshness(cluster: string): SourceFreshness[] {
    return PAGE_KINDS.filter((kind) => this.isOn(kind)).map((kind) => {
      const states = [...this.states.values()].filter(({ page }) => page.kind === kind);
      const seenAt = Math.max(...states.filter(({ reading }) => reading).map(({ at }) => at), -Infinity);
      const failed = states.filter((state) => state.failed).length;
      const about = { name: PAGE_NAMES[kind], cluster };
      const detail = failed > 0 ? `${failed} of ${states.length} pages cannot be read` : undefined;
      if (seenAt === -Infinity) return { ...about, freshAt: null, state: 'down', detail: detail ?? 'not read yet' };
      const state = Date.now() - seenAt > STALE_AFTER_MS ? 'stale' : 'fresh';
      return { ...about, freshAt: new Date(seenAt).toISOString(), state, ...(detail === undefined ? {} : { detail }) };
    });
  }

  /** Why a pod is not among what the pages of this kind show. */
  whyNot(kind: PageKind, pod: PodFact): Reason {
    if (!this.isOn(kind)) return { reason: 'source-off', message: offMessage(kind) };
    const states = [...this.states.values()].filter(({ page }) =>
      kind === 'ztunnel' ? page.kind === kind && page.pod.node === pod.node : page.key === `envoy ${pod.namespace}/${pod.name}`,
    );
    if (!pod.running) return { reason: 'no-running-pod', message: 'the pod does not run' };
    const failed = states.find((state) => state.failed)?.failed;
    if (failed) return failed;
    if (states.length === 0) return { reason: 'not-tried-yet', message: 'its page has not been read yet' };
    const named = states
      .flatMap(({ reading }) => reading?.missing ?? [])
      .find(({ namespace, serviceAccount }) => namespace === pod.namespace && serviceAccount === pod.serviceAccount);
    const message = named ? `ztunnel has none for it: ${named.state}` : 'the page names no certificate of its identity';
    return { reason: 'no-metric', message };
  }

  private async readAll(pages: readonly ProxyPage[], context: PageContext): Promise<void> {
    const waiting = [...pages];
    const worker = async () => {
      for (let page = waiting.shift(); page && !this.stopped.signal.aborted; page = waiting.shift()) await this.read(page, context);
    };
    await Promise.all(Array.from({ length: PAGES_AT_ONCE }, worker));
  }

  private async read(page: ProxyPage, context: PageContext): Promise<void> {
    const { signal } = this.stopped;
    const outcome = await load(urlOf(this.options.url, page), AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]));
    if (signal.aborted) return;
    const at = Date.now();
    const reading = 'document' in outcome ? readPage(page, outcome.document, { ...context, at }) : undefined;
    if (reading) {
      this.states.set(page.key, { page, at, reading });
      this.options.onRead(page, reading);
      return;
    }
    const failed =
      'failed' in outcome ? outcome.failed : { reason: 'garbage' as const, message: `${page.path} is not what a proxy answers` };
    this.states.set(page.key, { page, at, failed });
  }
}

/** How to have it. */
export const offMessage = (kind: PageKind): string =>
  `${kind === 'ztunnel' ? 'ztunnel’s /config_dump' : 'Envoy’s /certs'} is not read: CERTS_CONFIG_DUMP=${kind} switches it on`;

function urlOf(template: string, { pod, path }: ProxyPage): string {
  const ip = pod.ip.includes(':') ? `[${pod.ip}]` : pod.ip;
  const fields: Readonly<Record<string, string>> = { ip, node: pod.node ?? '', namespace: pod.namespace, pod: pod.name };
  return template.replace(/\{(ip|node|namespace|pod)\}/g, (_, name: string) => fields[name] ?? '').replace(/\/$/, '') + path;
}

async function load(url: string, signal: AbortSignal): Promise<{ document: unknown } | { failed: Reason }> {
  try {
    const response = await fetch(url, { signal, redirect: 'error' });
    if (response.status === 401 || response.status === 403)
      return { failed: { reason: 'no-permission', message: `the admin page answers ${response.status}` } };
    if (!response.ok) return { failed: { reason: 'unreachable', message: `the admin page answers ${response.status}` } };
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of response.body ?? []) {
      bytes += part.length;
      if (bytes > PAGE_MAX_BYTES) return { failed: { reason: 'garbage', message: 'the admin page is larger than 64 MiB' } };
      parts.push(part);
    }
    return { document: JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown };
  } catch (thrown) {
    return { failed: failureOf(thrown as Error) };
  }
}

function failureOf(error: Error): Reason {
  const { code } = (error.cause ?? {}) as { code?: string };
  if (error instanceof SyntaxError) return { reason: 'garbage', message: 'the admin page is no JSON' };
  if (error.name === 'TimeoutError') return { reason: 'timeout', message: 'the admin page does not answer in time' };
  if (code === 'ECONNREFUSED')
    return { reason: 'refused', message: 'the admin port refuses: it listens on the pod’s loopback alone, unless something passes it on' };
  return { reason: 'unreachable', message: `the admin page cannot be reached: ${code ?? error.message}` };
}
