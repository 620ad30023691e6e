/** Admin pages of proxies from a real HTTP server, beside a real handshake: one row with both; what cannot be read, with the reason. */
import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { until } from '@observatory/testing';
import { CoverageService } from '../src/answers/coverage.service.js';
import { configSchema } from '../src/config.js';
import type { PodFact } from '../src/domain/kube-facts.js';
import { ClusterInventory } from '../src/inventory/cluster-inventory.js';
import { intermediate, issue, root, spiffe, type Issued } from './authority.js';

const DEADLINE = { deadlineMs: 60_000, everyMs: 200 };
const base = { namespace: 'shop', labels: {}, ip: '127.0.0.1', node: 'a', running: true, ended: false, optedOut: false, ports: [] };
const pod = (name: string, more: Partial<PodFact>): PodFact => ({
  ...base,
  name: `${name}-1`,
  owner: { kind: 'Deployment', name },
  serviceAccount: name,
  ...more,
});

describe('admin pages of proxies', () => {
  let mesh: Issued, cart: Issued, web: Issued;
  let pages: Server;
  const closing: (() => void)[] = [];
  const asked: string[] = [];

  beforeAll(async () => {
    mesh = await root();
    const middle = await intermediate(mesh);
    [cart, web] = await Promise.all([
      issue({ issuer: middle, uri: spiffe('shop', 'cart') }),
      issue({ issuer: middle, uri: spiffe('shop', 'web') }),
    ]);
    const coded = (of: Issued) => ({ pem: Buffer.from(of.pem).toString('base64') });
    const dump = {
      certificates: [
        { identity: spiffe('shop', 'cart'), state: 'Available', certChain: [coded(cart), coded(middle)], rootCerts: [coded(mesh)] },
        { identity: spiffe('shop', 'new'), state: 'Initializing', certChain: [], rootCerts: [] },
      ],
    };
    const [from, to] = [web.parsed.notBefore, web.parsed.notAfter].map((at) => new Date(at).toISOString());
    const names = [{ uri: spiffe('shop', 'web') }];
    const detail = { path: '<inline>', serial_number: web.parsed.serial, subject_alt_names: names, valid_from: from, expiration_time: to };
    const answers: Record<string, string> = {
      '/istio-system/ztunnel-1/config_dump': JSON.stringify(dump),
      '/shop/web-1/certs': JSON.stringify({ certificates: [{ ca_cert: [], cert_chain: [detail] }] }),
      '/shop/odd-1/certs': 'no JSON',
    };
    pages = createHttpServer(({ url = '' }, response) => {
      asked.push(url);
      if (answers[url] === undefined) response.writeHead(403).end();
      else response.end(answers[url]);
    });
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    for (const close of closing) close();
    pages.closeAllConnections();
    pages.close();
  });

  async function servePod(): Promise<number> {
    const server = createTlsServer({ cert: web.pem, key: web.keyPem, ALPNProtocols: ['istio'] });
    server.on('secureConnection', (socket) => socket.on('error', () => undefined));
    closing.push(() => server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }
  async function start(settings: Record<string, string>) {
    const pods = [
      pod('ztunnel', { namespace: 'istio-system', proxy: 'ztunnel', role: 'ztunnel' }),
      pod('cart', { proxy: 'ambient', ip: '127.0.0.2' }),
      pod('new', { proxy: 'ambient', ip: '127.0.0.3' }),
      pod('web', { proxy: 'sidecar', ports: [{ port: await servePod() }] }),
      pod('odd', { proxy: 'sidecar' }),
      pod('shut', { proxy: 'sidecar' }),
    ];
    const bundles = [{ mesh: 'istio' as const, namespace: 'shop', name: 'istio-ca-root-cert', pem: mesh.pem }];
    const rest = { namespaces: [], services: [], gateways: [], managed: [], requests: [], issuers: [] };
    const config = { name: 'east', provisional: false, inCluster: false, mesh: 'auto' as const, rootNamespace: 'istio-system' };
    const freshness = { name: 'Kubernetes', cluster: 'east', freshAt: null, state: 'fresh' as const };
    const facts = { cluster: 'east', pods, bundles, ...rest };
    const watch = {
      of: () => ({ config, name: 'east', trustDomain: 'cluster.local', settled: true, freshness, facts }),
      kind: () => undefined,
    };
    const url = `http://127.0.0.1:${(pages.address() as AddressInfo).port}/{namespace}/{pod}`;
    const all = configSchema.parse({ DATABASE_URL: 'postgres://nobody@127.0.0.1/none', CERTS_CONFIG_DUMP_URL: url, ...settings });
    const inventory = new ClusterInventory(config, watch as never, all);
    closing.push(() => inventory.stop());
    const service = { revision: 0, clusters: () => [inventory] };
    const coverage = new CoverageService(service as never, watch as never);
    const pass = async () => {
      await inventory.pass({ leads: true, now: Date.now(), known: () => undefined });
      service.revision += 1;
    };
    const sourcesOf = (name: string) => inventory.rows.get(`workload~east~shop~${name}`)?.sources.join('+');
    const covered = (source: string) => coverage.coverage({}).bySource.find((one) => one.source === source);
    return { pass, sourcesOf, covered, inventory };
  }

  it('are one row with the handshake, and say why not of the rest', async () => {
    const { pass, sourcesOf, covered, inventory } = await start({ CERTS_CONFIG_DUMP: 'ztunnel,envoy' });
    await until(
      async () => {
        await pass();
        return sourcesOf('web-1') === 'envoy+wire' && sourcesOf('cart-1') === 'ztunnel';
      },
      { ...DEADLINE, what: 'rows of all three sources' },
    );
    expect(inventory.rows.get('workload~east~shop~cart-1')).toMatchObject({ trust: { state: 'trusted' }, problems: [], status: 'valid' });
    expect(covered('ztunnel')).toMatchObject({ state: 'on', observed: 1, expected: 2 });
    expect(covered('ztunnel')?.unobserved).toEqual([{ reason: 'no-metric', message: 'ztunnel has none for it: Initializing', count: 1 }]);
    expect(covered('envoy')).toMatchObject({ state: 'on', observed: 1, expected: 3 });
    expect(
      covered('envoy')
        ?.unobserved.map(({ reason }) => reason)
        .sort(),
    ).toEqual(['garbage', 'no-permission']);
    expect(inventory.pages.freshness('east').map(({ state, detail }) => [state, detail])).toEqual([
      ['fresh', undefined],
      ['fresh', '2 of 3 pages cannot be read'],
    ]);
    // Passes there were many, rounds one.
    expect(asked).toHaveLength(4);
  });

  it('are not asked unless it is allowed, and the coverage says how', async () => {
    asked.length = 0;
    const { pass, covered, inventory } = await start({ CERTS_WIRE: 'off' });
    await pass();
    await pass();
    expect(asked).toEqual([]);
    expect(inventory.pages.freshness('east')).toEqual([]);
    expect(covered('ztunnel')).toMatchObject({ state: 'off', observed: 0, expected: 2, freshAt: null });
    expect(covered('envoy')?.detail).toContain('CERTS_CONFIG_DUMP=envoy');
    expect(covered('envoy')?.unobserved).toMatchObject([{ reason: 'source-off', count: 3 }]);
  });
});
