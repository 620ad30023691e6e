/** The suite's own policies (istio/), decided by its own engine: every workload × every door × every caller. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_MESH, Decider, pointOf, readPolicies, type Request } from '../src/index.js';

const FOLDER = join(import.meta.dirname, '../../../istio');
const SERVICES = ['gateway', 'metrics', 'topology', 'certs', 'policy', 'anomaly'] as const;
const SERVERS = ['nats', 'postgres', 'redis'] as const;

const at = (namespace: string, account: string) => `cluster.local/ns/${namespace}/sa/${account}`;
/** Who could try. undefined: plain text, without an identity. */
const CALLERS: Readonly<Record<string, string | undefined>> = {
  ...Object.fromEntries([...SERVICES, ...SERVERS].map((name) => [name, at('observatory', name)])),
  ingress: at('istio-system', 'istio-ingressgateway-service-account'),
  prometheus: at('monitoring', 'prometheus'),
  team: at('observatory-clients', 'dashboard'),
  stranger: at('shop', 'web'),
  'another account of the namespace': at('observatory', 'default'),
  'Prometheus of another trust domain': 'elsewhere/ns/monitoring/sa/prometheus',
  'plain text': undefined,
};

const http = (method: string, path: string, port: number): Request => ({ protocol: 'http', method, path, port, host: `x:${port}` });
const tcp = (port: number): Request => ({ protocol: 'tcp', port });

type Door = readonly [name: string, request: Request, allowed: readonly string[]];

function grpcDoors(service: string, port: number): Door[] {
  const capital = `${service[0]?.toUpperCase()}${service.slice(1)}`;
  return [
    ['gRPC', http('POST', `/observatory.${service}.v1.${capital}Service/GetStatus`, port), ['team']],
    ['gRPC health', http('POST', '/grpc.health.v1.Health/Check', port), ['team']],
    ['gRPC reflection', http('POST', '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo', port), ['team']],
    ['an API of another service', http('POST', '/observatory.other.v1.OtherService/Get', port), []],
    ['gRPC by another method', http('GET', `/observatory.${service}.v1.${capital}Service/GetStatus`, port), []],
    ['gRPC as bare TCP', tcp(port), []],
    ['figures', http('GET', '/metrics', 8081), ['prometheus']],
    ['figures, written', http('POST', '/metrics', 8081), []],
    ['figures on the port of gRPC', http('GET', '/metrics', port), []],
    ['health', http('GET', '/healthz', 8081), []],
    ['readiness', http('GET', '/readyz', 8081), []],
    ['another port', http('GET', '/', 9229), []],
  ];
}

const DOORS: Readonly<Record<string, readonly Door[]>> = {
  gateway: [
    ['the page', http('GET', '/', 8080), ['ingress']],
    ['REST', http('POST', '/api/v1/policies/what-if', 8080), ['ingress']],
    ['the live feed', http('GET', '/live/?transport=websocket', 8080), ['ingress']],
    ['health', http('GET', '/healthz', 8080), ['ingress']],
    ['figures', http('GET', '/metrics', 8080), ['prometheus']],
    ['figures, on another way', http('GET', '/api/../metrics', 8080), ['prometheus']],
    ['figures below', http('GET', '/metrics/x', 8080), []],
    ['another port', http('GET', '/', 9229), []],
    ['bare TCP', tcp(8080), []],
  ],
  metrics: grpcDoors('metrics', 25_051),
  topology: grpcDoors('topology', 25_052),
  certs: grpcDoors('certs', 25_053),
  policy: grpcDoors('policy', 25_054),
  anomaly: grpcDoors('anomaly', 25_055),
  nats: [
    ['clients', tcp(4222), SERVICES],
    ['the cluster of servers', tcp(6222), ['nats']],
    ['figures', http('GET', '/metrics', 7777), ['prometheus']],
    ['monitoring', http('GET', '/varz', 8222), []],
  ],
  postgres: [
    ['clients', tcp(5432), SERVICES.filter((name) => name !== 'topology')],
    ['figures', http('GET', '/metrics', 9187), ['prometheus']],
  ],
  redis: [
    ['clients', tcp(6379), ['gateway']],
    ['figures', http('GET', '/metrics', 9121), ['prometheus']],
  ],
  'a workload that has no policy': [
    ['HTTP', http('GET', '/', 8080), []],
    ['TCP', tcp(80), []],
  ],
};

const text = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(join(FOLDER, name), 'utf8'))
  .join('\n---\n');
const { entries, diagnostics } = readPolicies(text);

it('are valid, without anything suspicious', () => expect(diagnostics).toEqual([]));

it('are one a service, in the namespace of the suite', () => {
  const named = entries.filter(({ kind }) => kind === 'AuthorizationPolicy').map(({ name }) => name);
  expect(named.toSorted()).toEqual([...SERVICES, ...SERVERS, 'default-deny'].toSorted());
  expect(new Set(entries.map(({ namespace }) => namespace))).toEqual(new Set(['observatory']));
});

/** The same answers whatever the trust domain of the mesh is called: `cluster.local` stands for it. */
const MESHES = [DEFAULT_MESH, { ...DEFAULT_MESH, trustDomain: 'prod.example' }];

describe.each(MESHES)('in the trust domain $trustDomain', (mesh) => {
  const decider = new Decider(entries, mesh);
  const rows = Object.entries(DOORS).flatMap(([workload, doors]) =>
    doors.map(([door, request, allowed]) => ({ workload, door, request, allowed })),
  );

  it.each(rows)('$workload: $door', ({ workload, request, allowed }) => {
    const point = pointOf({ namespace: 'observatory', labels: { 'app.kubernetes.io/name': workload }, serviceAccount: workload });
    const found = Object.entries(CALLERS).filter(([, principal]) => {
      const own = principal?.replace(/^cluster\.local\//, `${mesh.trustDomain}/`);
      return decider.decide([point], { ...request, source: own === undefined ? {} : { principal: own } }).decision === 'ALLOW';
    });
    expect(found.map(([name]) => name).toSorted()).toEqual([...allowed].toSorted());
  });

  it('refuses plain text by mutual TLS, before any policy is asked', () => {
    const point = pointOf({ namespace: 'observatory', labels: { 'app.kubernetes.io/name': 'gateway' } });
    expect(decider.decide([point], { protocol: 'http', path: '/', port: 8080 }).decidedBy).toMatchObject({
      kind: 'PeerAuthentication',
      name: 'strict',
    });
  });
});
