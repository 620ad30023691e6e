import { basicObjects } from '../kube/objects/basics.js';
import type { ObjectContext } from '../kube/objects/labels.js';
import { policyObjects, readManifests } from '../kube/objects/policies.js';
import { workloadObjects } from '../kube/objects/workloads.js';
import { Store } from '../kube/store.js';
import { Cluster } from '../model/cluster.js';
import type { Lane } from '../model/types.js';
import { Enforcer } from './enforcer.js';

const cluster = new Cluster();
const LATER_SEC = Date.now() / 1000 + 60;

function mesh(): { store: Store; enforcer: Enforcer } {
  const store = new Store(1);
  const at = new Date('2026-01-01T00:00:00Z');
  const context: ObjectContext = {
    cluster,
    bornAt: at,
    podsBornAt: at,
    newVersionAt: at,
    istioRootsPem: '',
    linkerdAnchorsPem: '',
    certificates: [],
  };
  for (const object of [...basicObjects(context), ...workloadObjects(context), ...policyObjects(context)]) store.apply(object);
  return { store, enforcer: new Enforcer(cluster, store) };
}

const lane = (from: string, to: string): Lane => cluster.lanes.find(({ source, target }) => source.name === from && target?.name === to)!;

function refusals(manifest: string) {
  const { store, enforcer } = mesh();
  for (const object of readManifests(manifest)) store.apply(object);
  return (from: string, to: string) => enforcer.refusal(lane(from, to), LATER_SEC);
}

const ap = (name: string, namespace: string, spec: string) =>
  `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: ${spec}\n`;

describe('the policies that the shop comes with', () => {
  it('refuse nothing of its own traffic', () => {
    const { enforcer } = mesh();
    for (const each of cluster.lanes)
      expect({ lane: each.id, ...enforcer.refusal(each, LATER_SEC) }).toMatchObject({
        lane: each.id,
        deniedShare: 0,
        plaintextRefused: false,
      });
  });
});

describe('a policy that is applied', () => {
  it('refuses the operations that it names, by their share', () => {
    const of = refusals(
      ap(
        'no-stock',
        'shop',
        '{selector: {matchLabels: {app: catalog}}, action: DENY, rules: [{to: [{operation: {paths: [/products/stock]}}]}]}',
      ),
    );
    expect(of('storefront', 'catalog').deniedShare).toBeCloseTo(0.2);
    expect(of('storefront', 'catalog').refused.map(({ path }) => path)).toEqual(['/products/stock']);
    expect(of('recommendations', 'catalog').deniedShare).toBe(0);
  });

  it('reaches everything from the root namespace', () => {
    const of = refusals(ap('all', 'istio-system', '{action: DENY, rules: [{}]}'));
    expect(of('storefront', 'cart')).toMatchObject({ deniedShare: 1, layer: 'http' });
    expect(of('search', 'search-index')).toMatchObject({ deniedShare: 1, layer: 'connection' });
    expect(of('helpdesk', 'tickets').deniedShare).toBe(0);
  });

  it('is read by the waypoint when it is attached to a service', () => {
    const of = refusals(
      ap(
        'thumbs',
        'media',
        '{targetRefs: [{kind: Service, group: "", name: thumbnailer}], action: DENY, rules: [{to: [{operation: {methods: [GET]}}]}]}',
      ),
    );
    expect(of('images', 'thumbnailer')).toMatchObject({ deniedShare: 1, layer: 'http' });
  });

  it('is read by ztunnel when it selects an ambient pod, which sees the waypoint as the client', () => {
    const of = refusals(
      ap(
        'thumbs',
        'media',
        '{selector: {matchLabels: {app: thumbnailer}}, rules: [{from: [{source: {principals: [cluster.local/ns/media/sa/images]}}]}]}',
      ),
    );
    expect(of('images', 'thumbnailer')).toMatchObject({ deniedShare: 1, layer: 'connection' });
  });

  it('only counts when it is not a dry run', () => {
    const manifest = ap('dry', 'shop', '{action: DENY, rules: [{}]}').replace(
      'namespace: shop}',
      'namespace: shop, annotations: {istio.io/dry-run: "true"}}',
    );
    expect(refusals(manifest)('storefront', 'cart').deniedShare).toBe(0);
  });

  it('turns plain text away where mTLS is strict', () => {
    const of = refusals(
      'apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: strict, namespace: shop}\nspec: {mtls: {mode: STRICT}}\n',
    );
    expect(of('legacy-reports', 'catalog').plaintextRefused).toBe(true);
    expect(of('storefront', 'catalog').plaintextRefused).toBe(false);
  });

  it('does not change what was before it', () => {
    const { store, enforcer } = mesh();
    for (const object of readManifests(ap('all', 'shop', '{action: DENY, rules: [{}]}'))) store.apply(object);
    expect(enforcer.refusal(lane('storefront', 'cart'), Date.now() / 1000 - 3600).deniedShare).toBe(0);
    expect(enforcer.verdict(lane('storefront', 'cart'), { method: 'GET', path: '/cart' })).toEqual({ allowed: false, policy: 'shop/all' });
  });
});
