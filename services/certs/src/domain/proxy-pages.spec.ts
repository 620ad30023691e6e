import { HOUR, intermediate, issue, root, spiffe, type Issued } from '../../test/authority.js';
import { assemble } from './assemble.js';
import type { PodFact } from './kube-facts.js';
import { rootsOf } from './objects.js';
import type { Observation } from './observation.js';
import { isShownBy, pagesOf, readPage, type PageKind, type ProxyPage } from './proxy-pages.js';

const NOW = Date.now();
const pod = (name: string, more: Partial<PodFact> = {}): PodFact => ({
  namespace: 'shop',
  name,
  owner: { kind: 'Deployment', name: name.replace(/-\d+$/, '') },
  labels: {},
  serviceAccount: name.replace(/-\d+$/, ''),
  ip: '10.0.0.1',
  node: 'node-a',
  ports: [],
  running: true,
  ended: false,
  optedOut: false,
  ...more,
});
const ambient = (name: string, node = 'node-a') => pod(name, { proxy: 'ambient', node });
const ztunnel = pod('ztunnel-1', { namespace: 'istio-system', proxy: 'ztunnel', role: 'ztunnel' });
const sidecar = pod('web-1', { proxy: 'sidecar' });
const gateway = pod('entry-1', { proxy: 'router', role: 'gateway' });
const pageOf = (of: PodFact): ProxyPage => pagesOf([of], new Set<PageKind>(['ztunnel', 'envoy']))[0]!;

describe('pagesOf', () => {
  const check = (of: PodFact, kinds: PageKind[], expected: string[]) =>
    expect(pagesOf([of], new Set(kinds)).map(({ key, path }) => `${key} ${path}`)).toEqual(expected);
  it('asks who has a page of the kinds that are allowed, and nobody else', () => {
    check(ztunnel, ['ztunnel'], ['ztunnel istio-system/ztunnel-1 /config_dump']);
    check(sidecar, ['envoy'], ['envoy shop/web-1 /certs']);
    check(gateway, ['envoy', 'ztunnel'], ['envoy shop/entry-1 /certs']);
    check(sidecar, ['ztunnel'], []);
    check(ztunnel, ['envoy'], []);
    // By its label alone: its container has no argument that says so.
    check({ ...ztunnel, proxy: 'sidecar' }, ['envoy', 'ztunnel'], ['ztunnel istio-system/ztunnel-1 /config_dump']);
    expect(isShownBy.envoy({ ...ztunnel, proxy: 'sidecar' })).toBe(false);
    check(ztunnel, [], []);
    check(ambient('cart-1'), ['envoy', 'ztunnel'], []);
    check(pod('bus-1', { proxy: 'linkerd' }), ['envoy', 'ztunnel'], []);
    check({ ...sidecar, running: false }, ['envoy'], []);
    check({ ...sidecar, ended: true }, ['envoy'], []);
  });
});

