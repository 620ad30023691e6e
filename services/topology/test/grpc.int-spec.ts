/** The gRPC door: the same answers as on NATS, the stream of deltas, and errors with their codes. */
import { ClientProxyFactory, type ClientGrpcProxy } from '@nestjs/microservices';
import { TOPOLOGY_SUBJECTS, type Topology } from '@observatory/contracts';
import { grpcDoor } from '@observatory/platform';
import type { TopologyProto } from '@observatory/proto';
import { until } from '@observatory/testing';
import { firstValueFrom, type Observable } from 'rxjs';
import { topologyToProto } from '../src/graph/graph.mapper.js';
import { sample, Suite, windowEnd } from './suite.js';

type Remote = {
  [Method in keyof TopologyProto.TopologyService]: (
    request: Partial<Parameters<TopologyProto.TopologyService[Method]>[0]>,
  ) => Observable<ReturnType<TopologyProto.TopologyService[Method]> extends Promise<infer Reply> ? Reply : TopologyProto.TopologyDelta>;
};

describe('the gRPC door', () => {
  let suite: Suite;
  let client: ClientGrpcProxy;
  let remote: Remote;
  const [earlier, now] = [windowEnd(1), windowEnd(0)];

  beforeAll(async () => {
    suite = await Suite.start();
    await suite.closeWindow(earlier, [sample('shop/web > shop/cart', 4, 0.5), sample('shop/cart > data/redis', 2)]);
    const { grpcPort } = await suite.startTopology();
    client = ClientProxyFactory.create(grpcDoor('topology', `127.0.0.1:${grpcPort}`)) as unknown as ClientGrpcProxy;
    remote = client.getService<Remote>('TopologyService');
    await until(async () => (await firstValueFrom(remote.getTopology({}))).edges.length === 2, { deadlineMs: 20_000, what: 'a graph' });
  });
  afterAll(async () => {
    client?.close();
    await suite?.stop();
  });

  /** What proto-loader makes of absent fields is not part of the answer. */
  const plain = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (name, field: unknown) => (field === null || name.startsWith('_') ? undefined : field)));

  it('gives the graph that NATS gives', async () => {
    const overNats: Topology = await suite.gateway.request(TOPOLOGY_SUBJECTS.graphGet, {});
    const overGrpc = await firstValueFrom(remote.getTopology({}));
    const expected = topologyToProto(overNats);
    expect(plain({ ...overGrpc, generatedAt: '' })).toEqual(plain({ ...expected, generatedAt: '' }));
    expect(
      (await firstValueFrom(remote.getTopology({ graph: 'app', namespaces: ['data'] }))).nodes
        .map(({ kind, name }) => `${kind} ${name}`)
        .sort(),
    ).toEqual(['app cart', 'app redis']);
  });

  it('exports, compares, lists clusters and tells its status', async () => {
    expect((await firstValueFrom(remote.exportTopology({ format: 'dot' }))).text).toContain('digraph');
    const at = now.toISOString();
    const diff = await firstValueFrom(remote.diffTopology({ from: at, to: at }));
    expect(diff.nodes).toMatchObject({ added: [], removed: [], changed: [] });
    expect((await firstValueFrom(remote.listClusters({}))).clusters).toMatchObject([
      { name: 'east', meshes: ['istio'], trustDomain: 'cluster.local' },
    ]);
    expect(await firstValueFrom(remote.getStatus({}))).toMatchObject({ service: 'topology', state: 'up', figures: { graphEdges: 2 } });
  });

  it('refuses what is not a question with INVALID_ARGUMENT and our code', async () => {
    await expect(firstValueFrom(remote.getTopology({ graph: 'pods' }))).rejects.toMatchObject({
      code: 3,
      details: expect.stringContaining('request/invalid'),
    });
  });

  it('streams the whole graph first, then each change', async () => {
    const seen: TopologyProto.TopologyDelta[] = [];
    const stream = remote.watchTopology({}).subscribe({ next: (delta) => seen.push(delta), error: () => undefined });
    const first = await until(() => seen[0], { deadlineMs: 20_000, what: 'the whole' });
    expect(first.edges?.upserted).toHaveLength(2);
    await suite.closeWindow(now, [sample('shop/web > shop/cart', 4), sample('shop/cart > shop/pay', 1)]);
    const next = await until(() => seen.find(({ at }) => at === now.toISOString()), { deadlineMs: 20_000, what: 'the change' });
    expect(next.previousAt).toBe(first.at);
    expect(next.nodes?.upserted.map(({ name }) => name)).toContain('pay');
    stream.unsubscribe();
  });
});
