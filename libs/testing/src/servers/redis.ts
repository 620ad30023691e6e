import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../processes/free-port.js';
import { launch, serverFolder, type Server, type ServerPlan } from './server.js';

export interface RedisOptions {
  readonly folder: string;
  readonly port: number;
  readonly logFile: string;
}

/** One command in Redis' inline form; resolves with the first line of the reply. */
function ask(port: number, commands: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.setTimeout(2_000, () => socket.destroy(new Error('redis did not answer')));
    socket.once('error', reject);
    let reply = '';
    socket.on('data', (chunk) => {
      reply += chunk.toString();
      if (reply.split('\r\n').length <= commands.length) return;
      socket.destroy();
      resolve(reply);
    });
    socket.write(commands.map((command) => `${command}\r\n`).join(''));
  });
}

/** Redis as the suite uses it: a cache and a socket bus, so nothing is written to disk; loopback and a password of its own. */
export function planRedis({ folder, port, logFile }: RedisOptions): ServerPlan {
  const password = randomBytes(18).toString('hex');
  const configFile = join(folder, 'redis.conf');
  const config = [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    'save ""',
    'appendonly no',
    `dir ${JSON.stringify(folder)}`,
    'maxmemory 256mb',
    'maxmemory-policy allkeys-lru',
    '',
  ];
  return {
    url: `redis://:${password}@127.0.0.1:${port}`,
    process: {
      name: 'redis',
      command: 'redis-server',
      args: [configFile],
      logFile,
      prepare: async () => {
        await mkdir(folder, { recursive: true });
        await writeFile(configFile, config.join('\n'), { mode: 0o600 });
      },
      isReady: async () => (await ask(port, [`AUTH ${password}`, 'PING'])).includes('+PONG'),
      readyWithinMs: 15_000,
    },
  };
}

export async function startRedis(): Promise<Server> {
  const place = await serverFolder('redis');
  return launch(planRedis({ folder: place.folder, port: await freePort(), logFile: join(place.folder, 'redis.log') }), place);
}
