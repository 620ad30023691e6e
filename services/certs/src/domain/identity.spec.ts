import { coversHost, identityCheck, identityOf, identityProblems, linkerdName } from './identity.js';

const names = (uris: string[], dnsNames: string[] = []) => ({ uris, dnsNames, ipAddresses: [] });
const cart = { mesh: 'istio', namespace: 'shop', serviceAccount: 'cart', trustDomain: 'cluster.local' } as const;
const check = (uris: string[], dnsNames: string[], expected: string[]) =>
  expect(identityProblems(names(uris, dnsNames), cart).map(({ code }) => code)).toEqual(expected);

describe('identityProblems', () => {
  it('takes who it is', () => {
    check(['spiffe://cluster.local/ns/shop/sa/cart'], [], []);
    check(['urn:other', 'spiffe://cluster.local/ns/shop/sa/cart'], [], []);
    check([], ['cart.shop.serviceaccount.identity.linkerd.cluster.local'], []);
  });
  it('names who it is not', () => {
    check(['spiffe://cluster.local/ns/shop/sa/checkout'], [], ['wrong-identity']);
    check(['spiffe://cluster.local/ns/data/sa/cart'], [], ['wrong-identity']);
    check([], ['cart.other.serviceaccount.identity.linkerd.cluster.local'], ['wrong-identity']);
    check(['spiffe://old.domain/ns/shop/sa/cart'], [], ['other-trust-domain']);
    check([], ['shop.example'], ['no-identity']);
    check(['spiffe://cluster.local/ns/shop/sa/cart/extra'], [], ['no-identity']);
  });
});

describe('coversHost', () => {
  const covers = (dnsNames: string[], host: string, expected: boolean) => expect(coversHost(names([], dnsNames), host)).toBe(expected);
  it('follows the first label only', () => {
    covers(['shop.example'], 'SHOP.example', true);
    covers(['*.shop.example'], 'www.shop.example', true);
    covers(['*.shop.example'], 'a.b.shop.example', false);
    covers(['*.shop.example'], 'shop.example', false);
    covers(['other.example'], 'shop.example', false);
    expect(coversHost({ dnsNames: [], ipAddresses: ['10.0.0.1'] }, '10.0.0.1')).toBe(true);
  });
});

it('a Linkerd name and what is read from it agree', () => {
  const name = linkerdName({ namespace: 'support', serviceAccount: 'tickets' }, { namespace: 'linkerd', trustDomain: 'cluster.local' });
  expect(identityOf(names([], [name]))).toEqual({ name, namespace: 'support', serviceAccount: 'tickets', trustDomain: 'cluster.local' });
});

describe('identityCheck', () => {
  const expected = { mesh: 'istio', namespace: 'shop', serviceAccount: 'cart', trustDomain: 'cluster.local' } as const;
  const named = (uri: string) => ({ uris: [uri], dnsNames: [] });
  it.each([
    [named('spiffe://cluster.local/ns/shop/sa/cart'), 'matches'],
    [named('spiffe://cluster.local/ns/shop/sa/web'), 'differs'],
    [named('spiffe://other.example/ns/shop/sa/cart'), 'differs'],
    [named('https://shop.example'), 'unknown'],
    [undefined, 'unknown'],
  ])('%j', (certificate, state) => {
    const found = identityCheck(certificate, expected);
    expect(found).toMatchObject({ namespace: 'shop', serviceAccount: 'cart', trustDomain: 'cluster.local', state });
    expect(found.message).not.toBe('');
  });
});
