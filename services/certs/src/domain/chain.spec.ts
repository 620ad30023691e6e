import { DAY, intermediate, issue, root, spiffe, type Issued } from '../../test/authority.js';
import { checksOf, LINKS_MAX, verifyChain, type ChainInput } from './chain.js';

const NOW = Date.now();

describe('verifyChain', () => {
  let mesh: Issued, other: Issued, middle: Issued, leaf: Issued;
  beforeAll(async () => {
    [mesh, other] = await Promise.all([root(), root('Other Root')]);
    middle = await intermediate(mesh);
    leaf = await issue({ issuer: middle, uri: spiffe('shop', 'cart') });
  });

  function check(
    given: { leaf?: Issued; sent?: Issued[]; roots?: Issued[] } & Partial<Pick<ChainInput, 'otherRootsMayBe' | 'now'>>,
    state: string,
    codes: string[] = [],
  ) {
    const of = (issued: Issued[] = []) => issued.map(({ parsed }) => parsed);
    const outcome = verifyChain({
      now: NOW,
      ...given,
      leaf: (given.leaf ?? leaf).parsed,
      sent: of(given.sent),
      roots: of(given.roots ?? [mesh]),
    });
    expect([outcome.state, outcome.problems.map(({ code }) => code)]).toEqual([state, codes]);
    return outcome;
  }

  it('finds the way, whatever the order and whatever else was sent', () => {
    const { links, rootFingerprint } = check({ sent: [middle] }, 'trusted');
    expect(links.map(({ from }) => from)).toEqual(['peer', 'peer', 'trustBundle']);
    expect(rootFingerprint).toBe(mesh.parsed.fingerprint);
    check({ sent: [other, mesh, middle] }, 'trusted');
    check({ sent: [middle], roots: [other, mesh] }, 'trusted');
    check({ leaf: mesh }, 'trusted');
  });
  it('knows what is missing', () => {
    check({ sent: [] }, 'untrusted', ['incomplete-chain']);
    check({ sent: [middle], roots: [other] }, 'untrusted', ['incomplete-chain']);
    check({ sent: [middle, mesh], roots: [other] }, 'untrusted', ['untrusted-root']);
    check({ sent: [middle, mesh], roots: [] }, 'unknown');
    check({ sent: [middle, mesh], roots: [other], otherRootsMayBe: true }, 'unknown');
  });
  it('does not believe names alone', async () => {
    const forged = await issue({ issuer: middle, forgedBy: other, uri: spiffe('shop', 'cart') });
    check({ leaf: forged, sent: [middle] }, 'untrusted', ['bad-signature']);
    check({ leaf: forged, sent: [middle], otherRootsMayBe: true }, 'untrusted', ['bad-signature']);
    const twin = await root();
    check({ sent: [middle], roots: [twin] }, 'untrusted', ['bad-signature']);
    // Both roots of a rotation have one name.
    check({ sent: [middle], roots: [twin, mesh] }, 'trusted');
  });
  it('wants authorities that may issue, and still do', async () => {
    const noCa = await intermediate(mesh, { ca: false });
    check({ leaf: await issue({ issuer: noCa }), sent: [noCa] }, 'untrusted', ['issuer-not-ca']);
    const old = await intermediate(mesh, { notAfter: NOW - DAY });
    check({ leaf: await issue({ issuer: old }), sent: [old] }, 'untrusted', ['expired']);
    const short = await intermediate(mesh, { notAfter: NOW + DAY / 2 });
    check({ leaf: await issue({ issuer: short }), sent: [short] }, 'trusted', ['issuer-expires-first']);
  });
  it('ends, however long the chain', async () => {
    const links = [mesh];
    // One end for all: an issuer that ends a second before what it issued is something else to tell.
    const notAfter = NOW + 300 * DAY;
    for (let depth = 0; depth <= LINKS_MAX; depth += 1)
      links.push(await intermediate(links.at(-1)!, { subject: `CN=Level ${depth}`, notAfter }));
    check({ leaf: await issue({ issuer: links.at(-1)! }), sent: links.slice(1) }, 'untrusted', ['chain-too-long']);
  });
  it('says of each link what came of it', async () => {
    const states = (outcome: ReturnType<typeof verifyChain>) => checksOf(outcome).map((link) => link.state);
    expect(states(check({ sent: [middle] }, 'trusted'))).toEqual(['signed', 'signed', 'anchor']);
    expect(states(check({ sent: [] }, 'untrusted', ['incomplete-chain']))).toEqual(['failed']);
    expect(states(check({ sent: [middle, mesh], roots: [other] }, 'untrusted', ['untrusted-root']))).toEqual([
      'signed',
      'signed',
      'failed',
    ]);
    expect(states(check({ sent: [middle, mesh], roots: [] }, 'unknown'))).toEqual(['signed', 'signed', 'unchecked']);
    const forged = await issue({ issuer: middle, forgedBy: other, uri: spiffe('shop', 'cart') });
    const outcome = check({ leaf: forged, sent: [middle] }, 'untrusted', ['bad-signature']);
    expect(checksOf(outcome)).toEqual([{ state: 'failed', message: outcome.message }]);
  });
  it('reads keys of every kind', async () => {
    for (const key of ['rsa', 'ed25519'] as const) {
      const own = await root(`Root ${key}`, { key });
      const under = await issue({ issuer: own, key, uri: spiffe('a', 'b') });
      check({ leaf: under, roots: [own] }, 'trusted');
    }
  });
});
