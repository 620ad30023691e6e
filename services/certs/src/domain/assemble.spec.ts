import { DAY, HOUR, intermediate, issue, root, spiffe, type Issued } from '../../test/authority.js';
import { assemble } from './assemble.js';
import { wantedAlerts } from './alerts.js';
import { track } from './changes.js';
import type { ManagedFact } from './kube-facts.js';
import { rootObservations, rootsOf } from './objects.js';
import type { Observation } from './observation.js';
import type { Row } from './row.js';

const NOW = Date.now();

describe('assemble', () => {
  let mesh: Issued, middle: Issued, cart: Issued;
  beforeAll(async () => {
    mesh = await root();
    middle = await intermediate(mesh);
    cart = await issue({ issuer: middle, uri: spiffe('shop', 'cart') });
  });

  const base = { mesh: 'istio', cluster: 'east' } as const;
  const wire = (leaf: Issued, more: Partial<Observation> = {}): Observation => ({
    ...base,
    source: 'wire',
    kind: 'workload',
    id: 'workload~east~shop~cart-1',
    namespace: 'shop',
    name: 'cart-1',
    workload: { name: 'cart', id: 'workload~east~shop~cart' },
    observedAt: NOW,
    leaf: leaf.parsed,
    sent: [middle.parsed],
    notBefore: leaf.parsed.notBefore,
    notAfter: leaf.parsed.notAfter,
    place: { place: '10.0.0.1:8080', pod: 'cart-1' },
    identity: { mesh: 'istio', namespace: 'shop', serviceAccount: 'cart' },
    ...more,
  });
  const metric = (notAfter: number, more: Partial<Observation> = {}): Observation => {
    const { leaf: _, sent: __, notBefore: ___, ...end } = wire(cart);
    return { ...end, source: 'metric', notAfter, place: { place: 'istio_agent_cert_expiry_seconds', pod: 'cart-1' }, ...more };
  };
  const rows = (
    observations: Observation[],
    roots = rootsOf([{ mesh: 'istio', namespace: 'shop', name: 'istio-ca-root-cert', pem: mesh.pem }]),
  ): Row[] => assemble(observations, { roots, now: NOW, exporter: new Map([[cart.parsed.serial, 'x509_cert_not_after /etc/x']]) });
  const leafOf = (observations: Observation[]) => rows(observations).find(({ kind }) => kind === 'workload')!;

  it('is one row where two see one certificate, with the authorities that came with it', () => {
    const all = rows([wire(cart), metric(cart.parsed.notAfter + 1500, { observedAt: NOW + 1000 })]);
    expect(all.map(({ kind, sources }) => `${kind} ${sources.join('+')}`)).toEqual(['workload metric+wire', 'issuer wire']);
    expect(all[0]).toMatchObject({ leaf: cart.parsed, status: 'valid', trust: { state: 'trusted' }, problems: [] });
    expect(all[0]!.sightings.map(({ place }) => place)).toContain('x509_cert_not_after /etc/x');
  });
  it('believes the newest word, and bytes as long as they agree', () => {
    const renewed = cart.parsed.notAfter + 12 * HOUR;
    expect(leafOf([wire(cart, { observedAt: NOW - 1000 }), metric(renewed)])).toMatchObject({ notAfter: renewed, sources: ['metric'] });
    expect(leafOf([wire(cart, { observedAt: NOW - 1000 }), metric(renewed)]).leaf).toBeUndefined();
    expect(leafOf([wire(cart), metric(renewed, { observedAt: NOW - 1000 })])).toMatchObject({
      leaf: cart.parsed,
      sources: ['metric', 'wire'],
    });
  });
  it('knows how long certificates of a workload live, by its other pods', async () => {
    const hour = await issue({ issuer: middle, uri: spiffe('shop', 'cart'), notBefore: NOW - HOUR / 4, notAfter: NOW + (3 * HOUR) / 4 });
    const other = metric(NOW + 0.7 * HOUR, { id: 'workload~east~shop~cart-2', name: 'cart-2' });
    const [, , second] = rows([wire(hour), other]).sort((a, b) => a.id.localeCompare(b.id));
    expect(second).toMatchObject({ name: 'cart-2', status: 'valid' });
  });
  it('puts a metric of an authority to the authority', () => {
    const end = (kind: 'root' | 'issuer', of: Issued): Observation => ({
      ...base,
      source: 'metric',
      kind,
      id: `${kind}~east~~istio-metric`,
      name: 'istiod',
      observedAt: NOW,
      notAfter: of.parsed.notAfter + 900,
      place: { place: 'citadel' },
    });
    const published = rootObservations('east', rootsOf([{ mesh: 'istio', namespace: 'shop', name: 'x', pem: mesh.pem }]), NOW);
    const all = rows([wire(cart), ...published, end('root', mesh), end('issuer', middle)]);
    expect(all.map(({ kind, name, sources }) => `${kind} ${name} ${sources.join('+')}`).sort()).toEqual([
      'issuer Intermediate CA metric+wire',
      'root Root CA configMap+metric',
      'workload cart-1 metric+wire',
    ]);
    expect(rows([end('root', mesh)])).toMatchObject([{ kind: 'root', name: 'istiod', sources: ['metric'] }]);
  });
  it('is one row for a gateway and its keeper, with or without the bytes', async () => {
    const shop = await issue({ issuer: middle, dns: ['shop.example'], notAfter: NOW + 60 * DAY, notBefore: NOW - 30 * DAY });
    const managed: ManagedFact = {
      namespace: 'ingress',
      name: 'shop',
      issuer: 'Issuer ca',
      dnsNames: ['shop.example'],
      isCa: false,
      ready: true,
      failedAttempts: 0,
    };
    const { identity: _, ...gateway } = wire(shop, {
      kind: 'gateway',
      id: 'gateway~east~ingress~gw~shop.example',
      name: 'shop.example',
      host: 'shop.example',
    });
    const keeper: Observation = {
      ...base,
      source: 'certManager',
      kind: 'certManager',
      id: 'certManager~east~ingress~shop',
      name: 'shop',
      observedAt: NOW - 5000,
      notAfter: shop.parsed.notAfter,
      notBefore: shop.parsed.notBefore,
      place: { place: 'Certificate ingress/shop' },
      managed,
    };
    for (const one of [keeper, { ...keeper, leaf: shop.parsed, sent: [middle.parsed] }])
      expect(rows([gateway, one]).filter(({ kind }) => kind !== 'issuer' && kind !== 'intermediate')).toMatchObject([
        { id: 'certManager~east~ingress~shop', kind: 'gateway', sources: ['certManager', 'wire'], managed },
      ]);
    const elsewhere = await issue({ issuer: middle, dns: ['shop.example'], notAfter: NOW + 80 * DAY, notBefore: NOW - 10 * DAY });
    const second = {
      ...gateway,
      observedAt: NOW - 1000,
      leaf: elsewhere.parsed,
      notAfter: elsewhere.parsed.notAfter,
      place: { place: '10.0.0.2:443', pod: 'gw-2' },
    };
    expect(rows([gateway, second])[0]!.problems.map(({ code }) => code)).toEqual(['replicas-differ']);
    expect(rows([{ ...gateway, host: 'other.example' }])[0]!.problems.map(({ code }) => code)).toEqual(['wrong-host']);
  });

  describe('alerts', () => {
    const rules = (observations: Observation[]) =>
      wantedAlerts(rows(observations), NOW)
        .filter(({ data }) => data.kind !== 'issuer')
        .map(({ rule }) => rule)
        .sort();
    const leaf = (ageHours: number, leftHours: number, uri = spiffe('shop', 'cart')) =>
      issue({ issuer: middle, uri, notBefore: NOW - ageHours * HOUR, notAfter: NOW + leftHours * HOUR });
    it('follow from what is wrong, and from nothing else', async () => {
      expect(rules([wire(cart), metric(cart.parsed.notAfter)])).toEqual([]);
      expect(rules([wire(await leaf(18, 6))])).toEqual(['rotation-stuck']);
      expect(rules([wire(await leaf(23, 1))])).toEqual(['critical', 'rotation-stuck']);
      expect(rules([wire(await leaf(25, -1))])).toEqual(['expired']);
      expect(rules([wire(await leaf(1, 23, spiffe('shop', 'other')))])).toEqual(['wrong-identity']);
      expect(rules([wire(cart, { sent: [] })])).toEqual(['untrusted-chain']);
      expect(rules([wire(await issue({ issuer: middle, key: 'rsa1024', uri: spiffe('shop', 'cart') }))])).toEqual(['weak-key']);
      const old = await root('Old', { notAfter: NOW + 6 * DAY });
      expect(rules(rootObservations('east', rootsOf([{ mesh: 'istio', namespace: 'a', name: 'x', pem: old.pem }]), NOW))).toEqual([
        'expires-30-days',
        'expires-60-days',
        'expires-7-days',
        'expires-90-days',
      ]);
    });
    it('have one key for a certificate and a rule', async () => {
      const keys = wantedAlerts(rows([wire(await leaf(23, 1))]), NOW).map(({ key }) => key);
      expect(keys).toEqual(['workload~east~shop~cart-1|rotation-stuck', 'workload~east~shop~cart-1|critical']);
    });
  });

  describe('track', () => {
    it('tells what appeared, was renewed, changed its state, is gone', async () => {
      const first = track(new Map(), rows([wire(cart)]), { now: NOW });
      const before = new Map(first.rows.map((row) => [row.id, row]));
      expect(first.changes.map(({ change, kind }) => `${change} ${kind}`)).toEqual(['appeared workload', 'appeared issuer']);
      expect(track(before, rows([wire(cart), metric(cart.parsed.notAfter + 2000)]), { now: NOW }).changes).toEqual([]);
      const next = await issue({ issuer: middle, uri: spiffe('shop', 'cart') });
      const renewed = track(before, rows([wire(next)]), { now: NOW + 1 });
      expect(renewed.changes.map(({ change }) => change)).toEqual(['renewed']);
      expect(renewed.rows[0]).toMatchObject({ renewals: 1, firstSeenAt: NOW });
      const untrusted = track(before, rows([wire(cart)], rootsOf([{ mesh: 'istio', namespace: 'a', name: 'x', pem: next.pem }])), {
        now: NOW,
      });
      expect(untrusted.changes[0]).toMatchObject({ change: 'status', status: 'untrusted', previousStatus: 'valid' });
      expect(track(before, [], { now: NOW }).changes.map(({ change }) => change)).toEqual(['gone', 'gone']);
    });
  });
});
