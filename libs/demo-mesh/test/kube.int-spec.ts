import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig, makeInformer, type Informer, type KubernetesListObject, type KubernetesObject } from '@kubernetes/client-node';
import { until } from '@observatory/testing';
import { KINDS, groupVersion } from '../src/kube/kinds.js';
import { startDemo, type RunningDemo } from '../src/index.js';

let folder: string;
let demo: RunningDemo;
let config: KubeConfig;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-kube-'));
  demo = await startDemo({ kubePort: 0, httpPort: 0, dataFolder: folder, seed: 7 });
  config = new KubeConfig();
  config.loadFromString(await (await fetch(`${demo.httpUrl}/control/kubeconfig`)).text());
});
afterAll(async () => {
  await demo?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function get<T>(path: string): Promise<T> {
  const response = await fetch(`${demo.kubeUrl}${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return (await response.json()) as T;
}

const control = (method: string, path: string, body?: string) => fetch(`${demo.httpUrl}/control${path}`, { method, body });

const POLICIES = '/apis/security.istio.io/v1/authorizationpolicies';
const policy = (name: string, action = 'ALLOW') =>
  `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: ${name}, namespace: shop}\nspec: {action: ${action}, rules: [{}]}\n`;

function informerOf(path: string): { informer: Informer<KubernetesObject>; seen: string[] } {
  const seen: string[] = [];
  const informer = makeInformer(config, path, () => get<KubernetesListObject<KubernetesObject>>(path));
  for (const verb of ['add', 'update', 'delete'] as const)
    informer.on(verb, (object) => void seen.push(`${verb} ${object.metadata?.name}`));
  return { informer, seen };
}

describe('an informer of @kubernetes/client-node', () => {
  it('follows objects that come, change and go', async () => {
    const { informer, seen } = informerOf(POLICIES);
    await informer.start();
    await until(() => seen.includes('add payments-callers'), { deadlineMs: 5000, what: 'the first list' });
    await control('POST', '/objects', policy('followed'));
    await until(() => seen.includes('add followed'), { deadlineMs: 5000, what: 'the addition' });
    await control('POST', '/objects', policy('followed', 'DENY'));
    await until(() => seen.includes('update followed'), { deadlineMs: 5000, what: 'the change' });
    expect((await control('DELETE', '/objects/AuthorizationPolicy/shop/followed')).status).toBe(200);
    await until(() => seen.includes('delete followed'), { deadlineMs: 5000, what: 'the deletion' });
    await informer.stop();
  });

  it('lists again when its revision was compacted', async () => {
    const { informer, seen } = informerOf(POLICIES);
    await informer.start();
    await until(() => seen.length > 0, { deadlineMs: 5000 });
    await informer.stop();
    await control('POST', '/objects', policy('while-away'));
    demo.mesh.store.compact();
    const revision = String(demo.mesh.store.revision - 1);
    const response = await fetch(`${demo.kubeUrl}${POLICIES}?watch=true&resourceVersion=${revision}`);
    const event = JSON.parse((await response.text()).trim()) as { type: string; object: { code: number; reason: string } };
    expect(event).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
    // `stop` and `start` keep the old revision: the informer meets the 410 itself.
    await informer.start();
    await until(() => seen.includes('add while-away'), { deadlineMs: 10_000, what: 'the list after 410' });
    await informer.stop();
    await control('DELETE', '/objects/AuthorizationPolicy/shop/while-away');
  });
});

describe('discovery and lists', () => {
  it('names every kind that it lists', async () => {
    for (const { group, versions, plural, kind } of KINDS) {
      for (const version of versions) {
        const root = group === '' ? `/api/${version}` : `/apis/${groupVersion(group, version)}`;
        const { resources } = await get<{ resources: { name: string }[] }>(root);
        expect(resources.map(({ name }) => name)).toContain(plural);
        const list = await get<{ kind: string; apiVersion: string; items: { apiVersion: string }[] }>(`${root}/${plural}`);
        expect(list).toMatchObject({ kind: `${kind}List`, apiVersion: groupVersion(group, version) });
        for (const item of list.items) expect(item.apiVersion).toBe(list.apiVersion);
      }
    }
  });

  it('ties pods to their controllers', async () => {
    interface Item {
      kind: string;
      metadata: { name: string; namespace: string; uid: string; ownerReferences?: { kind: string; name: string; uid: string }[] };
    }
    const list = async (path: string) => (await get<{ items: Item[] }>(path)).items;
    const replicaSets = await list('/apis/apps/v1/replicasets');
    const controllers = [
      ...replicaSets,
      ...(await list('/apis/apps/v1/deployments')),
      ...(await list('/apis/apps/v1/statefulsets')),
      ...(await list('/apis/apps/v1/daemonsets')),
    ];
    const uids = new Set(controllers.map(({ metadata }) => metadata.uid));
    for (const { metadata } of [...(await list('/api/v1/pods')), ...replicaSets]) {
      expect({ name: metadata.name, owned: uids.has(metadata.ownerReferences![0]!.uid) }).toEqual({ name: metadata.name, owned: true });
    }
  });

  it('selects by labels and fields', async () => {
    const names = async (query: string) => (await get<{ items: { metadata: { name: string } }[] }>(`/api/v1/pods?${query}`)).items.length;
    expect(await names('labelSelector=app%3Dcheckout')).toBe(3);
    expect(await names('labelSelector=app%20in%20(cart,catalog),version%3Dv1')).toBe(2);
    expect(await names('fieldSelector=metadata.namespace%3Dmedia')).toBe(10);
    expect((await fetch(`${demo.kubeUrl}/api/v1/pods?fieldSelector=spec.unknown%3D1`)).status).toBe(400);
  });

  it('says no in the words of Kubernetes', async () => {
    expect((await fetch(`${demo.kubeUrl}/api/v1/namespaces/shop/pods/none`)).status).toBe(404);
    expect((await fetch(`${demo.kubeUrl}/apis/none.example/v1/things`)).status).toBe(404);
    expect((await fetch(`${demo.kubeUrl}/api/v1/pods`, { method: 'POST', body: '{}' })).status).toBe(405);
    const review = await fetch(`${demo.kubeUrl}/apis/authorization.k8s.io/v1/selfsubjectaccessreviews`, {
      method: 'POST',
      body: '{"spec":{}}',
    });
    expect(await review.json()).toMatchObject({ status: { allowed: true } });
  });
});
