import { topologyEdge, topologyNode, type EdgeSample, type EndpointIdentity, type GraphKind } from '@observatory/contracts';
import { AT, sample } from '../../test/rows.js';
import { buildGraph, filterGraph, type GraphObjects, type MeshGraph, type ServiceFacts, type WorkloadFacts } from '../index.js';

const endpoint = (id: string, rest: Partial<EndpointIdentity> = {}): EndpointIdentity => {
  const [namespace, name] = id.split('/') as [string, string];
  return { kind: 'workload', cluster: 'east', namespace, name, ...rest };
};
const service = (id: string) => {
  const [name, namespace] = id.split('.') as [string, string];
  return { cluster: 'east', namespace, name, host: `${name}.${namespace}.svc.cluster.local` };
};
const facts = (id: string, rest: Partial<WorkloadFacts> = {}): WorkloadFacts => {
  const [namespace, name] = id.split('/') as [string, string];
  return { cluster: 'east', namespace, name, ...rest };
};
const objects = (workloads: WorkloadFacts[], services: ServiceFacts[] = []): GraphObjects => ({ workloads, services });

const SAMPLES: EdgeSample[] = [
  sample(endpoint('shop/web', { app: 'web', version: 'v1' }), endpoint('shop/cart-v1', { app: 'cart', version: 'v1' }), {
    destinationService: service('cart.shop'),
    requestsPerSecond: 6,
    errorsPerSecond: 3,
    responses: [
      { code: '200', flags: '-', outcome: 'ok', requestsPerSecond: 3 },
      { code: '503', flags: 'UH', outcome: 'error', requestsPerSecond: 3 },
    ],
    latencySumMsPerSecond: 60,
    latencyCountPerSecond: 6,
    latency: { upperBoundsMs: [10, 100], perSecond: [3, 3, 0], readAt: AT },
    mutualTlsPerSecond: 6,
    sourcePrincipal: 'web',
    destinationPrincipal: 'cart',
    sentBytesPerSecond: 10,
    receivedBytesPerSecond: 20,
  }),
  sample(endpoint('shop/web', { app: 'web', version: 'v1' }), endpoint('shop/cart-v2', { app: 'cart', version: 'v2' }), {
    destinationService: service('cart.shop'),
    requestsPerSecond: 2,
    clientErrorsPerSecond: 1,
    responses: [
      { code: '200', flags: '-', outcome: 'ok', requestsPerSecond: 1 },
      { code: '404', flags: '-', outcome: 'clientError', requestsPerSecond: 1 },
    ],
    latencySumMsPerSecond: 100,
    latencyCountPerSecond: 2,
    latency: { upperBoundsMs: [10, 100], perSecond: [0, 1, 0], readAt: '2026-03-01T09:00:00.000Z' },
    plaintextPerSecond: 2,
  }),
  sample('shop/cart-v1', 'shop/db', { protocol: 'tcp', sentBytesPerSecond: 100, receivedBytesPerSecond: 900, connectionsPerSecond: 2 }),
];

const build = (graph: GraphKind, samples = SAMPLES, known?: GraphObjects): MeshGraph => {
  const built = buildGraph({ samples, windowSec: 300, graph, ...(known === undefined ? {} : { objects: known }) });
  for (const node of built.nodes) expect(topologyNode.safeParse(node).error).toBeUndefined();
  for (const edge of built.edges) expect(topologyEdge.safeParse(edge).error).toBeUndefined();
  const ids = new Set(built.nodes.map(({ id }) => id));
  expect(ids.size).toBe(built.nodes.length);
  for (const { source, target } of built.edges) expect(ids.has(source) && ids.has(target)).toBe(true);
  return built;
};
const node = (graph: MeshGraph, name: string, version?: string) =>
  graph.nodes.find((found) => found.name === name && (version === undefined || found.version === version));
const edgesOf = (graph: MeshGraph) => graph.edges.map(({ id }) => id.replaceAll('east~shop~', '').replaceAll('~~', ' ')).sort();

