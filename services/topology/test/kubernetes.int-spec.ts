/** Windows joined with the objects of a real API server: facts in, permissions and outages survived. */
import { TOPOLOGY_SUBJECTS, type Topology, type TopologyNode } from '@observatory/contracts';
import { describeWith, startKubeApiserver, until, type KubeApiserver } from '@observatory/testing';
import { sample, Suite, windowEnd } from './suite.js';

const DEADLINE = { deadlineMs: 60_000, everyMs: 200 };

describeWith('kubeApiserver', 'the topology service and a Kubernetes API server', () => {
  let suite: Suite;
  let api: KubeApiserver;
  beforeAll(async () => {
    [suite, api] = await Promise.all([Suite.start(), startKubeApiserver()]);
    await post('/api/v1/namespaces', { metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } });
    await post('/apis/apps/v1/namespaces/shop/deployments', deployment('cart', 3));
    await post('/apis/apps/v1/namespaces/shop/deployments', deployment('newsletter', 1));
    await put('/apis/apps/v1/namespaces/shop/deployments/cart/status', {
      ...deployment('cart', 3),
      status: { replicas: 3, readyReplicas: 2 },
    });
    await post('/api/v1/namespaces/shop/services', {
      metadata: { name: 'cart' },
      spec: { selector: { app: 'cart' }, ports: [{ port: 80 }] },
    });
    await post(
      '/apis/networking.istio.io/v1beta1/namespaces/shop/serviceentries',
      {
        apiVersion: 'networking.istio.io/v1beta1',
        kind: 'ServiceEntry',
        metadata: { name: 'bank' },
        spec: { hosts: ['bank.example'], ports: [{ number: 443, name: 'tls', protocol: 'TLS' }] },
      },
      [201, 404],
    );
    await suite.startTopology([{ name: 'east', kubeconfig: api.kubeconfig, prometheus: { url: 'http://prometheus' } }]);
    await suite.closeWindow(windowEnd(), [sample('shop/web > shop/cart', 4)]);
  }, 120_000);
  afterAll(async () => {
    await suite?.stop();
    await api?.[Symbol.asyncDispose]();
  });

  async function post(path: string, body: object, accepted = [201]): Promise<void> {
    const { status, body: answer } = await api.call({ method: 'POST', path, body });
    if (!accepted.includes(status)) throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`);
  }
  async function put(path: string, body: object): Promise<void> {
    expect((await api.call({ method: 'PUT', path, body })).status).toBe(200);
  }
  const deployment = (name: string, replicas: number) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name, version: 'v2' } },
        spec: { serviceAccountName: `${name}-account`, containers: [{ name: 'main', image: 'main' }] },
      },
    },
  });
  const get = (query: object = {}): Promise<Topology> => suite.gateway.request(TOPOLOGY_SUBJECTS.graphGet, query, { timeoutMs: 5_000 });
  const nodeWhere = (name: string, condition: (node: TopologyNode) => boolean, query: object = {}) =>
    until(async () => (await get(query)).nodes.find((node) => node.name === name && condition(node)), { ...DEADLINE, what: name });
  const kubernetes = async () => (await get()).sources.find(({ name }) => name === 'Kubernetes');

  it('joins traffic with workloads, and shows what exists without traffic', async () => {
    const cart = await nodeWhere('cart', ({ replicas, idle }) => replicas !== undefined && !idle);
    expect(cart).toMatchObject({
      app: 'cart',
      version: 'v2',
      services: ['cart'],
      mesh: 'istio',
      serviceAccount: 'cart-account',
      replicas: { desired: 3, ready: 2 },
      health: { state: 'degraded', reasons: ['2 of 3 replicas are ready'] },
    });
    expect(await nodeWhere('newsletter', () => true)).toMatchObject({ idle: true, mesh: 'istio' });
    expect((await get({ idle: false })).nodes.map(({ name }) => name)).not.toContain('newsletter');
    expect(await nodeWhere('cart', ({ kind }) => kind === 'service', { graph: 'service' })).toMatchObject({ idle: false });
  });

  it('follows changes between windows', async () => {
    const { at } = await get();
    await put('/apis/apps/v1/namespaces/shop/deployments/cart/status', {
      ...deployment('cart', 3),
      status: { replicas: 3, readyReplicas: 3 },
    });
    await nodeWhere('cart', ({ health }) => health.state === 'healthy');
    expect(Date.parse((await get()).at)).toBeGreaterThan(Date.parse(at));
    await api.call({ method: 'DELETE', path: '/apis/apps/v1/namespaces/shop/deployments/newsletter' });
    await until(async () => !(await get()).nodes.some(({ name }) => name === 'newsletter'), DEADLINE);
  });

  it('knows of the past only what is certain', async () => {
    suite.serveHistory(() => [sample('shop/web > shop/cart', 1)]);
    const then = await get({ at: new Date(Date.now() - 7_200_000).toISOString() });
    expect(then.nodes.map(({ name, replicas, serviceAccount }) => ({ name, replicas, serviceAccount }))).toEqual([
      { name: 'web' },
      { name: 'cart' },
    ]);
  });

  it('lists the cluster with its kinds', async () => {
    const { clusters } = await suite.gateway.request(TOPOLOGY_SUBJECTS.clusterList, {});
    expect(clusters).toMatchObject([
      { name: 'east', provisional: false, meshes: ['istio'], trustDomain: 'cluster.local', rootNamespace: 'istio-system' },
    ]);
    expect(clusters[0]?.namespaces).toEqual(expect.arrayContaining(['default', 'shop']));
    expect(clusters[0]?.kinds).toContainEqual(
      expect.objectContaining({ apiVersion: 'apps/v1', kind: 'Deployment', state: 'synced', objects: 1 }),
    );
    expect(new Set(clusters[0]?.kinds.map(({ state }) => state))).not.toContain('failing');
  });

  it('keeps what it knows while the API server is away, says so, and comes back', async () => {
    await api.kill();
    await until(async () => (await kubernetes())?.state === 'stale', { ...DEADLINE, what: 'stale' }).finally(() => api.restart());
    await nodeWhere('cart', ({ replicas }) => replicas?.desired === 3);
    await until(async () => (await kubernetes())?.state === 'fresh', { ...DEADLINE, what: 'fresh' });
    await post('/apis/apps/v1/namespaces/shop/deployments', deployment('returns', 1));
    await nodeWhere('returns', ({ idle }) => idle);
  });

  it('goes on without what it may not list', async () => {
    const other = await Suite.start();
    try {
      await other.startTopology([{ name: 'east', kubeconfig: api.observerKubeconfig, prometheus: { url: 'http://prometheus' } }]);
      await other.closeWindow(windowEnd(), [sample('shop/web > shop/cart', 4)]);
      const graph = await until(
        async () => {
          const answer: Topology = await other.gateway.request(TOPOLOGY_SUBJECTS.graphGet, {}, { timeoutMs: 5_000 });
          return answer.edges.length === 1 && answer.sources.some(({ detail }) => detail?.startsWith('no permission')) ? answer : undefined;
        },
        { ...DEADLINE, what: 'a graph without Kubernetes' },
      );
      expect(graph.nodes.map(({ name, replicas }) => ({ name, replicas }))).toEqual([{ name: 'web' }, { name: 'cart' }]);
      expect(graph.sources).toContainEqual(
        expect.objectContaining({ name: 'Kubernetes', cluster: 'east', state: 'down', detail: expect.stringContaining('Pod') }),
      );
    } finally {
      await other.stop();
    }
  });
});
