/**
 * What one finds on a pod's port from the network: a TLS server with the workload's chain that demands a certificate of
 * the mesh. Every pod has a loopback address of its own; where the system has none, ports of 127.0.0.1 stand in.
 */
import { createServer, type Server as NetServer } from 'node:net';
import { createSecureContext, createServer as createTlsServer, type SecureContext, type Server, type TlsOptions } from 'node:tls';
import type { AddressInfo } from 'node:net';
import type { Cluster } from '../model/cluster.js';
import { keyOf, type Pod } from '../model/types.js';
import { linkerdIdentity } from '../exposition/linkerd-pairs.js';
import type { GatewayCertificate } from './gateway.js';
import type { Leafs, PodCertificate } from './leafs.js';

const HBONE_PORT = 15008;
const FIRST_BLOCK = 77;
const LAST_BLOCK = 126;
const CLAIM_PORT = 15012;
const HANDSHAKE_TIMEOUT_MS = 5000;
const ALPN = {
  istio: ['istio-http/1.1', 'istio-peer-exchange', 'istio', 'h2', 'http/1.1'],
  ambient: ['h2'],
  linkerd: ['transport.l5d.io/v1', 'h2', 'http/1.1'],
  none: ['h2'],
};

export interface AddressClaim {
  /** The second number of the pods' addresses; null where the system has no such loopback addresses. */
  readonly block: number | null;
  release(): Promise<void>;
}

const closeServer = (server: NetServer): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

function bind(server: NetServer, host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => resolve(undefined));
  });
}

/** Takes a block of addresses that no other demo mesh of this machine has. */
export async function claimAddresses(): Promise<AddressClaim> {
  for (let block = FIRST_BLOCK; block <= LAST_BLOCK; block += 1) {
    const server = createServer((socket) => socket.destroy());
    const refused = await bind(server, `127.${block}.0.1`, CLAIM_PORT);
    if (refused === undefined) return { block, release: () => closeServer(server) };
    if (refused !== 'EADDRINUSE') break;
  }
  return { block: null, release: async () => undefined };
}

export function portsOf(pod: Pod): number[] {
  const { workload } = pod;
  if (workload.role === 'ztunnel') return [];
  if (workload.role === 'gateway') return workload.ports.filter(({ name }) => name === 'https').map(({ port }) => port);
  return workload.mesh === 'ambient' ? [HBONE_PORT] : workload.ports.map(({ port }) => port);
}

export class Listeners {
  private readonly servers = new Map<string, Server[]>();
  private gatewayContexts = new Map<string, SecureContext>();
  /** `pod address:port` that could not be opened, with the system's reason. */
  readonly refused: string[] = [];

  constructor(
    private readonly cluster: Cluster,
    private readonly leafs: Leafs,
    private readonly rootsPem: { istio: string; linkerd: string },
  ) {
    leafs.onIssued((certificate) => this.replace(certificate));
  }

  get count(): number {
    return Array.from(this.servers.values()).flat().length;
  }

  async openAll(gateway: readonly GatewayCertificate[]): Promise<void> {
    for (const { managed, leaf, chainPem } of gateway) {
      for (const name of managed.dnsNames) this.gatewayContexts.set(name, createSecureContext({ cert: chainPem, key: leaf.keyPem }));
    }
    await Promise.all(this.leafs.all().map((certificate) => this.open(certificate, gateway)));
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.servers.values()).flat().map(closeServer));
  }

  private async open(certificate: PodCertificate, gateway: readonly GatewayCertificate[]): Promise<void> {
    const { pod } = certificate;
    for (const port of portsOf(pod)) {
      const server = createTlsServer(this.optionsFor(certificate, gateway), (socket) => socket.end());
      // Refused handshakes are the rule here: whoever has no certificate only learns the chain.
      server.on('tlsClientError', () => undefined);
      const address = this.cluster.loopbackOf(pod);
      const refused = await bind(server, address ?? '127.0.0.1', address ? port : 0);
      if (refused !== undefined) {
        this.refused.push(`${address}:${port} ${refused}`);
        continue;
      }
      if (!address) this.cluster.movePort(pod, port, (server.address() as AddressInfo).port);
      this.servers.set(keyOf(pod), [...(this.servers.get(keyOf(pod)) ?? []), server]);
    }
  }

  private optionsFor(certificate: PodCertificate, gateway: readonly GatewayCertificate[]): TlsOptions {
    const { workload } = certificate.pod;
    const common = { handshakeTimeout: HANDSHAKE_TIMEOUT_MS, minVersion: 'TLSv1.2' as const };
    const [first] = gateway;
    if (workload.role === 'gateway' && first) {
      const context = (name: string) => this.gatewayContexts.get(name);
      return {
        ...common,
        cert: first.chainPem,
        key: first.leaf.keyPem,
        ALPNProtocols: ['h2', 'http/1.1'],
        SNICallback: (name, done) => done(null, context(name)),
      };
    }
    const mutual = {
      ...this.materialOf(certificate),
      requestCert: true,
      rejectUnauthorized: true,
      ALPNProtocols: workload.role === 'waypoint' ? ALPN.ambient : ALPN[workload.mesh],
    };
    if (workload.mesh !== 'linkerd') return { ...common, ...mutual };
    // Linkerd's proxy terminates TLS only for its own name; anything else it would pass on to the application.
    const own = linkerdIdentity(workload);
    return { ...common, ...mutual, SNICallback: (name, done) => done(name === own ? null : new Error('not my name'), undefined) };
  }

  private materialOf({ pod, chainPem, leaf }: PodCertificate) {
    return { cert: chainPem, key: leaf.keyPem, ca: pod.workload.mesh === 'linkerd' ? this.rootsPem.linkerd : this.rootsPem.istio };
  }

  private replace(certificate: PodCertificate): void {
    if (certificate.pod.workload.role === 'gateway') return;
    for (const server of this.servers.get(keyOf(certificate.pod)) ?? []) server.setSecureContext(this.materialOf(certificate));
  }
}
