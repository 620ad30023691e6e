/**
 * What the policy service predicts is checked against what then happens: proposed policies are replayed, then applied to the demo
 * mesh, whose proxies enforce by a check of their own. Flow by flow: 403s in access logs, connections that carry nothing, DENY flags.
 */
import type { FlowChange, PolicyFlow, PolicyFlowsReply, PolicyListReply, PolicyWhatIfReply, Topology } from '@observatory/contracts';
import { launchSuite, until, type LaunchedSuite } from '@observatory/testing';
import { stringify } from 'yaml';

const WINDOW_SEC = 5;
/** Rates span four scrapes of 5 s, so what was before has left the newest window after so long. */
const SETTLED_MS = 35_000;

const policy = (kind: string, [namespace, name]: [string, string], spec: object): string =>
  stringify({ apiVersion: 'security.istio.io/v1', kind, metadata: { name, namespace }, spec });
const app = (name: string) => ({ selector: { matchLabels: { app: name } } });
const account = (of: string) => `cluster.local/ns/${of.replace('/', '/sa/')}`;

/** HTTP by path, method and caller; TCP by caller; ambient by namespace; plain text; and a rule that was, taken away. */
const PROPOSED = [
  policy('AuthorizationPolicy', ['shop', 'no-stock'], {
    ...app('catalog'),
    action: 'DENY',
    rules: [{ to: [{ operation: { paths: ['/products/stock'] } }] }],
  }),
  policy('AuthorizationPolicy', ['shop', 'cart-readers'], {
    ...app('cart'),
    action: 'ALLOW',
    rules: [{ from: [{ source: { principals: [account('shop/storefront')] } }], to: [{ operation: { methods: ['GET'] } }] }],
  }),
  policy('AuthorizationPolicy', ['data', 'redis-clients'], {
    ...app('redis'),
    action: 'ALLOW',
    rules: [{ from: [{ source: { principals: [account('shop/cart'), account('shop/catalog')] } }] }],
  }),
  policy('AuthorizationPolicy', ['media', 'search-index-closed'], {
    ...app('search-index'),
    action: 'DENY',
    rules: [{ from: [{ source: { namespaces: ['media'] } }] }],
  }),
  policy('PeerAuthentication', ['shop', 'accounts-strict'], { ...app('accounts'), mtls: { mode: 'STRICT' } }),
].join('---\n');

interface LogEntry {
  readonly caller: string;
  readonly callee: string;
  readonly method: string;
  readonly path: string;
  readonly code: number;
}

