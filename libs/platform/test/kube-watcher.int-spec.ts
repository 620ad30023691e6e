/** KubeWatcher against a real API server: objects come and go, watches are cut, history is compacted, permissions change, kinds appear. */
import { createServer, connect, type Server, type Socket } from 'node:net';
import { readFile, writeFile } from 'node:fs/promises';
import { describeWith, freePort, startKubeApiserver, until, type KubeApiserver } from '@observatory/testing';
import { KubeWatcher, type KubeKind, type KubeTiming } from '../src/index.js';

interface Label {
  name: string;
  color: string;
}
const project: KubeKind<Label>['project'] = ({ metadata }) => ({ name: metadata.name, color: metadata.labels?.['color'] ?? '' });
const SERVICES: KubeKind<Label> = { group: '', kind: 'Service', project };
const ACCOUNTS: KubeKind<Label> = { group: '', kind: 'ServiceAccount', metadataOnly: true, project };
const DEPLOYMENTS: KubeKind<Label> = { group: 'apps', kind: 'Deployment', project };
const BOATS: KubeKind<Label> = { group: 'harbour.example.com', kind: 'Boat', project };

const FAST: Partial<KubeTiming> = { askAgainMs: 400, backoffMinMs: 50, backoffMaxMs: 400, probeMs: 300, probeTimeoutMs: 500 };
const DEADLINE = { deadlineMs: 20_000 };

/** A wire that can be cut, or go silent: connections stay open and nothing passes. */
class Wire {
  private readonly sockets = new Set<Socket>();
  private silent = false;
  /** Connections made so far. */
  joined = 0;
  private constructor(
    readonly port: number,
    private readonly server: Server,
  ) {}

  static async to(target: number): Promise<Wire> {
    const port = await freePort();
    const server = createServer();
    const wire = new Wire(port, server);
    server.on('connection', (near) => wire.join(near, connect(target, '127.0.0.1')));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return wire;
  }

  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  setSilent(silent: boolean): void {
    this.silent = silent;
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private join(near: Socket, far: Socket): void {
    this.joined += 1;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(from);
      from.on('data', (chunk) => void (this.silent || to.write(chunk)));
      from.on('error', () => to.destroy());
      from.on('close', () => (this.sockets.delete(from), to.destroy()));
    }
  }
}