describe('views', () => {
  const check = (graph: GraphKind, expected: string[], known?: GraphObjects) => {
    const built = build(graph, SAMPLES, known);
    expect(edgesOf(built)).toEqual(expected);
    expect(built.edges.reduce((sum, edge) => sum + edge.requestsPerSecond, 0)).toBe(8);
  };
  it('workload', () =>
    check('workload', ['workload~cart-v1 workload~db tcp', 'workload~web workload~cart-v1 http', 'workload~web workload~cart-v2 http']));
  it('app', () => check('app', ['app~cart app~db tcp', 'app~web app~cart http']));
  it('versioned app', () =>
    check('versionedApp', ['app~cart~v1 app~db tcp', 'app~web~v1 app~cart~v1 http', 'app~web~v1 app~cart~v2 http']));
  it('service: callers by the services that they have, else as apps', () => {
    check('service', ['app~web service~cart http', 'service~cart app~db tcp']);
    check(
      'service',
      ['service~cart app~db tcp', 'service~shop-web service~cart http'],
      objects([facts('shop/web', { services: ['web', 'shop-web'] })]),
    );
    check(
      'service',
      ['app~web service~cart http', 'service~basket app~db tcp'],
      objects([facts('shop/cart-v1', { services: ['basket'] })]),
    );
    check('service', ['app~web service~cart http', 'service~cart service~db tcp'], objects([facts('shop/db', { services: ['db'] })]));
  });
  it('facts of Kubernetes go before labels of metrics', () => {
    check(
      'app',
      ['app~basket app~db tcp', 'app~web app~basket http', 'app~web app~cart http'],
      objects([facts('shop/cart-v1', { app: 'basket' })]),
    );
    check(
      'versionedApp',
      ['app~cart~v1 app~db tcp', 'app~web~v1 app~cart~v1 http', 'app~web~v1 app~cart~v9 http'],
      objects([facts('shop/cart-v2', { version: 'v9' })]),
    );
  });
  it('service: of several, a caller is the one that it is reached by most', () => {
    const reached = (name: string, requestsPerSecond: number, more: Partial<EdgeSample> = {}) =>
      sample('shop/web', 'shop/cart', { destinationService: service(name), requestsPerSecond, ...more });
    const out = sample('shop/cart', 'shop/db', { requestsPerSecond: 1 });
    const from = (samples: EdgeSample[], known?: GraphObjects) =>
      build('service', [...samples, out], known).edges.find(({ target }) => target.includes('db'))?.source;
    expect(from([reached('a.shop', 1), reached('b.shop', 2), reached('b.shop', 2)])).toBe('service~east~shop~b');
    expect(from([reached('b.shop', 1), reached('a.shop', 1)])).toBe('service~east~shop~a');
    expect(from([reached('a.shop', 1), reached('b.shop', 1)])).toBe('service~east~shop~a');
    expect(from([reached('a.shop', 1), reached('b.shop', 2)], objects([facts('shop/cart', { services: ['a'] })]))).toBe(
      'service~east~shop~a',
    );
    expect(from([reached('*.cdn.shop', 1)])).toBe('serviceEntry~east~cdn~_2a');
    expect(
      from([sample('shop/web', 'shop/cart', { requestsPerSecond: 1, destinationService: { ...service('a.shop'), namespace: '' } })]),
    ).toBe('app~east~shop~cart');
  });
  it('what is no workload is itself in every view', () => {
    const samples = [
      sample({ kind: 'unknown', cluster: 'east', namespace: '', name: 'unknown' }, 'shop/web', { requestsPerSecond: 1 }),
      sample(
        'shop/web',
        { kind: 'external', cluster: 'east', namespace: '', name: 'PassthroughCluster', role: 'passthrough' },
        { requestsPerSecond: 1 },
      ),
    ];
    for (const graph of ['workload', 'app', 'versionedApp', 'service'] as const) {
      const built = build(graph, samples);
      expect(node(built, 'unknown')).toMatchObject({
        kind: 'unknown',
        mesh: 'none',
        health: { state: 'unknown' },
        explanation: expect.stringMatching(/did not say who it is/),
      });
      expect(node(built, 'PassthroughCluster')).toMatchObject({
        kind: 'external',
        role: 'passthrough',
        explanation: expect.stringMatching(/no configuration/),
      });
    }
  });
});

describe('edges', () => {
  it('add up what their samples say', () => {
    const [edge] = build('app').edges;
    expect(edge).toMatchObject({
      destinationService: service('cart.shop'),
      requestsPerSecond: 8,
      errorRatio: 0.375,
      clientErrorRatio: 0.125,
      responses: [
        { code: '200', flags: '-', requestsPerSecond: 4 },
        { code: '503', flags: 'UH', requestsPerSecond: 3 },
        { code: '404', flags: '-', requestsPerSecond: 1 },
      ],
      latencyMs: { mean: 20, p50: 10 + 90 / 8, quantilesAt: '2026-03-01T09:00:00.000Z' },
      sentBytesPerSecond: 10,
      receivedBytesPerSecond: 20,
      mtls: { ratio: 0.75, sourcePrincipal: 'web', destinationPrincipal: 'cart' },
      reporters: ['source', 'destination'],
    });
    expect(edge).not.toHaveProperty('connectionsPerSecond');
  });
  it('of TCP have no ratios; what nobody said is null', () => {
    expect(build('workload').edges.find(({ protocol }) => protocol === 'tcp')).toMatchObject({
      errorRatio: null,
      clientErrorRatio: null,
      connectionsPerSecond: 2,
      mtls: { ratio: null },
    });
  });
  it('keep gRPC statuses apart, and tell a mean without quantiles', () => {
    const grpc = (grpcStatus: string) => ({ code: '200', flags: '-', grpcStatus, outcome: 'ok' as const, requestsPerSecond: 1 });
    const samples = [
      sample('a/b', 'a/c', {
        protocol: 'grpc',
        requestsPerSecond: 2,
        responses: [grpc('0'), grpc('5')],
        latencySumMsPerSecond: 10,
        latencyCountPerSecond: 1,
        latency: { upperBoundsMs: [1], perSecond: [0, 0], readAt: AT },
      }),
    ];
    expect(build('workload', samples).edges[0]).toMatchObject({
      responses: [{ grpcStatus: '0' }, { grpcStatus: '5' }],
      latencyMs: { mean: 10 },
    });
    expect(build('workload', [{ ...samples[0]!, latency: undefined }]).edges[0]?.latencyMs).toEqual({ mean: 10 });
  });
});

