import { intermediate, issue, root, spiffe } from '../../test/authority.js';
import { parseBundle, parseCertificate, pemOf, usagesOf } from './parse.js';
import { strengthProblems } from './strength.js';

describe('parseCertificate', () => {
  it('reads what others wrote', async () => {
    const mesh = await root();
    const { parsed } = await issue({ issuer: mesh, uri: spiffe('shop', 'cart'), dns: ['cart.shop.svc', 'a,b'] });
    expect(parsed).toMatchObject({
      subject: '',
      issuer: 'CN=Root CA',
      keyAlgorithm: 'ECDSA',
      keyBits: 256,
      signatureAlgorithm: 'ECDSA-SHA256',
      isCa: false,
    });
    expect([parsed.uris, parsed.dnsNames]).toEqual([[spiffe('shop', 'cart')], ['cart.shop.svc', 'a,b']]);
    expect(parsed.notAfter % 1000).toBe(0);
    expect(parseCertificate(pemOf(parsed))).toEqual(parsed);
    expect(mesh.parsed).toMatchObject({ isCa: true, commonName: 'Root CA' });
    expect(usagesOf(parsed)).toEqual({ keyUsage: [], extendedKeyUsage: [] });
  });
  it('says nothing of what is none', () => {
    for (const bytes of [
      '',
      'nonsense',
      Buffer.from([48, 130, 255, 255, 0]),
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    ])
      expect(parseCertificate(bytes)).toBeUndefined();
  });
});

it('a bundle gives every block, and counts what is none', async () => {
  const [one, two] = await Promise.all([root('One'), root('Two')]);
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
  const { certificates, unreadable } = parseBundle(`# roots\n${one.pem}\n${broken}\n${two.pem}`);
  expect([certificates.map(({ commonName }) => commonName), unreadable]).toEqual([['One', 'Two'], 1]);
});

describe('strengthProblems', () => {
  const codes = async (...[request, protocol]: [Parameters<typeof issue>[0], string?]) =>
    strengthProblems((await issue(request)).parsed, protocol).map(({ code }) => code);
  it('knows weak keys, hashes and protocols', async () => {
    expect(await codes({ key: 'ecdsa' }, 'TLSv1.3')).toEqual([]);
    expect(await codes({ key: 'ed25519' })).toEqual([]);
    expect(await codes({ key: 'rsa' }, 'TLSv1.1')).toEqual(['old-protocol']);
    const weak = await root('Weak', { key: 'rsa1024' });
    expect(strengthProblems(weak.parsed).map(({ code }) => code)).toEqual(['weak-key']);
    const signed = await intermediate(weak, { key: 'rsa' });
    expect(strengthProblems(signed.parsed).map(({ code, message }) => [code, message])).toEqual([
      ['weak-signature', 'it is signed with RSA-SHA1, which can be forged'],
    ]);
  });
});
