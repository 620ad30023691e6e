import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { until } from '@observatory/testing';
import { Cluster } from '../src/model/cluster.js';
import { loadAuthorities } from '../src/tls/authority.js';
import { Leafs } from '../src/tls/leafs.js';
import { Listeners } from '../src/tls/listeners.js';
import { startDemo, type RunningDemo } from '../src/index.js';

let folder: string;
let demo: RunningDemo;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-tls-'));
  demo = await startDemo({ kubePort: 0, httpPort: 0, dataFolder: folder, seed: 7 });
});
afterAll(async () => {
  await demo?.stop();
  await rm(folder, { recursive: true, force: true });
});

const podOf = (key: string) => demo.mesh.cluster.podsOf(demo.mesh.cluster.workload(key))[0]!;

/** The chain that a server sends to a client without a certificate: leaf first. */
function chainAt(key: string, options: { port?: number; servername?: string; alpn?: string } = {}): Promise<X509Certificate[]> {
  const pod = podOf(key);
  const port = options.port ?? pod.workload.ports[0]!.port;
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({
      host: demo.mesh.cluster.addressOf(pod),
      port: demo.mesh.cluster.portOf(pod, port),
      rejectUnauthorized: false,
      servername: options.servername ?? '',
      ALPNProtocols: [options.alpn ?? 'istio'],
    });
    socket.once('secureConnect', () => {
      const chain: X509Certificate[] = [];
      for (let certificate = socket.getPeerX509Certificate(); certificate && chain.length < 5; certificate = certificate.issuerCertificate)
        chain.push(certificate);
      resolve(chain);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

const minutesLeft = (certificate: X509Certificate): number => (Date.parse(certificate.validTo) - Date.now()) / 60_000;

describe('TLS at the pods', () => {
  it('serves the SPIFFE chain of a sidecar to whoever connects', async () => {
    const [leaf, intermediate] = await chainAt('shop/cart');
    expect(leaf!.subjectAltName).toBe('URI:spiffe://cluster.local/ns/shop/sa/cart');
    expect(intermediate!.subject).toContain('CN=Intermediate CA');
    expect(leaf!.verify(intermediate!.publicKey)).toBe(true);
    const response = await fetch(`${demo.kubeUrl}/api/v1/namespaces/shop/configmaps/istio-ca-root-cert`);
    const { data } = (await response.json()) as { data: Record<string, string> };
    expect(intermediate!.verify(new X509Certificate(data['root-cert.pem']!).publicKey)).toBe(true);
  });

  it('lets a client of the mesh in, and nobody else', async () => {
    const pod = podOf('shop/cart');
    const certificate = demo.mesh.leafs.of(podOf('shop/storefront'))!;
    const authorized = await new Promise<boolean>((resolve, reject) => {
      const socket = connect({
        host: demo.mesh.cluster.addressOf(pod),
        port: demo.mesh.cluster.portOf(pod, 8080),
        rejectUnauthorized: false,
        ALPNProtocols: ['istio'],
        cert: certificate.chainPem,
        key: certificate.leaf.keyPem,
      });
      socket.once('error', reject);
      // The server ends politely once it has accepted the client's certificate.
      socket.once('end', () => resolve(true));
      socket.resume();
    });
    expect(authorized).toBe(true);
    await expect(
      new Promise((resolve, reject) => {
        const socket = connect({
          host: demo.mesh.cluster.addressOf(pod),
          port: demo.mesh.cluster.portOf(pod, 8080),
          rejectUnauthorized: false,
          ALPNProtocols: ['istio'],
        });
        socket.once('error', reject);
        socket.once('end', resolve);
        socket.resume();
      }),
    ).rejects.toThrow(/certificate required|alert/i);
  });

  it('answers for Linkerd only under its own name', async () => {
    const name = 'tickets.support.serviceaccount.identity.linkerd.cluster.local';
    const [leaf, issuer] = await chainAt('support/tickets', { servername: name, alpn: 'h2' });
    expect(leaf!.subjectAltName).toBe(`DNS:${name}`);
    expect(issuer!.subject).toBe('CN=identity.linkerd.cluster.local');
    await expect(chainAt('support/tickets', { servername: 'other.example', alpn: 'h2' })).rejects.toThrow();
  });

  it('shows the gateway certificates by name, one of them near its end', async () => {
    const [shop] = await chainAt('istio-ingress/istio-ingressgateway', { port: 8443, servername: 'shop.example', alpn: 'h2' });
    const [partners] = await chainAt('istio-ingress/istio-ingressgateway', { port: 8443, servername: 'partners.shop.example', alpn: 'h2' });
    expect(shop!.subjectAltName).toContain('DNS:shop.example');
    expect(partners!.subjectAltName).toBe('DNS:partners.shop.example');
    expect(minutesLeft(partners!) / 1440).toBeLessThan(5.1);
    expect(minutesLeft(shop!) / 1440).toBeGreaterThan(60);
  });

  it('serves ambient identities on the tunnel port', async () => {
    const [leaf] = await chainAt('media/images', { port: 15_008, alpn: 'h2' });
    expect(leaf!.subjectAltName).toBe('URI:spiffe://cluster.local/ns/media/sa/images');
  });
});

describe('faults of certificates', () => {
  it.each([
    ['expiring-cert', 25, 31],
    ['stuck-rotation', 5 * 60, 6.1 * 60],
  ] as const)('%s shows on the wire within a second, and heals', async (kind, least, most) => {
    const fault = demo.mesh.faults.inject({ kind, durationSec: 600 });
    const soon = await until(async () => (await chainAt('shop/cart')).slice(0, 1).find((leaf) => minutesLeft(leaf) < most), {
      deadlineMs: 1500,
      what: `${kind} on the wire`,
    });
    expect(minutesLeft(soon)).toBeGreaterThan(least);
    demo.mesh.faults.clear(fault.id);
    await until(async () => minutesLeft((await chainAt('shop/cart'))[0]!) > 23 * 60, { deadlineMs: 5000, what: 'renewal after the fault' });
  });
});

describe('the authorities', () => {
  it('stay the same over a restart', async () => {
    const root = demo.mesh.rootsPem();
    const again = await startDemo({ kubePort: 0, httpPort: 0, dataFolder: folder, seed: 7 });
    try {
      expect(again.mesh.rootsPem()).toEqual(root);
      // A second mesh on the machine takes addresses of its own.
      expect(again.mesh.listeners.refused).toEqual([]);
    } finally {
      await again.stop();
    }
  });
});

describe('a system without spare loopback addresses', () => {
  it('has the listeners on ports of 127.0.0.1, and says which', async () => {
    const cluster = new Cluster(null);
    const authorities = await loadAuthorities(folder);
    const leafs = new Leafs(cluster, authorities, 7);
    const listeners = new Listeners(cluster, leafs, demo.mesh.rootsPem());
    await leafs.issueAll();
    await listeners.openAll([]);
    try {
      expect({ refused: listeners.refused, count: listeners.count }).toEqual({ refused: [], count: demo.mesh.listeners.count });
      const pods = cluster.podsOf(cluster.workload('shop/cart'));
      const ports = pods.map((pod) => cluster.portOf(pod, 8080));
      expect(new Set([...ports, 8080]).size).toBe(pods.length + 1);
      expect(cluster.addressOf(pods[0]!)).toBe('127.0.0.1');
      const subject = await new Promise((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port: ports[0]!, rejectUnauthorized: false, ALPNProtocols: ['istio'] });
        socket.once('secureConnect', () => {
          resolve(socket.getPeerX509Certificate()?.subjectAltName);
          socket.destroy();
        });
        socket.once('error', reject);
      });
      expect(subject).toBe('URI:spiffe://cluster.local/ns/shop/sa/cart');
    } finally {
      await listeners.close();
    }
  });
});