describeWith('kubeApiserver', 'KubeWatcher on a real API server', () => {
  let api: KubeApiserver;
  let wire: Wire;
  const watchers: KubeWatcher[] = [];

  beforeAll(async () => {
    // Without the watch cache each watch reads etcd, so that a compaction is seen at once.
    api = await startKubeApiserver({ watchCache: false });
    wire = await Wire.to(Number(new URL(api.url).port));
  });
  afterEach(() => {
    wire.setSilent(false);
    for (const watcher of watchers.splice(0)) watcher.stop();
  });
  afterAll(async () => {
    wire?.close();
    await api?.[Symbol.asyncDispose]();
  });

  /** A kubeconfig whose server is the wire. */
  async function throughWire(file: string): Promise<string> {
    const wired = `${file}-wire`;
    await writeFile(wired, (await readFile(file, 'utf8')).replaceAll(api.url, `https://127.0.0.1:${wire.port}`));
    return wired;
  }

  async function watch(
    kinds: readonly KubeKind[],
    options: { observer?: boolean; timing?: Partial<KubeTiming> } = {},
  ): Promise<KubeWatcher> {
    const kubeconfig = await throughWire(options.observer ? api.observerKubeconfig : api.kubeconfig);
    const watcher = new KubeWatcher({ name: 'test', kubeconfig, inCluster: false }, kinds, { ...FAST, ...options.timing }).start();
    watchers.push(watcher);
    return watcher;
  }

  const stateOf = (watcher: KubeWatcher, kind: KubeKind) => watcher.kindStates().find((state) => state.kind === kind.kind)?.state;
  const isIn = (watcher: KubeWatcher, kind: KubeKind, state: string) =>
    until(() => stateOf(watcher, kind) === state, { ...DEADLINE, what: `${kind.kind} ${state}` });
  const services = '/api/v1/namespaces/default/services';
  const service = (name: string, color = 'red') => ({ metadata: { name, labels: { color } }, spec: { ports: [{ port: 80 }] } });
  const create = async (name: string, color?: string) => {
    expect((await api.call({ method: 'POST', path: services, body: service(name, color) })).status).toBe(201);
  };
  const remove = (name: string) => api.call({ method: 'DELETE', path: `${services}/${name}` });
  const held = (watcher: KubeWatcher, name: string) => watcher.store(SERVICES).get(`default/${name}`);
  const sees = (watcher: KubeWatcher, name: string) => until(() => held(watcher, name), { ...DEADLINE, what: `${name} seen` });

  it('holds what is there, and what comes, changes and goes', async () => {
    await create('before');
    const watcher = await watch([SERVICES, ACCOUNTS]);
    await isIn(watcher, SERVICES, 'synced');
    expect(held(watcher, 'before')).toEqual({ name: 'before', color: 'red' });
    await create('after');
    await sees(watcher, 'after');
    const patch = { metadata: { labels: { color: 'blue' } } };
    await api.call({ method: 'PATCH', path: `${services}/after`, body: patch, contentType: 'application/merge-patch+json' });
    await until(() => held(watcher, 'after')?.color === 'blue', DEADLINE);
    const revision = watcher.revision;
    await api.call({
      method: 'PATCH',
      path: `${services}/after`,
      body: { metadata: { annotations: { note: 'not kept' } } },
      contentType: 'application/merge-patch+json',
    });
    await remove('before');
    await until(() => held(watcher, 'before') === undefined, DEADLINE);
    expect(watcher.revision).toBe(revision + 1);
    expect(watcher.freshness()).toMatchObject({ name: 'Kubernetes', cluster: 'test', state: 'fresh' });
    expect(watcher.kindStates()[0]).toMatchObject({ apiVersion: 'v1', kind: 'Service', state: 'synced' });
  });

  it('reads lists longer than a page', async () => {
    const accounts = Array.from({ length: 620 }, (_, at) => ({ metadata: { name: `account-${at}` } }));
    for (let from = 0; from < accounts.length; from += 62) {
      await Promise.all(
        accounts
          .slice(from, from + 62)
          .map((body) => api.call({ method: 'POST', path: '/api/v1/namespaces/default/serviceaccounts', body })),
      );
    }
    const watcher = await watch([ACCOUNTS]);
    await isIn(watcher, ACCOUNTS, 'synced');
    expect([...watcher.store(ACCOUNTS).values()].filter(({ name }) => name.startsWith('account-'))).toHaveLength(620);
  });

  it('goes on from where it was when the watch is cut, without a relist', async () => {
    const watcher = await watch([SERVICES]);
    await isIn(watcher, SERVICES, 'synced');
    const replaced: unknown[] = [];
    watcher.onChange((_, change) => change.type === 'replace' && replaced.push(change));
    wire.cut();
    await create('while-cut');
    await sees(watcher, 'while-cut');
    expect(stateOf(watcher, SERVICES)).toBe('synced');
    expect(replaced).toEqual([]);
    await remove('while-cut');
  });

  it('notices a connection that is open and silent, says so, and recovers', async () => {
    const watcher = await watch([SERVICES]);
    await isIn(watcher, SERVICES, 'synced');
    const since = watcher.freshness().freshAt;
    wire.setSilent(true);
    await until(() => watcher.freshness().state === 'stale', { ...DEADLINE, what: 'stale' });
    await until(() => stateOf(watcher, SERVICES) === 'failing', { ...DEADLINE, what: 'failing' });
    expect(watcher.store(SERVICES).size).toBeGreaterThan(0);
    expect(Date.parse(watcher.freshness().freshAt as string) - Date.parse(since as string)).toBeLessThan(2_000);
    await create('in-the-dark');
    wire.setSilent(false);
    await sees(watcher, 'in-the-dark');
    await until(() => watcher.freshness().state === 'fresh', DEADLINE);
    await remove('in-the-dark');
  });

  it('ends a watch that says nothing for too long, though the server answers otherwise', async () => {
    const watcher = await watch([SERVICES], { timing: { watchIdleMs: 600, probeMs: 60_000 } });
    await isIn(watcher, SERVICES, 'synced');
    const before = wire.joined;
    await until(() => wire.joined > before + 1, { ...DEADLINE, what: 'the idle watch opened again' });
    expect(stateOf(watcher, SERVICES)).toBe('synced');
  });

  it('lists again when the version it stands at was compacted (410)', async () => {
    await create('early');
    const watcher = await watch([SERVICES]);
    await isIn(watcher, SERVICES, 'synced');
    const replaced: unknown[] = [];
    watcher.onChange((_, change) => change.type === 'replace' && replaced.push(change));
    wire.setSilent(true);
    await isIn(watcher, SERVICES, 'failing');
    await remove('early');
    await create('late');
    await api.compact();
    wire.setSilent(false);
    await sees(watcher, 'late');
    expect(held(watcher, 'early')).toBeUndefined();
    expect(replaced).not.toEqual([]);
    await remove('late');
  });

  it('survives a restart of the API server', async () => {
    const watcher = await watch([SERVICES]);
    await isIn(watcher, SERVICES, 'synced');
    await api.kill();
    const { detail } = await until(() => (watcher.freshness().state === 'stale' ? watcher.freshness() : undefined), {
      ...DEADLINE,
      what: 'stale',
    }).finally(() => api.restart());
    expect(detail).toMatch(/socket|ECONN/);
    await create('after-restart');
    await sees(watcher, 'after-restart');
    await until(() => watcher.freshness().state === 'fresh', DEADLINE);
    await remove('after-restart');
  });

  it('says what it may not list, holds nothing of it, and comes back with the permission', async () => {
    const role = { metadata: { name: 'observer' }, rules: [{ apiGroups: [''], resources: ['services'], verbs: ['list', 'watch'] }] };
    const binding = {
      metadata: { name: 'observer' },
      subjects: [{ kind: 'User', name: 'observatory', apiGroup: 'rbac.authorization.k8s.io' }],
      roleRef: { kind: 'ClusterRole', name: 'observer', apiGroup: 'rbac.authorization.k8s.io' },
    };
    const rbac = '/apis/rbac.authorization.k8s.io/v1';
    await api.call({ method: 'POST', path: `${rbac}/clusterroles`, body: role });
    await api.call({ method: 'POST', path: `${rbac}/clusterrolebindings`, body: binding });
    await create('guarded');
    const watcher = await watch([SERVICES, DEPLOYMENTS], { observer: true });
    await isIn(watcher, SERVICES, 'synced');
    await isIn(watcher, DEPLOYMENTS, 'forbidden');
    expect(watcher.freshness()).toMatchObject({ state: 'fresh', detail: 'no permission to list Deployment' });
    await sees(watcher, 'guarded');
    await api.call({ method: 'DELETE', path: `${rbac}/clusterrolebindings/observer` });
    // An open watch lasts; the next request is refused, once the API server has noticed.
    await until(() => (wire.cut(), stateOf(watcher, SERVICES) === 'forbidden'), { ...DEADLINE, everyMs: 500, what: 'forbidden' });
    expect(watcher.store(SERVICES).size).toBe(0);
    await api.call({ method: 'POST', path: `${rbac}/clusterrolebindings`, body: binding });
    await isIn(watcher, SERVICES, 'synced');
    await sees(watcher, 'guarded');
  });

  it('finds a kind that comes later, and loses one that goes', async () => {
    const watcher = await watch([BOATS, SERVICES]);
    await isIn(watcher, BOATS, 'missing');
    const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
    const version = (name: string, storage: boolean) => ({ name, served: true, storage, schema });
    const names = { kind: 'Boat', plural: 'boats', singular: 'boat', listKind: 'BoatList' };
    const spec = { group: 'harbour.example.com', scope: 'Namespaced', names, versions: [version('v1beta1', false), version('v1', true)] };
    await api.call({ method: 'POST', path: definitions, body: { metadata: { name: 'boats.harbour.example.com' }, spec } });
    await isIn(watcher, BOATS, 'synced');
    expect(watcher.kindStates()[0]).toMatchObject({ apiVersion: 'harbour.example.com/v1', state: 'synced' });
    const boat = { apiVersion: 'harbour.example.com/v1', kind: 'Boat', metadata: { name: 'tug', labels: { color: 'green' } } };
    await until(
      async () =>
        (await api.call({ method: 'POST', path: '/apis/harbour.example.com/v1/namespaces/default/boats', body: boat })).status === 201,
      DEADLINE,
    );
    await until(() => watcher.store(BOATS).get('default/tug')?.color === 'green', DEADLINE);
    await api.call({ method: 'DELETE', path: `${definitions}/boats.harbour.example.com` });
    await isIn(watcher, BOATS, 'missing');
    expect(watcher.store(BOATS).size).toBe(0);
    expect(stateOf(watcher, SERVICES)).toBe('synced');
  });

  it('starts without its server, and without a readable kubeconfig, and says why', async () => {
    const watcher = new KubeWatcher({ name: 'nowhere', kubeconfig: '/nonexistent/kubeconfig', inCluster: false }, [SERVICES], FAST).start();
    watchers.push(watcher);
    await isIn(watcher, SERVICES, 'failing');
    expect(watcher.freshness()).toMatchObject({ state: 'down', freshAt: null, detail: expect.stringContaining('/nonexistent/kubeconfig') });
    expect(watcher.settled).toBe(true);
  });
});
