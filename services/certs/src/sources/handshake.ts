/**
 * One TLS handshake, to learn the chain that a port really serves. Nothing is sent after it, and no certificate is shown: a server that
 * demands one has sent its own by then (TLS 1.3: before it refuses; TLS 1.2: the refusal finds the chain already there).
 * Invariant: ends within HANDSHAKE_MS whatever the peer does, never throws, and holds no more than OpenSSL's 100 KB of chain.
 */
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { UnobservedReason } from '@observatory/contracts';

export const HANDSHAKE_MS = 5000;
/** Beyond it a chain is cut: the page says so by an incomplete chain. */
const SENT_MAX = 20;

export interface Ask {
  readonly ip: string;
  readonly port: number;
  readonly alpn: readonly string[];
  readonly sni?: string | undefined;
}
export type Handshake =
  | { readonly ok: true; /** DER, leaf first. */ readonly chain: readonly Buffer[]; readonly protocol: string; readonly alpn?: string }
  | { readonly ok: false; readonly reason: UnobservedReason; readonly message: string };

export function handshake({ ip, port, alpn, sni }: Ask, timeoutMs = HANDSHAKE_MS): Promise<Handshake> {
  const options: ConnectionOptions = {
    host: ip,
    port,
    // We look at whatever is there, and judge it ourselves.
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    ALPNProtocols: [...alpn],
    ...(sni === undefined || isIP(sni) ? {} : { servername: sni }),
  };
  return new Promise((resolve) => {
    let connected = false;
    const socket = connect(options);
    const finish = (outcome: Handshake) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => finish(connected ? silent : noConnection), timeoutMs);
    socket.once('connect', () => (connected = true));
    socket.once('secureConnect', () =>
      finish(seen(socket) ?? { ok: false, reason: 'handshake-failed', message: 'the peer showed no certificate' }),
    );
    socket.once('close', () =>
      finish(seen(socket) ?? { ok: false, reason: 'handshake-failed', message: 'the peer closed the connection' }),
    );
    socket.on('error', (error: NodeJS.ErrnoException) => finish(seen(socket) ?? failure(error)));
  });
}

const silent: Handshake = { ok: false, reason: 'timeout', message: `no handshake within ${HANDSHAKE_MS / 1000} s` };
const noConnection: Handshake = { ok: false, reason: 'unreachable', message: `no connection within ${HANDSHAKE_MS / 1000} s` };

function seen(socket: TLSSocket): Handshake | undefined {
  try {
    const chain: Buffer[] = [];
    for (
      let link: X509Certificate | undefined = socket.getPeerX509Certificate();
      link && chain.length < SENT_MAX;
      link = link.issuerCertificate
    ) {
      const { raw } = link;
      if (chain.some((known) => known.equals(raw))) break;
      chain.push(raw);
    }
    if (chain.length === 0) return undefined;
    const alpn = typeof socket.alpnProtocol === 'string' ? { alpn: socket.alpnProtocol } : {};
    return { ok: true, chain, protocol: socket.getProtocol() ?? 'unknown', ...alpn };
  } catch {
    return undefined;
  }
}

function failure(error: NodeJS.ErrnoException): Handshake {
  const { code = '', message } = error;
  if (code === 'ECONNREFUSED') return { ok: false, reason: 'refused', message: 'nobody listens there' };
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'ETIMEDOUT' || code === 'EACCES' || code === 'EADDRNOTAVAIL')
    return { ok: false, reason: 'unreachable', message: `the network does not lead there (${code})` };
  if (/WRONG_VERSION_NUMBER|HTTP_REQUEST|UNKNOWN_PROTOCOL|PACKET_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE|BAD_RECORD_TYPE/.test(code))
    return { ok: false, reason: 'not-tls', message: 'what answers there does not speak TLS' };
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return { ok: false, reason: 'handshake-failed', message: 'the peer closed the connection' };
  return { ok: false, reason: code.startsWith('ERR_SSL') ? 'handshake-failed' : 'garbage', message: message.slice(0, 200) };
}