describe('readPage', () => {
  let mesh: Issued, middle: Issued, cart: Issued;
  beforeAll(async () => {
    mesh = await root();
    middle = await intermediate(mesh);
    cart = await issue({ issuer: middle, uri: spiffe('shop', 'cart') });
  });
  const wrapped = (...of: Issued[]) => of.map(({ pem }) => ({ pem: Buffer.from(pem).toString('base64'), serialNumber: '1' }));
  const read = (of: PodFact, document: unknown, pods: PodFact[] = [of]) =>
    readPage(pageOf(of), document, { cluster: 'east', trustDomain: 'cluster.local', pods, at: NOW });
  const short = (observations: readonly Observation[] = []) =>
    observations.map(({ id, leaf, serial, sent = [] }) => [id, leaf?.fingerprint ?? serial, sent.length]);

  describe('ztunnel’s dump', () => {
    const entry = (more: object) => ({ identity: spiffe('shop', 'cart'), state: 'Available', ...more });
    it.each([
      ['as it is', () => entry({ certChain: wrapped(cart, middle), rootCerts: wrapped(mesh) })],
      ['as it was', () => entry({ ca_cert: wrapped(cart), cert_chain: wrapped(middle) })],
      ['in plain PEM', () => entry({ certChain: [{ pem: cart.pem }, { pem: middle.pem }] })],
    ])('speaks for the pods of an identity on its node: %s', (_, make) => {
      const pods = [ambient('cart-1'), ambient('cart-2', 'node-b'), ambient('other-1'), ztunnel, pod('cart-3', { proxy: 'sidecar' })];
      const reading = read(ztunnel, { workloads: [], certificates: [make()] }, pods);
      expect(short(reading?.observations)).toEqual([['workload~east~shop~cart-1', cart.parsed.fingerprint, 1]]);
      expect(reading).toMatchObject({ unplaced: 0, missing: [] });
    });
    it('says of whom it has none, and counts what is of nobody', () => {
      const certificates = [
        entry({ state: 'Unavailable: signing gRPC error', certChain: [] }),
        entry({ identity: spiffe('shop', 'gone'), certChain: wrapped(cart) }),
        entry({ identity: 'somebody', certChain: wrapped(cart) }),
      ];
      expect(read(ztunnel, { certificates }, [ambient('cart-1')])).toEqual({
        observations: [],
        unplaced: 2,
        missing: [{ namespace: 'shop', serviceAccount: 'cart', state: 'Unavailable: signing gRPC error' }],
      });
    });
  });

  describe('Envoy’s page', () => {
    const detail = (of: Issued, names: object[], more: object = {}) => ({
      path: '<inline>',
      serial_number: of.parsed.serial,
      subject_alt_names: names,
      days_until_expiration: '0',
      valid_from: new Date(of.parsed.notBefore).toISOString(),
      expiration_time: new Date(of.parsed.notAfter).toISOString(),
      ...more,
    });
    const page = (...chains: object[]) => ({ certificates: chains.map((one) => ({ ca_cert: [], cert_chain: [one] })) });
    const uri = [{ uri: spiffe('shop', 'web') }];

    it('names the proxy’s own once, the newer of two, and a gateway’s hosts', async () => {
      const next = await issue({ issuer: middle, notAfter: Date.now() + 40 * HOUR });
      const twice = read(sidecar, page(detail(cart, uri), detail(next, uri), detail(cart, uri)));
      expect(short(twice?.observations)).toEqual([['workload~east~shop~web-1', next.parsed.serial.toLowerCase(), 0]]);
      const both = read(gateway, page(detail(cart, uri), detail(next, [{ dns: 'shop.example' }])));
      expect(both?.observations.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
        'workload workload~east~shop~entry-1',
        'gateway gateway~east~shop~entry~shop.example',
      ]);
    });
    it('counts what it cannot put to anybody', () => {
      const odd = page(detail(cart, [{ dns: 'database' }]), detail(cart, []), detail(cart, uri, { expiration_time: 'never' }));
      expect(read(sidecar, odd)).toEqual({ observations: [], unplaced: 3, missing: [] });
    });
    it('is one row with the handshake, by serial number', () => {
      const roots = rootsOf([{ mesh: 'istio', namespace: 'shop', name: 'istio-ca-root-cert', pem: mesh.pem }]);
      const rowsOf = (of: Issued, id: string) => {
        const [seen] = read(sidecar, page(detail(of, uri)))!.observations as [Observation];
        const { leaf, notBefore, notAfter } = { leaf: cart.parsed, ...cart.parsed };
        const { serial: _, ...rest } = seen;
        const wire: Observation = { ...rest, id, source: 'wire', leaf, sent: [], notBefore, notAfter, place: { place: '10.0.0.1:80' } };
        return assemble([seen, wire], { roots, now: NOW, exporter: new Map() }).map(({ sources }) => sources.join('+'));
      };
      expect(rowsOf(cart, 'workload~east~shop~web-1')).toEqual(['envoy+wire']);
      expect(rowsOf(cart, 'gateway~east~shop~web')).toEqual(['envoy+wire']);
    });
    it('is a row of its own where only the end is the same', async () => {
      const { notBefore, notAfter } = cart.parsed;
      const twin = await issue({ issuer: middle, notBefore, notAfter });
      const [seen] = read(sidecar, page(detail(twin, uri)))!.observations as [Observation];
      const { serial: _, ...rest } = seen;
      const wire: Observation = { ...rest, id: 'workload~east~shop~b', source: 'wire', leaf: cart.parsed, place: { place: 'b' } };
      const rows = assemble([seen, wire], { roots: rootsOf([]), now: NOW, exporter: new Map() });
      expect(rows.map(({ sources }) => sources.join('+')).sort()).toEqual(['envoy', 'wire']);
    });
  });

  it('is nothing where the document is another', () => {
    for (const document of [null, [], {}, { certificates: {} }, { certificates: [{ cert_chain: [{ path: 'x' }] }] }, 'text'])
      for (const asked of [ztunnel, sidecar]) expect(read(asked, document)).toBeUndefined();
  });
});