describe('nodes', () => {
  it('have what comes in and goes out', () => {
    expect(node(build('app'), 'cart')).toMatchObject({
      kind: 'app',
      app: 'cart',
      services: ['cart'],
      mesh: 'istio',
      idle: false,
      in: { requestsPerSecond: 8, errorRatio: 0.375, bytesPerSecond: 30 },
      out: { requestsPerSecond: 0, errorRatio: null, bytesPerSecond: 1000 },
      health: { state: 'failing', reasons: ['38 % of requests fail (mostly 503, UH: no healthy endpoint was left to send to)'] },
    });
  });
  it('are described by Kubernetes', () => {
    const known = objects([
      facts('shop/cart-v1', {
        mesh: 'ambient',
        role: 'gateway',
        replicas: { desired: 3, ready: 2 },
        serviceAccount: 'cart',
        services: ['cart', 'basket'],
        version: 'v7',
        app: 'basket',
      }),
      facts('shop/idle', { mesh: 'none', replicas: { desired: 1, ready: 1 } }),
      facts('shop/off', { replicas: { desired: 0, ready: 0 } }),
    ]);
    const built = build('workload', SAMPLES, known);
    expect(node(built, 'cart-v1')).toMatchObject({
      mesh: 'ambient',
      role: 'gateway',
      replicas: { desired: 3, ready: 2 },
      serviceAccount: 'cart',
      services: ['basket', 'cart'],
      version: 'v7',
      app: 'basket',
    });
    expect(node(built, 'cart-v1')?.health.reasons).toContain('2 of 3 replicas are ready');
    expect(node(built, 'idle')).toMatchObject({
      idle: true,
      mesh: 'none',
      health: { state: 'idle', reasons: ['no traffic in the window'] },
    });
    expect(node(built, 'off')?.health.reasons).toEqual(['scaled to zero']);
  });
  it('of apps gather their workloads', () => {
    const known = objects([
      facts('shop/cart-v1', { app: 'cart', version: 'v1', replicas: { desired: 2, ready: 2 }, serviceAccount: 'cart', mesh: 'none' }),
      facts('shop/cart-v2', { app: 'cart', version: 'v2', replicas: { desired: 1, ready: 0 }, serviceAccount: 'other', mesh: 'istio' }),
    ]);
    const found = node(build('app', SAMPLES, known), 'cart');
    expect(found).toMatchObject({ replicas: { desired: 3, ready: 2 }, mesh: 'istio' });
    expect(found).not.toHaveProperty('serviceAccount');
    expect(found).not.toHaveProperty('version');
    expect(node(build('versionedApp', SAMPLES, known), 'cart', 'v2')).toMatchObject({
      replicas: { desired: 1, ready: 0 },
      serviceAccount: 'other',
    });
  });
  it('of services have the replicas behind them, and are there without traffic', () => {
    const known = objects(
      [
        facts('shop/cart-v1', { services: ['cart'], replicas: { desired: 2, ready: 1 } }),
        facts('shop/web', { app: 'web', replicas: { desired: 1, ready: 1 } }),
        facts('shop/gone', { services: [] }),
      ],
      [
        { cluster: 'east', namespace: 'shop', name: 'unused', kind: 'service' },
        { cluster: 'east', namespace: 'shop', name: 'api.example', kind: 'serviceEntry' },
      ],
    );
    const built = build('service', SAMPLES, known);
    expect(node(built, 'cart')).toMatchObject({ kind: 'service', replicas: { desired: 2, ready: 1 } });
    expect(node(built, 'cart')).not.toHaveProperty('app');
    expect(node(built, 'web')).toMatchObject({ kind: 'app', replicas: { desired: 1, ready: 1 } });
    expect(node(built, 'unused')).toMatchObject({ kind: 'service', idle: true });
    expect(node(built, 'api.example')).toMatchObject({ kind: 'serviceEntry', mesh: 'none', idle: true, explanation: expect.any(String) });
    expect(node(built, 'gone')).toBeUndefined();
  });
  it('are in the mesh of which somebody at them reports', () => {
    const meshes = (samples: EdgeSample[]) => Object.fromEntries(build('workload', samples).nodes.map(({ name, mesh }) => [name, mesh]));
    expect(meshes([sample('a/web', 'a/old', { reporters: ['source'], requestsPerSecond: 1 })])).toEqual({ web: 'istio', old: 'none' });
    expect(meshes([sample('a/web', 'a/cart', { reporters: ['destination'], requestsPerSecond: 1 })])).toEqual({
      web: 'none',
      cart: 'istio',
    });
    expect(meshes([sample('a/web', 'a/cart', { reporters: ['waypoint'], mesh: 'ambient', mutualTlsPerSecond: 1 })])).toEqual({
      web: 'ambient',
      cart: 'ambient',
    });
    expect(meshes([sample('a/web', 'a/cart', { reporters: ['source'], mesh: 'linkerd', mutualTlsPerSecond: 1 })])).toEqual({
      web: 'linkerd',
      cart: 'linkerd',
    });
    expect(meshes([sample('a/web', 'a/cart', { mesh: 'ambient' }), sample('a/web', 'a/db')])).toEqual({
      web: 'istio',
      cart: 'ambient',
      db: 'istio',
    });
  });
  it('that only send are judged by what they send', () => {
    expect(node(build('workload'), 'web')?.health.state).toBe('failing');
    expect(
      node(
        build('workload', [
          sample('a/web', { kind: 'unknown', cluster: 'east', namespace: '', name: 'unknown' }, { requestsPerSecond: 1 }),
        ]),
        'unknown',
      )?.health.state,
    ).toBe('healthy');
  });
  it('are judged by slow answers, missing ones and failed connections', () => {
    const failing = (code: string, flags: string) => [{ code, flags, outcome: 'error' as const, requestsPerSecond: 1 }];
    const slow = {
      latency: { upperBoundsMs: [1000, 5000], perSecond: [1, 1, 0], readAt: AT },
      latencySumMsPerSecond: 3000,
      latencyCountPerSecond: 2,
    };
    const built = build('workload', [
      sample('a/web', 'a/slow', { requestsPerSecond: 2, ...slow }),
      sample('a/web', 'a/mute', { requestsPerSecond: 10, errorsPerSecond: 1, responses: failing('0', 'DC') }),
      sample('a/web', 'a/db', { protocol: 'tcp', connectionsPerSecond: 2, responses: failing('-', 'DENY') }),
    ]);
    expect(node(built, 'slow')?.health).toEqual({ state: 'degraded', reasons: ['1 request in 20 takes longer than 4600 ms'] });
    expect(node(built, 'mute')?.health.reasons).toEqual([
      '10 % of requests fail (mostly no response, DC: the caller hung up before the answer)',
      '10 % of requests get no response',
    ]);
    expect(node(built, 'db')?.health).toEqual({
      state: 'failing',
      reasons: ['50 % of connections fail (mostly DENY: a policy denied the connection)'],
    });
  });
});

