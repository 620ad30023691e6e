import type { CertificateDetail } from '@observatory/contracts';
import { chainRows, colons, commonName, identityWords, keyWords, notKnown, sightingGroups, sightingWords } from './detail-view.js';
import { aCertificate, aDetail, aLink, NOW } from './test-certificate.js';

describe('commonName', () => {
  it.each([
    ['CN=cart,O=shop', 'cart'],
    ['O=shop, CN=Root CA', 'Root CA'],
    ['O=shop\nCN=root', 'root'],
    ['/O=x/CN=old style', 'old style'],
    [String.raw`CN=a\,b,O=x`, 'a,b'],
    ['O=cluster.local', 'O=cluster.local'],
    ['', ''],
  ])('%j', (subject, expected) => expect(commonName(subject)).toBe(expected));
});

describe('chainRows', () => {
  const root = aLink({ subject: 'CN=root', issuer: 'CN=root', isCa: true, notAfter: '2036-01-01T00:00:00Z', from: 'trustBundle' });
  const rows = (chain: CertificateDetail['chain']) => chainRows(aDetail({ chain }), NOW);
  it('names each link by what it is', () => {
    const signer = aLink({ subject: 'CN=istiod', issuer: 'CN=root', isCa: true });
    expect(rows([aLink(), signer, root]).map(({ role, name }) => `${role} ${name}`)).toEqual([
      'Leaf cart',
      'Intermediate istiod',
      'Root root',
    ]);
  });
  it('a leaf without a subject goes by its identity', () =>
    expect(rows([aLink({ subject: '' })])[0]?.name).toBe('spiffe://cluster.local/ns/shop/sa/cart'));
  it('only what the service checked is verified', () => {
    const signed = aLink({ check: { state: 'signed', message: 'signed by root' } });
    const anchor = { ...root, check: { state: 'anchor' as const, message: 'a root of the mesh' } };
    expect(rows([signed, anchor]).map(({ check }) => check.state)).toEqual(['signed', 'anchor']);
  });
  it('knows what has ended', () => expect(rows([aLink({ notAfter: '2026-06-03T11:00:00Z' })])[0]?.ended).toBe(true));
});

describe('identityWords', () => {
  const check = (detail: Partial<CertificateDetail>, state: string | undefined) =>
    expect(identityWords(aDetail(detail))?.state).toBe(state);
  it('is what the service found, and unknown where nobody says', () => {
    const identity = { namespace: 'shop', serviceAccount: 'cart', state: 'differs' as const, message: 'it says somebody else' };
    check({ identity }, 'differs');
    check({}, 'unknown');
    check({ certificate: aCertificate({ kind: 'root' }) }, undefined);
  });
});

describe('notKnown', () => {
  const what = (detail: Partial<CertificateDetail>) => notKnown(aDetail(detail)).map((each) => each.what);
  const history = [
    { notAfter: '2026-06-04T02:00:00Z', firstSeenAt: '', lastSeenAt: '' },
    { notAfter: '2026-06-03T02:00:00Z', firstSeenAt: '', lastSeenAt: '' },
  ];
  it('nothing, where everything was seen', () => expect(what({ history })).toEqual([]));
  it('of a mere end nearly everything', () => {
    const { fingerprint: _, notBefore: __, ...rest } = aCertificate({ sources: ['metric'], source: 'metric' });
    expect(notKnown(aDetail({ certificate: rest, history }))).toEqual([
      {
        what: 'The certificate itself, its names, key and chain',
        why: 'it is seen in metrics only, where its end is told and no more',
      },
      { what: 'When it began, and how long it lives', why: 'no source tells; where needed, a life of a day is assumed' },
      { what: 'Whether this is what is really served', why: 'no handshake and no proxy shows it; Coverage says why' },
    ]);
  });
  it('a chain that could not be judged, with why', () =>
    expect(notKnown(aDetail({ history, trust: { state: 'unknown', message: 'no root is known' } }))).toEqual([
      { what: 'Whether its chain can be trusted', why: 'no root is known' },
    ]));
  it('what was before, where it is the first', () => expect(what({})).toEqual(['What was before it']));
});

describe('where it was seen', () => {
  it('by source, the newest first', () => {
    const groups = sightingGroups([
      { source: 'metric', place: 'm', observedAt: '1' },
      { source: 'wire', place: 'a', observedAt: '1' },
      { source: 'wire', place: 'b', observedAt: '2' },
    ]);
    expect(groups.map(({ source, sightings }) => [source, ...sightings.map(({ place }) => place)])).toEqual([
      ['wire', 'b', 'a'],
      ['metric', 'm'],
    ]);
  });
  it.each([
    [{ pod: 'cart-1', namespace: 'shop', tlsVersion: 'TLSv1.3', alpn: 'istio' }, 'pod shop/cart-1, TLS 1.3, ALPN istio'],
    [{ sni: 'shop.example' }, 'asked for shop.example'],
    [{}, ''],
  ])('%j', (change, expected) => expect(sightingWords({ source: 'wire', place: '', observedAt: '', ...change })).toBe(expected));
});

describe('keys and fingerprints', () => {
  it.each([
    [{ keyAlgorithm: 'RSA', keyBits: 2048 }, 'RSA, 2048 bits'],
    [{ keyAlgorithm: 'Ed25519', keyBits: null }, 'Ed25519'],
    [{}, 'not known'],
  ])('%j', (key, expected) => expect(keyWords(key)).toBe(expected));
  it('as other tools write them', () => expect(colons('ab01ff')).toBe('AB:01:FF'));
});
