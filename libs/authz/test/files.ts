/** Files that the tests of the command line share: policies, flows, expectations. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const at = (name: string) => `cluster.local/ns/shop/sa/${name}`;
const callers = (...names: string[]) => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: reviews-callers, namespace: shop}
spec:
  selector: {matchLabels: {app: reviews}}
  rules:
  - from:
    - source:
        principals: [${names.map(at).join(', ')}]
`;
const reviews = { namespace: 'shop', labels: { app: 'reviews', version: 'v1' }, serviceAccount: 'reviews' };
const ratings = { namespace: 'shop', labels: { app: 'ratings' } };
const flow = (from: string, workload: string, more: object = {}) => ({
  id: `${from}-${workload}`,
  from,
  workload,
  requestsPerSecond: 2,
  request: { protocol: 'http', source: { principal: at(from) }, method: 'GET', path: '/x?y', port: 9080 },
  ...more,
});

export const FILES = {
  'good.yaml': callers('web', 'admin'),
  'narrow.yaml': callers('admin'),
  'paths.yaml': `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: no-admin, namespace: shop}
spec:
  action: DENY
  rules: [{to: [{operation: {paths: ["/admin*"], ports: ["9080"]}}]}]
`,
  'bad.yaml': `${callers('web')}---\napiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: bad, namespace: shop}\nspec:\n  action: deny\n  rules: [{to: [{operation: {paths: ["admin"]}}]}]\n`,
  'folder/a.yaml': callers('web'),
  'folder/b.json': JSON.stringify({
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: 'p', namespace: 'shop' },
    spec: { mtls: { mode: 'ON' } },
  }),
  'folder/notes.txt': 'no manifest',
  'flows.json': JSON.stringify({
    workloads: { 'shop/reviews': reviews, 'shop/ratings': ratings },
    flows: [
      flow('web', 'shop/reviews', { requestsPerSecond: 5, lastSeen: '2026-11-25T00:00:00Z' }),
      flow('admin', 'shop/reviews'),
      flow('web', 'shop/ratings'),
    ],
  }),
  'strangers.json': JSON.stringify([
    { workload: reviews, to: 'reviews', request: { protocol: 'http', source: {}, unknown: ['path', 'method'] } },
    { workload: ratings, request: { source: { principal: at('web') }, unknown: ['path', 'method', 'host'] } },
  ]),
  'answer.json': JSON.stringify({
    workloads: { n1: reviews },
    flows: [
      {
        id: 'f',
        source: { namespace: 'shop', name: 'web' },
        target: { id: 'n1', namespace: 'shop', name: 'reviews' },
        requestsPerSecond: 1,
        request: { protocol: 'http', source: { principal: at('web') }, port: 9080, unknown: ['path'] },
        operationFrom: 'unknown',
      },
    ],
  }),
  'mesh.json': JSON.stringify({ trustDomain: 'td1' }),
  'case.yaml': `policies:\n- ${JSON.stringify({ kind: 'AuthorizationPolicy', apiVersion: 'security.istio.io/v1', metadata: { name: 'a', namespace: 'shop' }, spec: {} })}\nworkload: {namespace: shop, labels: {}}\nrequests:\n- {id: one, protocol: http}\n- {protocol: tcp, port: 80}\n`,
  'expect.yaml': `policies: [good.yaml]
workloads:
  reviews: {namespace: shop, labels: {app: reviews}}
tests:
- {name: web may read, workload: reviews, request: {source: {principal: ${at('web')}}}, expect: ALLOW, by: shop/reviews-callers}
- {name: nobody else, workload: reviews, request: {source: {principal: ${at('x')}}}, expect: DENY}
- {workload: reviews, request: {unknown: [source.principal]}, expect: INDETERMINATE, missing: [source.principal]}
`,
} as const;

export class Folder {
  private constructor(readonly path: string) {}

  static async make(): Promise<Folder> {
    const folder = new Folder(await mkdtemp(join(tmpdir(), 'observatory-policy-')));
    for (const [name, text] of Object.entries(FILES)) {
      await mkdir(dirname(folder.file(name)), { recursive: true });
      await writeFile(folder.file(name), text);
    }
    return folder;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  async write(name: string, text: string): Promise<string> {
    await writeFile(this.file(name), text);
    return this.file(name);
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}