describe('predictions and what then happens', () => {
  let suite: LaunchedSuite;
  let demoUrl: string;

  beforeAll(async () => {
    suite = await launchSuite({ env: { OBSERVATORY_WINDOW_SEC: String(WINDOW_SEC) } });
    demoUrl = `http://127.0.0.1:${(await suite.state()).ports['demo.http']}`;
  }, 420_000);
  afterAll(() => suite?.[Symbol.asyncDispose](), 60_000);

  /** Lines of the servers' proxies, waypoints left out: they speak for others. */
  async function accessLog(sinceMs: number): Promise<LogEntry[]> {
    const asked = new URLSearchParams({ query: '{container="istio-proxy"} |= `inbound`', limit: '5000', start: String(sinceMs / 1000) });
    const { data } = (await (await fetch(`${demoUrl}/loki/loki/api/v1/query_range?${asked}`)).json()) as {
      data: { result: { stream: { namespace: string; app: string }; values: [string, string][] }[] };
    };
    return data.result.flatMap(({ stream, values }) =>
      values.map(([, line]): LogEntry => {
        const entry = JSON.parse(line) as { downstream_peer_uri_san: string | null; method: string; path: string; response_code: number };
        const caller = entry.downstream_peer_uri_san?.replace('spiffe://', '') ?? '';
        return { caller, callee: `${stream.namespace}/${stream.app}`, method: entry.method, path: entry.path, code: entry.response_code };
      }),
    );
  }

  const appOf = ({ namespace, name }: PolicyFlow['target']) => `${namespace}/${name.replace(/-v\d$/, '')}`;
  const nameOf = ({ source, target, mtls, request }: PolicyFlow) =>
    [`${source.name} > ${target.name}`, mtls, request.method, request.path].filter(Boolean).join(' ');

  it('agree, flow by flow', async () => {
    const all = await until(
      async () => {
        const reply = await suite.ask<PolicyFlowsReply>('/policies/flows?cluster=demo&limit=2000').catch(() => undefined);
        const known = reply?.flows.filter(({ operationFrom }) => operationFrom === 'access-log').length ?? 0;
        return reply && reply.flows.length > 50 && known > 20 ? reply.flows : undefined;
      },
      { deadlineMs: 90_000, everyMs: 1000, what: 'recorded flows with their operations' },
    );
    const { flows, cutOff, summary } = await suite.ask<PolicyWhatIfReply>('/policies/what-if', {
      body: { cluster: 'demo', changes: { apply: PROPOSED } },
    });
    const denied = flows.filter(({ verdict }) => verdict === 'newlyDenied');
    expect(summary).toMatchObject({ newlyAllowed: { flows: 0 }, undecidable: { flows: 0 } });
    expect(cutOff.map(({ workload }) => workload.name)).toContain('search-index');
    expect(new Set(denied.map(({ flow }) => flow.target.name))).toEqual(new Set(['catalog', 'cart', 'redis', 'search-index', 'accounts']));

    const applied = await fetch(`${demoUrl}/control/objects`, { method: 'POST', body: PROPOSED });
    expect(applied.status).toBe(200);
    const appliedMs = Date.now();
    const later = await until(() => Date.now() > appliedMs + SETTLED_MS, {
      deadlineMs: SETTLED_MS + 10_000,
      everyMs: 500,
      what: 'new windows',
    }).then(() => Promise.all([suite.ask<Topology>('/topology?window=10s'), accessLog(Date.now() - 20_000)]));
    expect(disagreements(all, denied, later)).toEqual([]);
    const { policies } = await suite.ask<PolicyListReply>('/policies?namespace=shop');
    expect(policies.map(({ name }) => name)).toEqual(expect.arrayContaining(['no-stock', 'cart-readers', 'accounts-strict']));
  }, 240_000);

  /** Each flow whose fate can be seen, where it is not the predicted one. */
  function disagreements(all: readonly PolicyFlow[], denied: readonly FlowChange[], [{ edges }, log]: [Topology, LogEntry[]]): string[] {
    const isDenied = new Set(denied.map(({ flow }) => flow.id));
    let judged = 0;
    const wrong = all.flatMap((flow) => {
      const predicted = isDenied.has(flow.id) ? 'refused' : 'passed';
      const seen = fateOf(flow, edges, log);
      if (seen !== undefined) judged += 1;
      return seen === undefined || seen === predicted ? [] : [`${nameOf(flow)}: predicted ${predicted}, seen ${seen}`];
    });
    // Nothing is shown by agreement about nothing.
    expect(judged).toBeGreaterThan(30);
    for (const { flow } of denied)
      if (flow.requestsPerSecond > 0.5) expect([nameOf(flow), fateOf(flow, edges, log)]).toEqual([nameOf(flow), 'refused']);
    return wrong;
  }

  /** Undefined where nothing of the flow came by since. */
  function fateOf(flow: PolicyFlow, edges: Topology['edges'], log: readonly LogEntry[]): 'refused' | 'passed' | 'both' | undefined {
    const { method, path, source } = flow.request;
    // A first scrape may have a ztunnel's bytes before the server's requests: such a flow of bytes is one of requests ever after.
    const isAlike = (edge: { protocol: string }) => (edge.protocol === 'tcp') === (flow.protocol === 'tcp');
    const own = edges.filter((edge) => isAlike(edge) && edge.source === flow.source.id && edge.target === flow.target.id);
    if (flow.protocol === 'tcp') {
      const bytes = own.reduce((sum, edge) => sum + edge.receivedBytesPerSecond, 0);
      const connections = own.reduce((sum, edge) => sum + (edge.connectionsPerSecond ?? 0), 0);
      return bytes > 0 ? 'passed' : connections > 0 ? 'refused' : undefined;
    }
    if (flow.operationFrom !== 'access-log') return undefined;
    // What failed for other reasons tells nothing of policies.
    const lines = log.filter(
      (line) =>
        line.caller === (source.principal ?? '') &&
        line.callee === appOf(flow.target) &&
        line.method === method &&
        line.path === path &&
        line.code > 0 &&
        line.code < 500,
    );
    // What is refused at the connection never becomes a line: its edge carries nothing any more.
    if (lines.length === 0)
      return flow.mtls === 'plaintext' && own.every(({ requestsPerSecond }) => requestsPerSecond === 0) ? 'refused' : undefined;
    const refused = lines.filter(({ code }) => code === 403).length;
    return refused === 0 ? 'passed' : refused === lines.length ? 'refused' : 'both';
  }
});
