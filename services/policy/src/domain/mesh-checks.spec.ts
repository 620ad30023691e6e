/** NetworkPolicies against the live mesh: whom they select, and whether an ambient mesh can still get in. */
import { DEFAULT_MESH, Decider, policySet } from '@observatory/authz';
import { meshModel } from './mesh-model.js';
import { meshDiagnostics, selectedWorkloads } from './mesh-checks.js';

const pod = (name: string, ambient: boolean) => ({
  namespace: 'shop',
  owner: { kind: 'Deployment', name },
  labels: { app: name },
  serviceAccount: name,
  ports: [],
  ...(ambient ? { proxy: 'ambient' as const } : {}),
  ended: false,
});
const facts = {
  cluster: 'c',
  rootNamespace: 'istio-system',
  namespaces: [{ name: 'shop', labels: {}, mesh: 'none' as const }],
  pods: [pod('images', true), pod('plain', false)],
  controllers: [],
  services: [],
  externalHosts: [],
  serviceAccounts: [],
  policies: [],
};
function check(spec: object) {
  const [entry] = policySet([
    { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'np', namespace: 'shop' }, spec },
  ]);
  const model = meshModel(facts as unknown as Parameters<typeof meshModel>[0], 'cluster.local');
  const known = { model, decider: new Decider([], DEFAULT_MESH), serviceAccounts: new Set<string>() };
  if (!entry) throw new Error('it is no policy');
  return {
    selected: selectedWorkloads(entry, known)?.map(({ ref }) => ref.name),
    codes: meshDiagnostics(entry, known).map(({ code, path }) => `${code} ${path}`),
  };
}
const images = { matchLabels: { app: 'images' } };
const closed = ['closed-to-ambient spec.ingress[0].ports'];

it.each<[string, object, string[]]>([
  ['another port', { podSelector: images, ingress: [{ ports: [{ port: 8080 }] }] }, closed],
  ['the port of UDP', { podSelector: images, ingress: [{ ports: [{ port: 15008, protocol: 'UDP' }] }] }, closed],
  ['a name', { podSelector: images, ingress: [{ ports: [{ port: 'http' }] }] }, closed],
  ['the port', { podSelector: images, ingress: [{ ports: [{ port: 15008 }] }] }, []],
  ['a range', { podSelector: images, ingress: [{ ports: [{ port: 15000, endPort: 16000 }] }] }, []],
  ['every port of TCP', { podSelector: images, ingress: [{ ports: [{}] }] }, []],
  ['a rule without ports beside it', { podSelector: images, ingress: [{ ports: [{ port: 1 }] }, {}] }, []],
  ['nothing is let in at all', { podSelector: images }, []],
  ['no ambient workload', { podSelector: { matchLabels: { app: 'plain' } }, ingress: [{ ports: [{ port: 1 }] }] }, []],
  ['no workload', { podSelector: { matchLabels: { app: 'x' } } }, ['selects-nothing spec.selector']],
])('%s', (_, spec, codes) => expect(check(spec).codes).toEqual(codes));

it('selects by expressions too', () =>
  expect(check({ podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['images'] }] } }).selected).toEqual([
    'plain',
  ]));
