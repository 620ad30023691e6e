import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the range that systems hand out to outgoing connections, so that a server finds its port free again when it restarts. */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;
const ATTEMPTS = 200;

/** Why a port cannot be listened on, or undefined when it can. */
export function portProblem(port: number, host = '127.0.0.1'): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error) => resolve(error));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(undefined)));
  });
}

const handedOut = new Set<number>();

/** A loopback port that nothing listens on, never the same one twice from one process. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    if (handedOut.has(port) || (await portProblem(port)) !== undefined) continue;
    handedOut.add(port);
    return port;
  }
  throw new Error(`no free port between ${FIRST_PORT} and ${LAST_PORT} on 127.0.0.1`);
}
