/** Handshakes with real TLS servers, and with what only pretends to be one. */
import { createServer as createNetServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import { createServer, type SecureVersion, type TlsOptions } from 'node:tls';
import { verifyChain } from '../src/domain/chain.js';
import { coversHost, identityProblems } from '../src/domain/identity.js';
import { lifetimeStatus } from '../src/domain/lifetime.js';
import { parseCertificate } from '../src/domain/parse.js';
import type { ParsedCertificate } from '../src/domain/parsed.js';
import { handshake, type Handshake } from '../src/sources/handshake.js';
import { DAY, HOUR, intermediate, issue, root, spiffe, type Issued } from './authority.js';

const SILENCE_MS = 300;

describe('handshake', () => {
  const open: { server: NetServer; sockets: Set<Socket> }[] = [];
  let mesh: Issued, middle: Issued;

  beforeAll(async () => {
    mesh = await root();
    middle = await intermediate(mesh);
  });
  afterEach(() => {
    for (const { server, sockets } of open.splice(0)) {
      server.close();
      for (const socket of sockets) socket.destroy();
    }
  });

  async function listen(server: NetServer): Promise<number> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)));
    open.push({ server, sockets });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }
  async function serve(leaf: Issued, sent: readonly Issued[], options: TlsOptions = {}): Promise<number> {
    const server = createServer({
      cert: [leaf, ...sent].map(({ pem }) => pem).join('\n'),
      key: leaf.keyPem,
      ALPNProtocols: ['istio'],
      ...options,
    });
    server.on('tlsClientError', () => undefined);
    server.on('secureConnection', (socket) => socket.on('error', () => undefined));
    return listen(server);
  }
  const look = (port: number, sni?: string): Promise<Handshake> => handshake({ ip: '127.0.0.1', port, alpn: ['istio'], sni }, SILENCE_MS);
  async function seen(port: number, sni?: string) {
    const outcome = await look(port, sni);
    if (!outcome.ok) throw new Error(outcome.message);
    const [leaf, ...sent] = outcome.chain.map((der) => parseCertificate(der) as ParsedCertificate);
    return { ...outcome, leaf: leaf!, sent };
  }
  const trustOf = ({ leaf, sent }: { leaf: ParsedCertificate; sent: ParsedCertificate[] }, roots = [mesh]) =>
    verifyChain({ leaf, sent, roots: roots.map(({ parsed }) => parsed), now: Date.now() });

  describe('learns the chain of who demands a certificate of us', () => {
    const versions: SecureVersion[] = ['TLSv1.2', 'TLSv1.3'];
    it.each((['rsa', 'ecdsa', 'ed25519'] as const).flatMap((key) => versions.map((version) => [key, version] as const)))(
      '%s over %s',
      async (key, version) => {
        const leaf = await issue({ issuer: middle, key, uri: spiffe('shop', 'cart') });
        const port = await serve(leaf, [middle], {
          minVersion: version,
          maxVersion: version,
          requestCert: true,
          rejectUnauthorized: true,
          ca: mesh.pem,
        });
        const found = await seen(port);
        expect([found.protocol, found.leaf.fingerprint, found.sent.length]).toEqual([version, leaf.parsed.fingerprint, 1]);
        expect(trustOf(found).state).toBe('trusted');
        expect(identityProblems(found.leaf, { mesh: 'istio', namespace: 'shop', serviceAccount: 'cart' })).toEqual([]);
        if (version === 'TLSv1.3') expect(found.alpn).toBe('istio');
      },
    );
  });

  it('sees what is expired, of the future, of somebody else, incomplete', async () => {
    const uri = spiffe('shop', 'cart');
    const statusOf = async (request: Parameters<typeof issue>[0]) => {
      const { leaf } = await seen(await serve(await issue({ issuer: middle, uri, ...request }), [middle]));
      return lifetimeStatus({
        kind: 'workload',
        mesh: 'istio',
        notBefore: leaf.notBefore,
        notAfter: leaf.notAfter,
        trusted: true,
        now: Date.now(),
      }).status;
    };
    expect(await statusOf({ notBefore: Date.now() - 2 * DAY, notAfter: Date.now() - DAY })).toBe('expired');
    expect(await statusOf({ notBefore: Date.now() + HOUR, notAfter: Date.now() + DAY })).toBe('notYetValid');
    const wrong = await seen(await serve(await issue({ issuer: middle, uri: spiffe('shop', 'other') }), [middle]));
    expect(identityProblems(wrong.leaf, { mesh: 'istio', namespace: 'shop', serviceAccount: 'cart' }).map(({ code }) => code)).toEqual([
      'wrong-identity',
    ]);
    const alone = await seen(await serve(await issue({ issuer: middle, uri }), []));
    expect(trustOf(alone).problems.map(({ code }) => code)).toEqual(['incomplete-chain']);
  });

  it('knows both roots of a rotation', async () => {
    const next = await root('Root CA');
    const underNext = await issue({ issuer: next, uri: spiffe('shop', 'cart') });
    const found = await seen(await serve(underNext, []));
    expect(trustOf(found, [mesh, next])).toMatchObject({ state: 'trusted', rootFingerprint: next.parsed.fingerprint });
    expect(trustOf(found, [mesh])).toMatchObject({ state: 'untrusted' });
  });

  it('asks by name', async () => {
    const [shop, partners] = await Promise.all([issue({ dns: ['shop.example'] }), issue({ dns: ['partners.shop.example'] })]);
    const server = createServer({ cert: shop.pem, key: shop.keyPem });
    server.addContext('partners.shop.example', { cert: partners.pem, key: partners.keyPem });
    const port = await listen(server);
    const covers = async (name: string) => coversHost((await seen(port, name)).leaf, name);
    expect(await Promise.all([covers('shop.example'), covers('partners.shop.example'), covers('third.example')])).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('bears a chain of any length', async () => {
    const links = [mesh];
    // One end for all: an issuer that ends a second before what it issued is something else to tell.
    const notAfter = Date.now() + 300 * DAY;
    for (let depth = 0; depth < 14; depth += 1) links.push(await intermediate(links.at(-1)!, { subject: `CN=Level ${depth}`, notAfter }));
    const leaf = await issue({ issuer: links.at(-1)!, uri: spiffe('shop', 'cart') });
    const found = await seen(await serve(leaf, links.slice(1).reverse()));
    expect([found.sent.length, trustOf(found).problems.map(({ code }) => code)]).toEqual([14, ['chain-too-long']]);
    // OpenSSL takes 100 KB of chain, and no more.
    const huge = await look(await serve(leaf, Array(400).fill(middle) as Issued[]));
    expect(huge).toMatchObject({ ok: false, reason: 'handshake-failed' });
  });

  it('says of the rest why nothing is seen', async () => {
    const outcomeOf = async (onConnection: (socket: Socket) => void) => {
      const outcome = await look(await listen(createNetServer(onConnection)));
      return outcome.ok ? 'a chain' : outcome.reason;
    };
    const startedAt = performance.now();
    expect(await outcomeOf(() => undefined)).toBe('timeout');
    expect(performance.now() - startedAt).toBeLessThan(SILENCE_MS + 2000);
    // A TLS record that promises more than it brings.
    expect(await outcomeOf((socket) => socket.write(Buffer.from([22, 3, 3, 64, 0, 2])))).toBe('timeout');
    expect(await outcomeOf((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))).toBe('not-tls');
    expect(await outcomeOf((socket) => socket.end(Buffer.alloc(5000, 7)))).toBe('not-tls');
    expect(await outcomeOf((socket) => socket.destroy())).toBe('handshake-failed');
    expect(await outcomeOf((socket) => socket.resetAndDestroy())).toBe('handshake-failed');
    // A handshake record with nonsense in it.
    expect(await outcomeOf((socket) => socket.end(Buffer.concat([Buffer.from([22, 3, 3, 0, 40]), Buffer.alloc(40, 9)])))).toMatch(
      /handshake-failed|not-tls/,
    );
    const closed = createNetServer();
    const port = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
    expect(await look(port)).toMatchObject({ ok: false, reason: 'refused' });
  });
});