describe('filterGraph', () => {
  const graph = build(
    'workload',
    [...SAMPLES, sample('pay/api', 'pay/db', { requestsPerSecond: 1 }), sample('shop/web', 'pay/api', { requestsPerSecond: 1 })],
    objects([facts('shop/idle'), facts('pay/idle2')]),
  );
  const check = (filter: Parameters<typeof filterGraph>[1], nodes: string[], edges: number) => {
    const filtered = filterGraph(graph, filter);
    expect(filtered.nodes.map(({ name }) => name).sort()).toEqual(nodes);
    expect(filtered.edges).toHaveLength(edges);
  };
  const ALL = ['api', 'cart-v1', 'cart-v2', 'db', 'db', 'idle', 'idle2', 'web'];
  it('keeps edges with an end inside, with both ends', () => {
    check({}, ALL, 5);
    check({ namespaces: [], idle: true }, ALL, 5);
    check({ namespaces: ['pay'] }, ['api', 'db', 'idle2', 'web'], 2);
    check({ namespaces: ['pay'], idle: false }, ['api', 'db', 'web'], 2);
    check(
      { idle: false },
      ALL.filter((name) => !name.startsWith('idle')),
      5,
    );
    check({ namespaces: ['none'] }, [], 0);
    check({ cluster: 'east' }, ALL, 5);
    check({ cluster: 'west' }, [], 0);
    check({ cluster: 'east', namespaces: ['shop'] }, ['api', 'cart-v1', 'cart-v2', 'db', 'idle', 'web'], 4);
  });
});
